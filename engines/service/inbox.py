"""What the window has asked for and the engine has not begun: a queue, and a mailbox for one."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from engines.protocol.frames import Pixels
from engines.protocol.messages import ListModels, Live, RemoveDirection, SetThreads, Submit
from engines.runtime.cancel import CancelFlag


@dataclass(frozen=True, slots=True)
class Job:
    """A job, with the pictures that its request names."""

    submit: Submit
    inputs: Mapping[str, Pixels] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Look:
    """A live request, with the pictures that it names."""

    live: Live
    inputs: Mapping[str, Pixels] = field(default_factory=dict, compare=False)


#: Short work that never waits for a job to end.
Urgent = ListModels | RemoveDirection | SetThreads | Look

#: The same as types, in the order in which they are answered.
URGENT: tuple[type[Urgent], ...] = (ListModels, RemoveDirection, SetThreads, Look)


class Inbox:
    """Filled by the thread that reads, emptied by the one that works.

    Jobs keep their order. Of urgent messages only the newest of each kind is kept: by the time an
    older one could be answered nobody wants to see it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._slots: dict[type, Urgent] = {}
        self._running: tuple[str, CancelFlag] | None = None
        self._closed = False

    @property
    def has_jobs(self) -> bool:
        """Whether a job waits."""
        return bool(self._jobs)

    def submit(self, job: Job) -> None:
        """Append a job."""
        with self._changed:
            self._jobs[job.submit.job] = job
            self._changed.notify()

    def put(self, message: Urgent) -> None:
        """Leave something urgent; it replaces one of its kind that waits."""
        with self._changed:
            self._slots[type(message)] = message
            self._changed.notify()

    def cancel(self, job: str) -> bool:
        """Take a job out of the queue, or ask it to stop if it is the one that runs.

        Returns:
            True if it waited and is now gone; a running job answers for itself.
        """
        with self._changed:
            if self._jobs.pop(job, None) is not None:
                return True
            if self._running is not None and self._running[0] == job:
                self._running[1].cancel()
            return False

    def close(self) -> None:
        """Nothing more will be begun, and what runs is asked to stop."""
        with self._changed:
            self._closed = True
            if self._running is not None:
                self._running[1].cancel()
            self._changed.notify()

    def take(self) -> Urgent | tuple[Job, CancelFlag] | None:
        """Wait for work: what is urgent first, then the oldest job with the flag to watch.

        Returns:
            None when the inbox is closed.
        """
        with self._changed:
            self._running = None
            self._changed.wait_for(self._has_work)
            if self._closed:
                return None
            urgent = self._urgent(URGENT)
            if urgent is not None:
                return urgent
            job = self._jobs.pop(next(iter(self._jobs)))
            flag = CancelFlag()
            self._running = (job.submit.job, flag)
            return job, flag

    def take_urgent(self, kinds: tuple[type[Urgent], ...] = URGENT) -> Urgent | None:
        """Something urgent if there is any, without waiting: asked between the steps of a job."""
        if not self._slots:
            return None
        with self._changed:
            return None if self._closed else self._urgent(kinds)

    def _has_work(self) -> bool:
        return bool(self._closed or self._slots or self._jobs)

    def _urgent(self, kinds: tuple[type[Urgent], ...]) -> Urgent | None:
        return next((self._slots.pop(kind) for kind in kinds if kind in self._slots), None)
