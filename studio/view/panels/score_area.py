"""The middle of the Music mode: tools, chord lane, piano roll, velocities and transport."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from studio.model.compose import ComposeModel
from studio.model.note_editor import NoteEditor
from studio.view.bind import describe, hairline, label, look, set_reason, with_keys
from studio.view.panels.lane_work import LaneWork
from studio.view.panels.note_row import NoteRow
from studio.view.widgets.chord_lane import ChordLane
from studio.view.widgets.piano_roll import PianoRoll
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale
from studio.view.widgets.transport import Transport
from studio.view.widgets.velocity_lane import VelocityLane

_INVITATION = "Write one chord a bar, then let the generator find a melody."


class ScoreArea(QWidget):
    """Shows the take in view and follows its playback."""

    def __init__(self, model: ComposeModel) -> None:
        super().__init__()
        look(self, "window")
        self._model = model
        self.scale = RollScale(self)
        self.lane = ChordLane(self.scale)
        self.lane_work = LaneWork(model, self.lane)
        self.roll = PianoRoll(self.scale)
        self.editor = NoteEditor(model.song, model.plan, model.note_tools, self)
        self.roll.edit_with(self.editor)
        self.tools = NoteRow(self.editor)
        self.velocities = VelocityLane(self.scale, self.editor)
        self._seen: tuple[object, ...] = ()  # which take is in view, not how it sounds
        self.transport = Transport(model.song, model.playback)
        self._invitation = self._empty_state()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(hairline())
        layout.addWidget(self.lane)
        layout.addWidget(self.roll, 1)
        layout.addWidget(self.velocities)
        layout.addWidget(hairline())
        layout.addWidget(self.transport)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        model = self._model
        self.roll.sought.connect(model.playback.seek)
        self.roll.touched.connect(model.playback.touch)
        self.tools.left.connect(self.roll.setFocus)
        self.velocities.pressed.connect(self.roll.setFocus)
        self.editor.tools.changed.connect(self._show_tools)
        for signal in (model.song.changed, model.chords.changed, model.changed):
            signal.connect(self._refresh)
        model.playback.moved.connect(lambda _step: self._show_place())
        model.playback.changed.connect(self._show_place)

    def _empty_state(self) -> QFrame:
        box = look(QFrame(self), "floating")
        column = QVBoxLayout(box)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        self._sentence = label(_INVITATION, "lead")
        self._invite = look(QPushButton("Compose a melody"), "secondaryLarge")
        tip = with_keys("Write the first four takes.", "G")
        describe(self._invite, "emptyCompose", "Compose a melody", tip)
        self._invite.clicked.connect(self._model.compose)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        self._other_way = label("Or write one yourself: press on the grid and drag.", "muted")
        column.addWidget(self._other_way, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._invite, 0, Qt.AlignmentFlag.AlignHCenter)
        return box

    def _refresh(self) -> None:
        model, clip = self._model, self._model.song.clip
        chords = clip.chords if clip is not None else model.plan().chords
        state = model.song.state
        seen = (state.job, state.selected, len(state.takes))
        still, self._seen = seen == self._seen, seen
        size = (clip if clip is not None else model.plan()).bar_steps
        self.roll.show_clip(clip, chords, state.locks, size, still)
        self._show_tools()
        busy = model.busy
        self._sentence.setText("The generator is writing." if busy else _INVITATION)
        self._invite.setVisible(not busy)
        self._other_way.setVisible(not busy)
        set_reason(self._invite, model.reason_not_to_compose())
        self._invitation.setVisible(clip is None)
        self._place_invitation()
        self._show_place()

    def _show_tools(self) -> None:
        """What the row over the score has switched on."""
        tools, song = self.editor.tools, self._model.song
        self.roll.set_follow(tools.follow)
        self.velocities.setVisible(tools.velocity)
        others = (take.clip.notes for take in song.takes if take is not song.take)
        self.roll.set_ghosts(*(others if tools.ghosts else ()))

    def select_bars(self) -> None:
        """Select all in the bars of the selected notes; else in the loop, or at the playhead."""
        editor = self.editor
        editor.select_bars(None if editor.selection else self._model.choice.chosen)

    def paste(self) -> None:
        """Write the clipboard's notes at the playhead."""
        self.editor.paste(self.roll.playhead)

    def _show_place(self) -> None:
        playback = self._model.playback
        step = playback.step
        self.roll.set_playhead(step, following=playback.playing)
        self.lane.set_playhead(step, shown=self._model.song.clip is not None)

    def _place_invitation(self) -> None:
        box = self._invitation
        box.adjustSize()
        area = self.roll.geometry()
        box.move(
            area.left() + KEYBOARD + (area.width() - KEYBOARD - box.width()) // 2,
            area.top() + (area.height() - box.height()) // 2,
        )
        box.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The invitation keeps its place."""
        super().resizeEvent(event)
        self._place_invitation()
