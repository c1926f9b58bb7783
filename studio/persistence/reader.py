"""A thread that reads files, so that a big one never holds the window."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from engines.protocol.errors import EngineError

log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Reader(QObject):
    """Reads one file after the other and hands each over in the thread this object lives in."""

    _finished = Signal()  # bare: what was read waits in a queue, not inside of Qt's events

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: queue.Queue[Callable[[], Callable[[], None]] | None] = queue.Queue()
        self._results: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._finished.connect(self._hand_over)

    def read(
        self,
        action: Callable[[], _Result],
        then: Callable[[_Result], None],
        failed: Callable[[EngineError], None],
    ) -> None:
        """Queue one.

        Args:
            action: reads, in the other thread.
            then: takes the result.
            failed: takes what was wrong with the file.
        """

        def work() -> Callable[[], None]:
            try:
                result = action()
            except EngineError as error:
                wrong = error
            except Exception:
                log.exception("A file cannot be read")
                wrong = EngineError("internal", "The file cannot be read.", "Try another one.")
            else:
                return lambda: then(result)
            return lambda: failed(wrong)

        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
            self._thread.start()
        self._work.put(work)

    def close(self) -> None:
        """Finish what is being read; nothing more is handed over."""
        self._finished.disconnect(self._hand_over)
        if self._thread is not None:
            self._work.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            self._results.put(work())
            self._finished.emit()

    def _hand_over(self) -> None:
        self._results.get()()
