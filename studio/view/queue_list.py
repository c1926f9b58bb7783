"""The queue: picture, name, progress and time left of every job; cancel, retry, clear."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engines.protocol.frames import Pixels
from engines.protocol.messages import Output
from engines.protocol.tools import TOOLS
from studio.media.images import to_image
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.job import Job
from studio.view.bind import describe, hairline, label, look, tool_button
from studio.view.icons import icon
from studio.view.widgets.popover import Popover
from studio.view.widgets.progress_row import progress_text

_WIDTH, _HEIGHT, _PICTURE = 400, 420, 48
_PLURAL = {"picture": "pictures", "melody": "melodies"}
_GLYPHS = {"generate": "image-square", "compose": "music-notes", "walk": "film-strip"}


def job_title(job: Job) -> str:
    """What a job makes: "4 pictures, seed 1234", or the name of a film."""
    tool = TOOLS[job.request.task]
    if tool.makes == "film":
        return PurePath(str(job.request.params.get("file", ""))).name or tool.title
    count = int(job.request.params.get("count", 1))
    things = f"1 {tool.makes}" if count == 1 else f"{count} {_PLURAL[tool.makes]}"
    return f"{things}, seed {job.request.seed}"


def job_line(job: Job) -> str:
    """Where a job is, in one line."""
    match job.state:
        case "pending" | "running":
            return progress_text(job)
        case "done":
            return f"Done in {max(0.1, job.seconds):.1f} s"
        case "cancelled":
            return f"Cancelled; {job.results} kept" if job.results else "Cancelled"
    return f"{job.message} {job.advice}".strip()


class _JobRow(QWidget):
    def __init__(self, job: Job, context: StudioContext) -> None:
        super().__init__()
        self._context, self._id = context, job.id
        self._pictured = False
        self.picture = QLabel()
        self.picture.setFixedSize(_PICTURE, _PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(job_title(job))
        self._line = label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        describe(self._bar, f"progress_{job.id}", "Progress", "How far the job is.")
        self._cancel = tool_button(f"cancel_{job.id}", "x", "Cancel this job")
        self._cancel.clicked.connect(lambda: context.jobs.cancel(self._id))
        self._retry = tool_button(f"retry_{job.id}", "arrow-clockwise", "Run it again")
        self._retry.clicked.connect(lambda: context.jobs.retry(self._id))
        self._remove = tool_button(f"remove_{job.id}", "x", "Take it off the list")
        self._remove.clicked.connect(lambda: context.jobs.remove(self._id))
        self._lay_out()
        self.show_job(job)

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(4)
        text.addStretch(1)
        for widget in (self._title, self._line, self._bar):
            text.addWidget(widget)
        text.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.picture)
        row.addLayout(text, 1)
        for button in (self._retry, self._cancel, self._remove):
            row.addWidget(button)

    def show_job(self, job: Job) -> None:
        self._title.setText(job_title(job))
        name = self._context.models.title(job.request)
        self._line.setText(f"{name} · {job_line(job)}")
        self._bar.setVisible(job.state == "running")
        self._bar.setMaximum(max(1, job.total))
        self._bar.setValue(job.progress)
        self._cancel.setVisible(job.active)
        self._retry.setVisible(job.can_retry)
        self._remove.setVisible(not job.active)
        if not self._pictured:
            glyph = _GLYPHS.get(job.request.task, "image-square")
            self.picture.setPixmap(icon(glyph, "muted").pixmap(20, 20))

    def show_picture(self, image: QImage) -> None:
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        edge = round(_PICTURE * ratio)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        scaled = image.scaled(edge, edge, keep, Qt.TransformationMode.SmoothTransformation)
        scaled.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(scaled))
        self._pictured = True


class QueueList(Popover):
    """All jobs, newest first."""

    def __init__(self, window: QWidget, context: StudioContext) -> None:
        super().__init__(window)
        self.setObjectName("queueList")
        self._context = context
        self._rows: dict[str, _JobRow] = {}
        self.setFixedSize(_WIDTH, _HEIGHT)
        self._empty = label("Nothing waits or runs. What you make is listed here.", "muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._clear = look(QPushButton("Clear finished"), "quiet")
        describe(self._clear, "clearFinished", "Clear finished", "Take ended jobs off the list.")
        self._clear.clicked.connect(context.jobs.clear_finished)
        self._lay_out()
        jobs = context.jobs
        for job in jobs.jobs():
            self._add(job)
        jobs.jobAdded.connect(self._add)
        jobs.jobChanged.connect(self._change)
        jobs.jobRemoved.connect(self._remove)
        jobs.previewReady.connect(self._on_look)
        context.history.added.connect(self._on_result)
        self._picture_old()
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 8)
        head.addWidget(label("Queue", "heading"), 1)
        head.addWidget(self._clear)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(hairline())
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._scroll, 1)

    def _add(self, job: Job) -> None:
        row = _JobRow(job, self._context)
        self._rows[job.id] = row
        self._column.insertWidget(0, row)
        self._refresh()

    def _change(self, job: Job) -> None:
        if job.id in self._rows:
            self._rows[job.id].show_job(job)
        self._refresh()

    def _remove(self, job_id: str) -> None:
        row = self._rows.pop(job_id, None)
        if row is not None:
            self._column.removeWidget(row)
            row.deleteLater()
        self._refresh()

    def _on_result(self, entry: Entry) -> None:
        row = self._rows.get(entry.group)
        if row is not None and entry.is_picture:
            row.show_picture(self._context.history.thumbnail(entry))

    def _on_look(self, job: Job, _output: Output, pixels: Pixels | None) -> None:
        """A rough look at what is being made."""
        row = self._rows.get(job.id)
        if row is not None and pixels is not None:
            row.show_picture(to_image(pixels))

    def _picture_old(self) -> None:
        wanted = set(self._rows)
        for entry in self._context.history.entries(pictures=True):
            if entry.group in wanted:
                wanted.discard(entry.group)
                self._on_result(entry)

    def _refresh(self) -> None:
        self._empty.setVisible(not self._rows)
        self._scroll.setVisible(bool(self._rows))
        ended = any(not job.active for job in self._context.jobs.jobs())
        self._clear.setVisible(ended)
