"""One row of the queue."""

from __future__ import annotations

from typing import Literal

import msgspec

from engines.protocol.messages import Request

JobState = Literal["pending", "running", "done", "failed", "cancelled"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the queue; a changed job is a new one with the same id.

    Attributes:
        id: unique, stable over restarts and retries.
        request: what was asked for.
        state: where it is in its life.
        created: seconds since the epoch.
        finished: seconds since the epoch; 0 before the end.
        progress: steps done.
        total: steps in all; 0 while unknown.
        seconds_left: estimate while running; negative while unknown.
        seconds: engine time of a finished job.
        note: what the engine says of the running work, or of the results.
        message: why it failed, one sentence.
        advice: what to do about it, one sentence.
        results: how many outputs have been handed on.
    """

    id: str
    request: Request
    state: JobState = "pending"
    created: float = 0.0
    finished: float = 0.0
    progress: int = 0
    total: int = 0
    seconds_left: float = -1.0
    seconds: float = 0.0
    note: str = ""
    message: str = ""
    advice: str = ""
    results: int = 0

    @property
    def active(self) -> bool:
        """Whether it still waits or runs, so that cancelling means something."""
        return self.state in ("pending", "running")

    @property
    def can_retry(self) -> bool:
        """Whether it ended without all its results."""
        return self.state in ("failed", "cancelled")

    @property
    def fraction(self) -> float:
        """How far it is, 0..1; 0 while unknown."""
        return self.progress / self.total if self.total else 0.0
