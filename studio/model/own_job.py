"""A job of the queue that belongs to one tool: shown as running, and cancelled from there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.model.context import StudioContext
from studio.model.job import Job


class OwnJob(QObject):
    """What knows its newest job.

    Signals:
        changed: the job, and whatever subclasses add.
    """

    changed = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job = ""
        context.jobs.jobChanged.connect(self._on_job)

    @property
    def job(self) -> Job | None:
        """The newest job of its own while it waits or runs, else None."""
        job = next((job for job in self._context.jobs.jobs() if job.id == self._job), None)
        return job if job is not None and job.active else None

    def watch(self, job: Job) -> None:
        """Show a job that was queued just now as its own."""
        self._job = job.id
        self.changed.emit()

    def cancel(self) -> None:
        """Cancel it; nothing is left of what it was writing."""
        if self.job is not None:
            self._context.jobs.cancel(self._job)

    def _on_job(self, job: Job) -> None:
        if job.id == self._job:
            self.changed.emit()
