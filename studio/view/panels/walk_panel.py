"""The timeline of a walk with its transport: keyframes, playing, settings, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.protocol.params import ChoiceParam
from studio.model.context import StudioContext
from studio.model.walk import WalkModel
from studio.view.bind import describe, label, look, set_reason, tool_button, with_keys
from studio.view.icons import icon
from studio.view.param_controls import build_controls
from studio.view.theme import tabular, ui_font
from studio.view.widgets.elided_label import ElidedLabel
from studio.view.widgets.popover import Popover
from studio.view.widgets.progress_row import ProgressRow
from studio.view.widgets.timeline import Timeline

_FOLDER = "image.films"
_SETTINGS_WIDTH = 340
_LEAST_WIDTH, _ROOM_FOR_WORDS = 480, 760
#: The dialog's kinds of films, and the ending of each where none was typed.
_KINDS = {
    "Video (*.mp4)": ".mp4",
    "GIF (*.gif)": ".gif",
    "Animated PNG (*.png)": ".png",
    "Folder of pictures (*)": "",
}
#: Asks a person for a path; "" when they change their mind.
AskPath = Callable[[QWidget, str], str]


def ask_film_path(parent: QWidget, suggestion: str) -> str:
    """The system's dialog for saving a film."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Export the walk", suggestion, ";;".join(_KINDS)
    )
    if chosen and not Path(chosen).suffix:
        return chosen + _KINDS.get(kind, ".mp4")
    return chosen


class WalkPanel(QWidget):
    """Lies under the canvas while the walk is worked on; it plays only while it is seen."""

    def __init__(self, context: StudioContext, walk: WalkModel) -> None:
        super().__init__()
        look(self, "window")
        self._context, self.walk = context, walk
        self.ask_save: AskPath = ask_film_path
        self.timeline = Timeline(walk)
        self._popover: Popover | None = None
        self.form = build_controls(walk.tool, walk.values, exclude=("loop",), prefix="walk.")
        self.form.setParent(self)  # until the popover takes it
        self.form.hide()
        self._make_transport()
        self._make_film()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(self.timeline)
        walk.changed.connect(self._refresh)
        walk.player.moved.connect(lambda _moment: self._show_time())
        self._refresh()

    # --- parts -------------------------------------------------------------------------------

    def _make_transport(self) -> None:
        walk = self.walk
        tip = with_keys("Play or stop.", "Space")
        self.play = tool_button("walkPlay", "play", "Play", tip)
        self.play.clicked.connect(walk.player.toggle)
        self.loop = tool_button(
            "walkLoop", "repeat", "Loop",
            "Go back to the first keyframe at the end, so that it can be played for ever.", True,
        )  # fmt: skip
        self.loop.clicked.connect(lambda on: walk.values.set("loop", bool(on)))
        self._time = label("", "muted")
        self._time.setFont(tabular(ui_font()))
        describe(self._time, "walkTime", "Time", "Time of the playhead, and length of the walk.")
        self._time.setMinimumWidth(104)
        self.add = describe(
            QPushButton(icon("plus"), "Keyframe"),
            "walkAdd",
            "Add keyframe",
            with_keys("Keep the picture of the sliders as a keyframe.", "K"),
        )
        self.add.clicked.connect(walk.add)
        self._note = ElidedLabel("", "muted")
        describe(self._note, "walkNote", "Note", " ")

    def _make_film(self) -> None:
        self.settings = describe(
            QPushButton(icon("sliders-horizontal", "muted"), ""),
            "walkSettings",
            "Settings of the film",
            "Path, length, frames a second and size.",
        )
        look(self.settings, "quiet")
        self.settings.clicked.connect(self._toggle_settings)
        self.export = describe(
            QPushButton(icon("export"), "Export…"),
            "walkExport",
            "Export the walk as a film",
            "Write an MP4, a GIF, an APNG or a folder of pictures.",
        )
        self.export.clicked.connect(self.save)
        self.progress = ProgressRow(prefix="walk")
        self.progress.setFixedWidth(220)
        self.progress.cancelled.connect(self.walk.cancel)

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.setMinimumWidth(_LEAST_WIDTH)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(4)
        for widget in (self.play, self.loop):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self._time)
        row.addSpacing(8)
        row.addWidget(self.add)
        row.addSpacing(8)
        row.addWidget(self._note, 1)
        row.addWidget(self.progress)
        row.addWidget(self.settings)
        row.addSpacing(4)
        row.addWidget(self.export)
        return row

    def _toggle_settings(self) -> None:
        if self._popover is None:
            self._popover = Popover(self.window())
            self._popover.setObjectName("walkSettingsPopover")
            self._popover.setFixedWidth(_SETTINGS_WIDTH)
            column = QVBoxLayout(self._popover)
            column.setContentsMargins(16, 16, 16, 16)
            column.addWidget(self.form)
            self.form.show()
        if self._popover.isVisible():
            self._popover.close_popover()
        else:
            self._popover.open_above(self.settings)
            self.form.focus("path")

    # --- what is shown -----------------------------------------------------------------------

    def _refresh(self) -> None:
        walk = self.walk
        playing, job = walk.player.playing, walk.job
        self.play.setIcon(icon("pause" if playing else "play"))
        self.play.setAccessibleName("Pause" if playing else "Play")
        self.loop.setChecked(walk.looping)
        reason = walk.reason_not_to_play()
        set_reason(self.play, reason)
        set_reason(self.add, walk.reason_not_to_add())
        self.add.setText("Change keyframe" if walk.loaded >= 0 else "Keyframe")
        self.add.setIcon(icon("pencil-simple" if walk.loaded >= 0 else "plus"))
        outside = len(walk.state.keys) - len(walk.passed())
        plural = "keyframe lies" if outside == 1 else "keyframes lie"
        self._note.setText(f"{outside} {plural} after the end." if outside else "")
        self._show_settings()
        self.progress.show_job(job)
        self.export.setVisible(job is None)
        self.settings.setVisible(job is None)
        set_reason(self.export, reason)
        self._show_time()

    def _show_settings(self) -> None:
        """The settings in short, where there is room for words."""
        values = self.walk.values
        path = values.param("path")
        assert isinstance(path, ChoiceParam)
        title = path.titles[path.choices.index(values["path"])]
        size = f" · {values['size']} px" if values["size"] else ""
        words = f"{title} · {values['fps']} fps{size}"
        self.settings.setText(words if self.width() >= _ROOM_FOR_WORDS else "")
        self.settings.setAccessibleDescription(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window leaves out what can be done without."""
        super().resizeEvent(event)
        self._show_settings()

    def _show_time(self) -> None:
        self._time.setText(f"{self.walk.player.moment:.2f} / {self.walk.grid.seconds:g} s")

    # --- the film ----------------------------------------------------------------------------

    def save(self) -> None:
        """Ask for a place and queue the film."""
        if self.walk.reason_not_to_play():
            return
        places = QStandardPaths.StandardLocation
        movies = QStandardPaths.writableLocation(places.MoviesLocation)
        folder = str(self._context.settings.recall(_FOLDER, movies))
        chosen = self.ask_save(self, str(Path(folder) / "walk.mp4"))
        if chosen:
            self._context.settings.remember(_FOLDER, str(Path(chosen).parent))
            self.walk.export(Path(chosen).absolute())

    def showEvent(self, event: QShowEvent) -> None:
        """It comes into view."""
        super().showEvent(event)
        self.walk.set_active(True)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it: it does not play."""
        super().hideEvent(event)
        self.walk.set_active(False)

    def reason_not_in_view(self) -> str:
        """Why its keys do nothing now, or ""."""
        return "" if self.isVisible() else "Open the timeline under the Latent tool first."

    def taken(self, key: str) -> str:
        """Why a key of a canvas tool means something else now, or ""."""
        mine = key == "K" and self.isVisible()
        return "K keeps a keyframe while the timeline is in view." if mine else ""

    def focus_timeline(self) -> None:
        """Put the keyboard on the timeline."""
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)
