"""The lane below the piano roll: how hard every note is struck, as bars to drag."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engines.music.score import Note
from studio.model.note_editor import NoteEditor
from studio.view.bind import describe
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_notes import MANY, NoteIndex
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale

HEIGHT = 64
_TOP, _BOTTOM = 6.0, 4.0
_WIDEST = 7.0
_LOUDEST = 127
#: A press this near a bar is a press on it, in pixels.
_REACH = 6.0


class VelocityLane(QWidget):
    """Bars on the scale of the roll above. Drag one to set it, drag across to paint.

    A bar of the selection takes the others with it, in proportion.

    Signals:
        pressed: the keyboard should go to the roll.
    """

    pressed = Signal()

    def __init__(self, scale: RollScale, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale, self._editor = scale, editor
        self._index = NoteIndex()
        self._chosen: frozenset[Note] = frozenset()
        self._locks: tuple[int, ...] = ()
        self._hover: QPointF | None = None
        self._over: Note | None = None
        self._still = self._index  # the notes as they were when the drag began
        self._painted: dict[Note, int] = {}
        self._held: Note | None = None  # the bar of the selection that is dragged
        self._group: frozenset[Note] = frozenset()
        self._last: QPointF | None = None
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        describe(self, "velocityLane", "Velocity", " ")
        self.setToolTip("")
        scale.changed.connect(self.update)
        theme.changed.connect(self.update)
        editor.changed.connect(self._on_edit)
        self._on_edit()

    # --- where things are ------------------------------------------------------------------

    def velocity_at(self, y: float) -> int:
        """The velocity 1..127 at a height."""
        share = (self.height() - _BOTTOM - y) / (self.height() - _BOTTOM - _TOP)
        return max(1, min(round(share * _LOUDEST), _LOUDEST))

    def bar_rect(self, note: Note) -> QRectF:
        """Where a note's bar is."""
        room = self.height() - _BOTTOM - _TOP
        high = max(1.0, room * note.velocity / _LOUDEST)
        wide = max(2.0, min(_WIDEST, note.length * self._scale.step_width - 2.0))
        left = KEYBOARD + self._scale.x(note.start) + 1.0
        return QRectF(left, self.height() - _BOTTOM - high, wide, high)

    def _note_near(self, index: NoteIndex, x: float) -> Note | None:
        """The note whose bar is under a place, else the one that sounds there."""
        scale = self._scale
        step, reach = scale.step(x - KEYBOARD), _REACH / scale.step_width
        near = [n for n in index.between(step - reach, step + reach) if n.start >= step - reach]
        if near:
            return min(near, key=lambda note: abs(note.start - step))
        return index.sounding(step)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, bar lines, bars, and the value under the pointer."""
        painter = QPainter(self)
        area = event.rect()
        painter.fillRect(area, theme.color("canvas"))
        painter.setClipRect(QRect(KEYBOARD, 0, self.width() - KEYBOARD, self.height()))
        self._paint_ground(painter)
        first = self._scale.step(area.left() - KEYBOARD - _WIDEST)
        last = self._scale.step(area.right() + 1 - KEYBOARD)
        self._paint_bars(painter, self._index.between(first, last))
        painter.setClipping(False)
        self._paint_margin(painter)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("hairline"))

    def _paint_ground(self, painter: QPainter) -> None:
        scale = self._scale
        end = min(scale.width, scale.x(scale.steps))
        ground = QRectF(KEYBOARD, 0, end, self.height())
        painter.fillRect(ground, theme.color("surface", 0.5 if theme.dark else 0.8))
        quiet = theme.color("hairline", 0.5)
        for part in (0.0, 0.5, 1.0):
            y = round(_TOP + part * (self.height() - _BOTTOM - _TOP))
            painter.fillRect(QRectF(KEYBOARD, y, end, 1), quiet)
        size = scale.bar_steps
        strong = theme.color("control", 0.55)
        first = max(0, int(scale.step(0.0) // size))
        last = int(min(scale.steps, scale.step(scale.width)) // size)
        for bar in range(first, last + 1):
            painter.fillRect(
                QRectF(KEYBOARD + round(scale.x(bar * size)), 0, 1, self.height()), strong
            )
        hatch = theme.color("canvas", 0.5)
        for bar in self._locks:
            left = KEYBOARD + scale.x(bar * size)
            painter.fillRect(QRectF(left, 0, size * scale.step_width, self.height()), hatch)

    def _paint_bars(self, painter: QPainter, notes: tuple[Note, ...]) -> None:
        some = bool(self._chosen)
        plain = theme.color("generator", 0.55 if some else 0.9)
        chosen, ink = theme.color("generator"), theme.color("text")
        over = self._hovered()
        for note in notes:
            rect = self.bar_rect(note)
            painter.fillRect(rect, chosen if note in self._chosen else plain)
            if note in self._chosen or note is over:
                painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), ink)
        if over is not None:
            self._paint_value(painter, over)

    def _hovered(self) -> Note | None:
        if self._hover is None or self._hover.x() < KEYBOARD:
            return None
        return self._note_near(self._index, self._hover.x())

    def _paint_value(self, painter: QPainter, note: Note) -> None:
        rect = self.bar_rect(note)
        painter.setFont(small_font(11))
        painter.setPen(theme.color("text"))
        area = QRectF(rect.right() + 3, max(1.0, rect.top() - 2), 28, 14)
        painter.fillRect(area.adjusted(-1, 0, 0, 0), theme.color("canvas", 0.75))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(note.velocity))

    def _paint_margin(self, painter: QPainter) -> None:
        painter.fillRect(QRect(0, 0, KEYBOARD, self.height()), theme.color("window"))
        painter.fillRect(QRect(KEYBOARD - 1, 0, 1, self.height()), theme.color("hairline"))
        painter.setFont(small_font(10))
        painter.setPen(theme.color("muted"))
        area = QRectF(0, 0, KEYBOARD - 5, self.height())
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, align, "Velocity")

    def _on_edit(self) -> None:
        fresh, chosen = NoteIndex(self._editor.notes), self._editor.selection
        whole = bool(chosen) != bool(self._chosen) or self._editor.locks != self._locks
        self._locks = self._editor.locks
        dirty = fresh.changes(self._index)
        if len(dirty) <= MANY:
            dirty = (*dirty, *(chosen ^ self._chosen))
        self._index, self._chosen = fresh, chosen
        if whole or len(dirty) > MANY:  # a selection dims the other bars
            self.update()
            return
        if not dirty:
            return
        left = min(self.bar_rect(note).left() for note in dirty)
        right = max(self.bar_rect(note).right() for note in dirty)
        self.update(int(left) - 2, 0, int(right - left) + 40, self.height())

    # --- the hand --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a bar in hand, or begin to paint."""
        point = event.position()
        if event.button() != Qt.MouseButton.LeftButton or point.x() < KEYBOARD:
            return
        self.pressed.emit()
        self._still, self._last = self._index, point
        note = self._note_near(self._still, point.x())
        together = note is not None and len(self._chosen) > 1 and note in self._chosen
        self._held, self._group = (note, self._chosen) if together else (None, frozenset())
        self._drag(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag on."""
        self._hover = event.position()
        if self._last is not None:
            self._drag(self._hover)
        over = (
            self._note_near(self._index, self._hover.x()) if self._hover.x() >= KEYBOARD else None
        )
        self.setCursor(Qt.CursorShape.ArrowCursor if over is None else Qt.CursorShape.SizeVerCursor)
        if over is not self._over:
            self._over = over
            self.update()

    def _drag(self, now: QPointF) -> None:
        before, self._last = self._last or now, now
        if self._held is not None:
            factor = self.velocity_at(now.y()) / self._held.velocity
            wanted = {note: round(note.velocity * factor) for note in self._group}
            self._editor.paint_velocities(wanted)
            return
        painted = {**self._painted, **self._across(before, now)}
        if painted != self._painted and self._editor.paint_velocities(painted):
            self._painted = painted

    def _across(self, before: QPointF, now: QPointF) -> dict[Note, int]:
        """The velocities of what begins on the way between two places, a straight line."""
        found = {}
        first, last = sorted(self._scale.step(place.x() - KEYBOARD) for place in (before, now))
        for note in self._still.between(first, last):
            if first <= note.start <= last and first < last:
                share = (KEYBOARD + self._scale.x(note.start) - before.x()) / (now.x() - before.x())
                found[note] = self.velocity_at(before.y() + share * (now.y() - before.y()))
        here = self._note_near(self._still, now.x())
        if here is not None:
            found[here] = self.velocity_at(now.y())
        return found

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep it: one step of undo."""
        if self._last is not None:
            self._last, self._held, self._painted = None, None, {}
            self._editor.keep("Change velocity")

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = self._over = None
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(640, HEIGHT)
