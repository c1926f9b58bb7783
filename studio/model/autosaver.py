"""Keeps the document on the disk by itself, so that a crash costs a minute at most."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

#: A change is on the disk after this many seconds at the latest...
LATEST = 60.0
#: ...and this long after a job's result, so that the results of one job are one write.
AFTER_RESULT = 3.0


class Autosaver(QObject):
    """Decides when to write. Writes happen elsewhere, one at a time.

    Signals:
        due: it is time to write; answer with :meth:`begun` and, in the end, :meth:`ended`.
    """

    due = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        latest: float = LATEST,
        after_result: float = AFTER_RESULT,
    ) -> None:
        """Wait for changes.

        Args:
            parent: Qt's owner of this object.
            latest: see :data:`LATEST`.
            after_result: see :data:`AFTER_RESULT`.
        """
        super().__init__(parent)
        self._latest, self._after_result = latest, after_result
        self._deadline: float | None = None  # by when what is pending has to be written
        self._writing = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_time)

    @property
    def pending(self) -> bool:
        """Whether there are changes that no write has begun to keep."""
        return self._deadline is not None

    def note_change(self) -> None:
        """The document changed."""
        if self._deadline is None:
            self._deadline = time.monotonic() + self._latest
            self._wait(self._latest)

    def note_result(self) -> None:
        """A job made something: what is pending is written soon."""
        if self._deadline is not None:
            left = max(0.0, self._deadline - time.monotonic())
            self._wait(min(self._after_result, left))

    def begun(self) -> None:
        """Everything up to now is being written."""
        self._writing, self._deadline = True, None
        self._timer.stop()

    def ended(self, well: bool) -> None:
        """The write is over; after a failure it is tried again in a while."""
        self._writing = False
        if not well:
            self.note_change()
        if self._deadline is not None and not self._timer.isActive():
            self._wait(max(0.0, self._deadline - time.monotonic()))

    def stop(self) -> None:
        """End of the session."""
        self._timer.stop()
        self._deadline = None

    def _wait(self, seconds: float) -> None:
        self._timer.start(round(seconds * 1000))

    def _on_time(self) -> None:
        if not self._writing:  # else the end of that write comes back to it
            self.due.emit()
