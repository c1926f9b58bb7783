"""How far the running job is, and the way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from studio.model.job import Job
from studio.view.bind import describe, label, tool_button, with_keys

_SOON_MS = 40


def time_left(seconds: float) -> str:
    """A duration as a person says it: "3 s left", "2 min left"; "" when it is unknown."""
    if seconds < 0:
        return ""
    if seconds < 1:
        return "1 s left"
    if seconds < 90:
        return f"{round(seconds)} s left"
    return f"{round(seconds / 60)} min left"


def progress_text(job: Job) -> str:
    """One line about a job that waits or runs."""
    if job.state == "pending":
        return "Waiting in the queue"
    parts = [f"{job.progress} of {job.total}"] if job.total else ["Starting"]
    left = time_left(job.seconds_left)
    return " · ".join([*parts, left] if left else parts)


class ProgressRow(QWidget):
    """A thin bar, a line of text and Cancel.

    Signals:
        cancelled: a person pressed Cancel.
    """

    cancelled = Signal()

    def __init__(self, shortcut: str = "", prefix: str = "") -> None:
        super().__init__()
        self._text = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        describe(self.bar, "jobProgress", "Progress", "How far the work is.")
        tip = with_keys("Cancel this job; what is finished is kept.", shortcut)
        self.cancel = tool_button(f"{prefix}jobCancel", "x", "Cancel", tip)
        self.cancel.clicked.connect(self.cancelled)
        self._job: Job | None = None
        # Setting a progress bar paints at once: not more often than the eye sees.
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._show)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._text)
        column.addWidget(self.bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(column, 1)
        layout.addWidget(self.cancel)

    def show_job(self, job: Job | None) -> None:
        """Show a job, or hide when there is none."""
        self._job = job
        if job is None or not self.isVisible():
            self.setVisible(job is not None)
            self._show()
        elif not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        job = self._job
        if job is not None:
            self._text.setText(progress_text(job))
            self.bar.setMaximum(max(1, job.total))
            self.bar.setValue(job.progress if job.total else 0)
