"""Drags over the piano roll, each from its press to its end: move, resize, draw, erase, select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from engines.music import note_edits as edits
from engines.music import note_picks as picks
from engines.music.note_edits import Edge, Edited
from engines.music.score import Note
from studio.model.note_editor import NoteEditor

if TYPE_CHECKING:
    from studio.view.widgets.piano_roll import PianoRoll

_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
#: Velocity of a note that is drawn; as loud as the network's.
_VELOCITY = 90


class Gesture:
    """A drag; subclasses say what it does.

    Args:
        roll: where.
        editor: whose notes.
        point: of the press, in the viewport.
    """

    #: What was done, for the undo menu; "" for what is no edit.
    text = ""

    def __init__(self, roll: PianoRoll, editor: NoteEditor, point: QPointF) -> None:
        self.roll, self.editor, self.pressed = roll, editor, point
        self.step, self.pitch = roll.spot(point)
        self.begin()

    def begin(self) -> None:
        """The press."""

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        """The pointer is elsewhere."""

    def end(self, dragged: bool) -> None:
        """The button is up.

        Args:
            dragged: whether it was more than a click.
        """
        self.editor.keep(self.text)

    def steps_to(self, point: QPointF) -> int:
        """How far the pointer went, by the grid."""
        grid = self.editor.tools.grid
        return round((self.roll.spot(point)[0] - self.step) / grid) * grid


class Move(Gesture):
    """Drags the selected notes; Shift keeps one axis, Alt leaves the notes and moves copies."""

    text = "Move notes"

    def __init__(
        self, roll: PianoRoll, editor: NoteEditor, point: QPointF, grabbed: Note, narrow: bool
    ) -> None:
        """Grab a note of the selection.

        Args:
            roll: where.
            editor: whose notes.
            point: of the press.
            grabbed: the note under it.
            narrow: a mere click selects that note alone.
        """
        super().__init__(roll, editor, point)
        self._grabbed, self._narrow = grabbed, narrow
        self._chosen = editor.selection
        self._place = sorted(self._chosen).index(grabbed)
        self._heard, self._raised = grabbed.pitch, 0
        self._went = (0, 0, False)

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        steps, pitches = self.steps_to(point), self.roll.spot(point)[1] - self.pitch
        if keys & _SHIFT:
            way = point - self.pressed
            sideways = abs(way.x()) >= abs(way.y())
            steps, pitches = (steps, 0) if sideways else (0, pitches)
        tune = self.editor.tune if self.editor.tools.snap != "off" else None
        copy = bool(keys & _ALT)
        if (steps, pitches, copy) == self._went:
            return
        self._went = (steps, pitches, copy)
        edited = edits.move(self.editor.clip, self._chosen, steps, pitches, tune, copy)
        if self.editor.preview(edited) and pitches != self._raised:
            self._raised = pitches
            self._hear(edited)

    def _hear(self, edited: Edited) -> None:
        """Let the grabbed note sound at its new pitch."""
        moved = sorted(edited.chosen)
        if len(moved) == len(self._chosen) and moved[self._place].pitch != self._heard:
            self._heard = moved[self._place].pitch
            self.roll.touched.emit(self._heard)

    def end(self, dragged: bool) -> None:
        if not dragged and self._narrow:
            self.editor.select([self._grabbed])
        super().end(dragged)


class Resize(Gesture):
    """Drags an edge of the selected notes."""

    text = "Resize notes"

    def __init__(self, roll: PianoRoll, editor: NoteEditor, point: QPointF, edge: Edge) -> None:
        """Grab the left or the right edge."""
        super().__init__(roll, editor, point)
        self._edge: Edge = edge
        self._chosen = editor.selection

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        by = self.steps_to(point)
        self.editor.preview(edits.resize(self.editor.clip, self._chosen, self._edge, by))


class Draw(Gesture):
    """Writes a note where the press was; the drag decides its length."""

    text = "Draw note"

    def begin(self) -> None:
        editor = self.editor
        grid = editor.tools.grid
        self._start = int(self.step) // grid * grid
        self._pitch = editor.tune(self.pitch, self._start)
        if self._write(grid):
            self.roll.touched.emit(self._pitch)

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        grid = self.editor.tools.grid
        reached = self.roll.spot(point)[0] - self._start
        self._write(max(1, -int(-reached // grid)) * grid)

    def _write(self, length: int) -> bool:
        clip = self.editor.clip
        length = min(length, clip.steps - self._start)
        note = Note(self._start, length, self._pitch, _VELOCITY)
        return self.editor.preview(edits.draw(clip, note))


class Erase(Gesture):
    """Takes away every note that the pointer crosses."""

    text = "Erase notes"

    def begin(self) -> None:
        self._gone: set[Note] = set()
        self._last = self.pressed
        self.to(self.pressed, Qt.KeyboardModifier.NoModifier)

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        way = point - self._last
        fine = min(self.roll.scale.step_width, self.roll.scale.row_height) / 2
        parts = max(1, int(max(abs(way.x()), abs(way.y())) / fine))
        clip, found = self.editor.clip, set()
        for part in range(1, parts + 1):
            place = self.roll.place(self._last + way * (part / parts))
            note = self.roll.index.at(*place) if place is not None else None
            if note is not None and note not in self._gone:
                found.add(note)
        self._last = point
        if found and self.editor.preview(edits.erase(clip, self._gone | found)):
            self._gone |= found


class Box(Gesture):
    """Selects what a rectangle touches; Shift adds to what was selected."""

    def __init__(self, roll: PianoRoll, editor: NoteEditor, point: QPointF, add: bool) -> None:
        """Begin a rectangle."""
        super().__init__(roll, editor, point)
        self._before = editor.selection if add else frozenset()
        if not add:
            editor.select_none()

    def to(self, point: QPointF, keys: Qt.KeyboardModifier) -> None:
        step, pitch = self.roll.spot(point)
        start, end = sorted((self.step, step))
        low, high = sorted((self.pitch, pitch))
        self.roll.set_box((start, end, low, high))
        notes = self.roll.index.between(start, end)
        self.editor.select(self._before | picks.in_box(notes, start, end, low, high))

    def end(self, dragged: bool) -> None:
        self.roll.set_box(None)
