"""A thread that writes files in the order it is told, so that a slow disk never holds the window.

A flush to the disk takes 2 ms on an idle machine and was seen to take 200 ms on a busy one.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)


class Writer(QObject):
    """Carries out writes one after the other.

    Signals:
        written: the label of a write that is on the disk.
        failed: the label, and one sentence with the reason.
    """

    written = Signal(str)
    failed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: queue.Queue[tuple[str, Callable[[], None]] | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def write(self, label: str, action: Callable[[], None]) -> None:
        """Queue one write.

        Args:
            label: told back by the signals.
            action: writes and flushes; raises OSError when the disk refuses.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
            atexit.register(self.close)  # however the process ends, what is queued is written
        self._work.put((label, action))

    def flush(self) -> None:
        """Wait until everything queued so far is on the disk."""
        self._work.join()

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        if self._thread is not None:
            self._work.put(None)
            self._thread.join()
            self._thread = None
            atexit.unregister(self.close)

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            label, action = item
            try:
                action()
            except OSError as error:
                log.warning("%s cannot be written: %s", label, error)
                self.failed.emit(label, (error.strerror or str(error)).lower())
            else:
                self.written.emit(label)
            finally:
                self._work.task_done()
        self._work.task_done()
