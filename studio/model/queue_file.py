"""The queue on disk: whole file replaced atomically, by a thread, so that no click waits."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile

from studio.model.job import Job
from studio.persistence.atomic import write_atomically

log = logging.getLogger(__name__)

#: Rows of jobs that ended are kept for the list, but not for ever.
KEPT_ENDED = 200


class _Stored(msgspec.Struct, frozen=True):
    version: int
    jobs: list[Job]


class QueueFile:
    """Reads the queue once, then writes whatever state is newest.

    A second window over the same folder gets no queue of its own on disk: the first one holds
    the lock, and the second keeps its jobs in memory.

    Attributes:
        owned: whether it holds the lock.
        before: called by the writing thread before each write, to wait for what the jobs name:
            a queue on the disk never speaks of pictures that are not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = QLockFile(str(path) + ".lock")
        self._lock.setStaleLockTime(0)
        self.owned = self._lock.tryLock(0)
        self.before: Callable[[], None] = lambda: None
        self._newest: list[Job] | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._write_newest, name="queue-file", daemon=True)
        if self.owned:
            self._thread.start()

    def read(self) -> list[Job]:
        """The jobs of the last session; a file that cannot be read is set aside, not deleted."""
        if not self.owned:
            return []
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Stored).jobs
        except FileNotFoundError:
            return []
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("The queue of the last session cannot be read: %s", error)
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_suffix(".unreadable"))
            return []

    def write(self, jobs: list[Job]) -> None:
        """Have this state written soon; a newer one replaces it if it still waits."""
        with self._changed:
            self._newest = jobs
            self._changed.notify()

    def close(self) -> None:
        """Write what waits, then let go of the file."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self.owned:
            self._thread.join()
            self._lock.unlock()

    def _write_newest(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest is not None or self._closed)
                jobs, self._newest = self._newest, None
                if jobs is None:
                    return
            self.before()
            try:
                write_atomically(self._path, msgspec.json.encode(_Stored(1, _kept(jobs))))
            except OSError as error:
                log.warning("The queue cannot be saved: %s", error)


def _kept(jobs: list[Job]) -> list[Job]:
    ended = [job.id for job in jobs if not job.active]
    dropped = set(ended[: max(0, len(ended) - KEPT_ENDED)])
    return [job for job in jobs if job.id not in dropped]
