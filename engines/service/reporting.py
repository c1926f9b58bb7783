"""What a running job says on its way: progress with the time left, and a pause for urgent work."""

from __future__ import annotations

import time
from collections.abc import Callable

from engines.protocol.messages import Progress
from engines.runtime.cancel import CancelFlag
from engines.service.channel import Channel

#: Progress is told this often at most, in seconds: more than an eye can follow.
PROGRESS_EVERY = 0.03


class Steps(CancelFlag):
    """The flag a task checks at every step; checking it also lets urgent work through.

    Urgent work runs on the same thread and cores as the job, between two of its steps: a second
    thread would share the cores with the step and make both slower than one after the other.
    """

    def __init__(self, flag: CancelFlag, between: Callable[[], None]) -> None:
        """Watch ``flag``, and call ``between`` at every check."""
        super().__init__()
        self._flag = flag
        self._between = between

    @property
    def is_set(self) -> bool:
        """Whether somebody asked for a stop."""
        return self._flag.is_set

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._flag.cancel()

    def check(self) -> None:
        """Answer what is urgent, then raise if somebody asked for a stop.

        Raises:
            EngineError: kind ``cancelled``.
        """
        self._between()
        self._flag.check()


class ProgressTeller:
    """Sends a job's progress, not more often than it can be seen."""

    def __init__(self, channel: Channel, job: str) -> None:
        self._channel = channel
        self._job = job
        self._began = time.perf_counter()
        self._told = 0.0
        self._note = ""

    def tell(self, done: int, total: int, note: str = "") -> None:
        """Progress hook of a :class:`engines.runtime.context.Context`."""
        now = time.perf_counter()
        if done < total and note == self._note and now - self._told < PROGRESS_EVERY:
            return
        self._told, self._note = now, note
        left = (now - self._began) / done * (total - done) if done > 0 else -1.0
        self._channel.send(
            Progress(job=self._job, done=done, total=total, seconds_left=left, note=note)
        )
