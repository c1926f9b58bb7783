"""The piano roll: the melody over its bars, to look at, to travel in, and to edit by hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.model.note_editor import NoteEditor
from studio.view.bind import describe
from studio.view.widgets.roll_hand import RollHand
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale
from studio.view.widgets.roll_view import RollView

_ZOOM_STEP = 1.2


class PianoRoll(RollView):
    """Ctrl and the wheel zoom time, Ctrl+Shift rows; the wheel scrolls; the hand edits.

    Signals:
        touched: the pitch of a note or key that was pressed.
        sought: a double-click asks for the playhead: the step.
    """

    touched = Signal(int)
    sought = Signal(float)

    def __init__(self, scale: RollScale, parent: QWidget | None = None) -> None:
        super().__init__(scale, parent)
        self.hand: RollHand | None = None
        describe(self, "pianoRoll", "Piano roll", " ")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    def edit_with(self, editor: NoteEditor) -> None:
        """Let the pointer edit a song's melody; without an editor it looks only."""
        self.hand = RollHand(self, editor)
        editor.changed.connect(lambda: self.show_notes(editor.notes, editor.selection))

    def spot(self, point: QPointF) -> tuple[float, int]:
        """Step and pitch under a point, or the nearest there are."""
        step = self.scale.step(point.x() - KEYBOARD)
        return max(0.0, min(step, float(self.scale.steps))), self.scale.pitch(point.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A note or a key sounds; the hand begins what its tool does."""
        point, hand = event.position(), self.hand
        left = event.button() == Qt.MouseButton.LeftButton
        if point.x() < KEYBOARD:
            pitch = self.scale.pitch(point.y())
            if left and hand is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                hand.editor.select_pitches([pitch])
            if left:
                self.touched.emit(pitch)
        elif hand is not None:
            hand.press(event)
        elif left:
            place = self.place(point)
            note = self.index.at(*place) if place is not None else None
            if note is not None:
                self.touched.emit(note.pitch)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The hand has done what it did."""
        if self.hand is not None:
            self.hand.release(event)
            self._show_cursor(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The playhead goes there, unless the tool writes or erases."""
        if self.hand is not None and self.hand.tool != "select":
            self.mousePressEvent(event)
            return
        place = self.place(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if place is not None and self._clip is not None and left:
            self.sought.emit(place[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what is under the pointer, or drag on."""
        self._update_hover()
        self._hover = event.position()
        if self.hand is not None and self.hand.busy:
            self.hand.move(event)
        else:
            self._show_cursor(event)
        self._update_hover()

    def _show_cursor(self, event: QMouseEvent) -> None:
        point = event.position()
        shape = Qt.CursorShape.ArrowCursor
        if point.x() < KEYBOARD:
            shape = Qt.CursorShape.PointingHandCursor
        elif self.hand is not None:
            shape = self.hand.cursor(point)
        elif (place := self.place(point)) is not None and self.index.at(*place) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._update_hover()
        self._hover = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl stretch time (over a note: its velocity), with Ctrl+Shift the rows."""
        delta = event.angleDelta()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        notches = (delta.y() or delta.x()) / 120
        if ctrl and not shift and self.hand is not None and self.hand.wheel(event, notches):
            event.accept()
            return
        if ctrl and shift:
            self.scale.zoom_rows(_ZOOM_STEP**notches, event.position().y())
        elif ctrl:
            self.scale.zoom_steps(_ZOOM_STEP**notches, event.position().x() - KEYBOARD)
        else:
            sideways, down = delta.x() or (delta.y() if shift else 0), 0 if shift else delta.y()
            self.scale.scroll(self.scale.left - sideways, self.scale.top - down / 2)
        self._stray()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows scroll and Escape lets go; the page's shortcuts come first."""
        moves = {
            Qt.Key.Key_Left: (-self.scale.bar_steps * self.scale.step_width, 0.0),
            Qt.Key.Key_Right: (self.scale.bar_steps * self.scale.step_width, 0.0),
            Qt.Key.Key_Up: (0.0, -3 * self.scale.row_height),
            Qt.Key.Key_Down: (0.0, 3 * self.scale.row_height),
        }
        if event.key() in moves:
            dx, dy = moves[Qt.Key(event.key())]
            self._stray()
            self.scale.scroll(self.scale.left + dx, self.scale.top + dy)
        elif event.key() != Qt.Key.Key_Escape or self.hand is None or not self.hand.let_go():
            event.ignore()
