"""The hand on the piano roll: which drag a press begins, and the cursor that says so before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from engines.music.note_edits import Edge
from engines.music.score import Note
from studio.model.note_editor import NoteEditor
from studio.model.note_tools import Tool
from studio.view.widgets.roll_gestures import Box, Draw, Erase, Gesture, Move, Resize
from studio.view.widgets.roll_painter import KEYBOARD, note_rect

if TYPE_CHECKING:
    from studio.view.widgets.piano_roll import PianoRoll

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
#: Pixels at either end of a note that resize it; a quarter of a short one.
_EDGE = 6.0
#: A press that moves less than this is a click.
_SLOP = 3.0
#: Velocity of one notch of the wheel.
_NOTCH = 5


class RollHand:
    """Turns what the pointer does on a roll into edits."""

    def __init__(self, roll: PianoRoll, editor: NoteEditor) -> None:
        self._roll, self.editor = roll, editor
        self._gesture: Gesture | None = None
        self._dragged = False

    @property
    def busy(self) -> bool:
        """Whether a button is down."""
        return self._gesture is not None

    @property
    def tool(self) -> Tool:
        """The tool in hand; with nothing to select it is the pencil."""
        tool = self.editor.tools.tool
        return "draw" if tool == "select" and self.editor.empty else tool

    def press(self, event: QMouseEvent) -> None:
        """Begin what the tool does here."""
        if self._gesture is not None or event.button() not in (_LEFT, _RIGHT):
            return
        if self._roll.place(event.position()) is not None:
            self._dragged = False
            self._gesture = self._begin(event)

    def _begin(self, event: QMouseEvent) -> Gesture | None:
        roll, editor, point = self._roll, self.editor, event.position()
        if event.button() == _RIGHT or self.tool == "erase":
            return Erase(roll, editor, point)
        keys, note = event.modifiers(), self._note(point)
        if note is None:
            if self.tool == "draw" and not keys & _SHIFT:
                return Draw(roll, editor, point)
            return Box(roll, editor, point, add=bool(keys & (_SHIFT | _CTRL)))
        roll.touched.emit(note.pitch)
        if keys & _CTRL:
            editor.toggle(note)
            return None
        return self._grab(point, note)

    def _grab(self, point: QPointF, note: Note) -> Gesture | None:
        editor = self.editor
        among = note in editor.selection
        if not among:
            editor.select([note])
        if editor.refuses(note):
            return None
        edge = self._edge(point, note)
        if edge is not None:
            return Resize(self._roll, editor, point, edge)
        return Move(self._roll, editor, point, note, narrow=among)

    def move(self, event: QMouseEvent) -> None:
        """Drag on; beyond the sides the view comes along."""
        gesture, point = self._gesture, event.position()
        if gesture is None:
            return
        way = point - gesture.pressed
        if max(abs(way.x()), abs(way.y())) >= _SLOP:
            self._dragged = True
        if self._dragged:
            self._come_along(point)
            gesture.to(point, event.modifiers())

    def _come_along(self, point: QPointF) -> None:
        scale = self._roll.scale
        over = min(0.0, point.x() - KEYBOARD) + max(0.0, point.x() - KEYBOARD - scale.width)
        above = min(0.0, point.y()) + max(0.0, point.y() - scale.height)
        if over or above:
            scale.scroll(scale.left + over, scale.top + above)

    def release(self, event: QMouseEvent) -> None:
        """Keep what was done."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(self._dragged)

    def let_go(self) -> bool:
        """Escape: forget the drag, else the selection; False when there was neither."""
        if self._gesture is not None:
            self._gesture = None
            self._roll.set_box(None)
            self.editor.abandon()
            return True
        had = bool(self.editor.selection)
        self.editor.select_none()
        return had

    def wheel(self, event: QWheelEvent, notches: float) -> bool:
        """Louder or softer under the pointer, with the selection it is in; False beside notes."""
        note = self._note(event.position())
        if note is None or self.busy:
            return False
        if note not in self.editor.selection:
            self.editor.select([note])
        self.editor.louder(round(notches * _NOTCH))
        return True

    def cursor(self, point: QPointF) -> Qt.CursorShape:
        """What a press here would do."""
        shapes = Qt.CursorShape
        place = self._roll.place(point)
        if place is None:
            return shapes.ArrowCursor
        if int(place[0]) // self._roll.scale.bar_steps in self.editor.locks:
            return shapes.ForbiddenCursor
        note = self._note(point)
        if self.tool == "erase":
            return shapes.PointingHandCursor if note is not None else shapes.ArrowCursor
        if note is None:
            return shapes.CrossCursor if self.tool == "draw" else shapes.ArrowCursor
        edge = self._edge(point, note)
        return shapes.SizeHorCursor if edge is not None else shapes.SizeAllCursor

    def _note(self, point: QPointF) -> Note | None:
        place = self._roll.place(point)
        return self._roll.index.at(*place) if place is not None else None

    def _edge(self, point: QPointF, note: Note) -> Edge | None:
        rect = note_rect(note, self._roll.scale).translated(KEYBOARD, 0)
        room = min(_EDGE, rect.width() / 4)
        if point.x() >= rect.right() - room:
            return "right"
        return "left" if point.x() <= rect.left() + room else None
