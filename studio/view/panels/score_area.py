"""The middle of the Music mode: chord lane over piano roll over transport."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from studio.model.compose import ComposeModel
from studio.view.bind import describe, hairline, label, look, set_reason, with_keys
from studio.view.widgets.chord_lane import ChordLane
from studio.view.widgets.piano_roll import PianoRoll
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale
from studio.view.widgets.transport import HEIGHT as TRANSPORT
from studio.view.widgets.transport import Transport

_INVITATION = "Write one chord a bar, then let the generator find a melody."


class ScoreArea(QWidget):
    """Shows the take in view and follows its playback.

    Signals:
        chordPressed: the bar whose chord a person wants to change.
    """

    chordPressed = Signal(int)

    def __init__(self, model: ComposeModel) -> None:
        super().__init__()
        look(self, "window")
        self._model = model
        self.scale = RollScale(self)
        self.lane = ChordLane(self.scale)
        self.roll = PianoRoll(self.scale)
        self.transport = Transport(model.song, model.playback)
        self._invitation = self._empty_state()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lane)
        layout.addWidget(self.roll, 1)
        layout.addWidget(hairline())
        layout.addWidget(self.transport)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        model = self._model
        self.lane.sought.connect(model.playback.seek)
        self.lane.chordPressed.connect(self.chordPressed)
        self.roll.sought.connect(model.playback.seek)
        self.roll.touched.connect(model.playback.touch)
        for signal in (model.song.changed, model.draftChanged, model.changed):
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
        column.addWidget(self._sentence)
        column.addWidget(self._invite, 0, Qt.AlignmentFlag.AlignHCenter)
        return box

    def _refresh(self) -> None:
        model, clip = self._model, self._model.song.clip
        chords = clip.chords if clip is not None else model.planned_chords()
        self.lane.show_chords(chords)
        self.roll.show_clip(clip, chords)
        busy = model.busy
        self._sentence.setText("The generator is writing." if busy else _INVITATION)
        self._invite.setVisible(not busy)
        set_reason(self._invite, model.reason_not_to_compose())
        self._invitation.setVisible(clip is None)
        self._place_invitation()
        self._show_place()

    def _show_place(self) -> None:
        playback = self._model.playback
        step = playback.step
        self.roll.set_playhead(step, following=playback.playing)
        self.lane.set_playhead(step, shown=self._model.song.clip is not None)

    def _place_invitation(self) -> None:
        box = self._invitation
        box.adjustSize()
        middle = KEYBOARD + (self.width() - KEYBOARD - box.width()) // 2
        room = self.height() - self.lane.height() - TRANSPORT
        box.move(middle, self.lane.height() + (room - box.height()) // 2)
        box.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The invitation keeps its place."""
        super().resizeEvent(event)
        self._place_invitation()
