"""The lane above the piano roll: a ruler to seek and loop on, and every bar's chord and lock."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from studio.view.bind import describe
from studio.view.theme import theme
from studio.view.widgets.lane_painter import (
    CHORDS,
    RULER,
    BarLook,
    again_rect,
    lock_rect,
    paint_bar,
    paint_marker,
)
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale

#: A press that moves less than this is a click.
_DRAG = 5.0


@dataclass(frozen=True)
class LaneContent:
    """What the lane shows.

    Attributes:
        chords: a symbol a bar.
        locks: locked bars.
        held: bars whose chord is held.
        loop: first step and the step after the last of the loop, or None.
        tempos: bars where another tempo begins, with it.
    """

    chords: tuple[str, ...] = ()
    locks: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    loop: tuple[int, int] | None = None
    tempos: tuple[tuple[int, float], ...] = ()


class ChordLane(QWidget):
    """Bars and chords on the scale of the piano roll below.

    Signals:
        sought: a press on the ruler: the step.
        loopDrawn: a drag over the ruler, or a double click on it: first bar and the bar after the
            last; -1, -1 for none.
        chordPressed: the bar whose chord was pressed.
        lockPressed: the bar, and whether it is to be locked.
        againPressed: the bar to write again.
        menuRequested: the bar, and where on the screen.
    """

    sought = Signal(float)
    loopDrawn = Signal(int, int)
    chordPressed = Signal(int)
    lockPressed = Signal(int, bool)
    againPressed = Signal(int)
    menuRequested = Signal(int, object)

    def __init__(self, scale: RollScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._content = LaneContent()
        self._playhead, self._bar, self._shown = 0.0, 0, False
        self._hover, self._focused = -1, 0
        self._pressed: QPointF | None = None  # on the ruler
        self._painting: bool | None = None  # a drag over padlocks locks or unlocks
        describe(self, "chordLane", "Bars and chords")
        self.setFixedHeight(RULER + CHORDS)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scale.changed.connect(self.update)
        theme.changed.connect(self.update)

    @property
    def content(self) -> LaneContent:
        """What is shown."""
        return self._content

    def show_content(self, content: LaneContent) -> None:
        """Show other chords, locks or loops."""
        if content != self._content:
            self._content = content
            self._focused = min(self._focused, max(0, len(content.chords) - 1))
            locks = ", ".join(str(bar + 1) for bar in content.locks)
            told = " ".join(content.chords)
            self.setAccessibleDescription(f"{told}. Locked: {locks}." if locks else told)
            self.update()

    def set_playhead(self, step: float, shown: bool) -> None:
        """Mark the place on the ruler, and the bar it is in."""
        if (step, shown) == (self._playhead, self._shown):
            return
        before = self._x(self._playhead)
        bar = int(step) // self._scale.bar_steps
        whole = bar != self._bar or shown != self._shown
        self._playhead, self._shown, self._bar = step, shown, bar
        if whole:
            self.update()
        else:
            for x in (before, self._x(step)):
                self.update(int(x) - 7, 0, 15, self.height())

    def _x(self, step: float) -> float:
        return KEYBOARD + self._scale.x(step)

    def bar_at(self, x: float) -> int:
        """The bar at a place, or -1 where there is none."""
        bar = int(self._scale.step(x - KEYBOARD) // self._scale.bar_steps)
        return bar if x >= KEYBOARD and 0 <= bar < len(self._content.chords) else -1

    def bar_rect(self, bar: int) -> QRectF:
        """Where a bar's chord is."""
        steps = self._scale.bar_steps
        return QRectF(self._x(bar * steps), RULER, steps * self._scale.step_width, CHORDS)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ruler, chords, playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.setClipRect(QRectF(KEYBOARD, 0, self.width() - KEYBOARD, self.height()))
        area = event.rect()
        size, scale = self._scale.bar_steps, self._scale
        first = max(0, int(scale.step(area.left() - KEYBOARD) // size))
        last = int(scale.step(area.right() + 1 - KEYBOARD) // size) + 1
        for bar in range(first, min(last, len(self._content.chords))):
            paint_bar(painter, bar, self.bar_rect(bar), size, self._look(bar))
        if self._shown and self._x(self._playhead) >= KEYBOARD:
            painter.setClipRect(QRectF(KEYBOARD - 6, 0, self.width() - KEYBOARD + 6, self.height()))
            paint_marker(painter, self._x(self._playhead), self.height())
        painter.setClipping(False)
        line = theme.color("hairline")
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), line)
        painter.fillRect(QRectF(KEYBOARD - 1, 0, 1, self.height()), line)

    def _look(self, bar: int) -> BarLook:
        content, steps = self._content, self._scale.bar_steps
        loop = content.loop
        return BarLook(
            chord=content.chords[bar],
            locked=bar in content.locks,
            held=bar in content.held,
            here=self._shown and bar == self._bar,
            hovered=bar == self._hover,
            focused=self.hasFocus() and bar == self._focused,
            looped=loop is not None and loop[0] < (bar + 1) * steps and bar * steps < loop[1],
            tempo=dict(content.tempos).get(bar, 0.0),
        )

    # --- the hand --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek on the ruler; on a bar its padlock, its button, or its chord."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        if point.y() < RULER:
            self._pressed = point
            return
        bar = self.bar_at(point.x())
        if bar < 0:
            return
        self._focused = bar
        rect, spot = self.bar_rect(bar), point.toPoint()
        if lock_rect(rect).contains(spot):
            self._painting = bar not in self._content.locks
            self.lockPressed.emit(bar, self._painting)
        elif again_rect(rect).contains(spot) and bar not in self._content.locks:
            self.againPressed.emit(bar)
        else:
            self.chordPressed.emit(bar)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw a loop on the ruler, paint locks over bars, or show what would be pressed."""
        point = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._pressed is not None:
                self._drag_loop(point.x())
            elif self._painting is not None:
                bar = self.bar_at(point.x())
                if bar >= 0 and (bar in self._content.locks) != self._painting:
                    self.lockPressed.emit(bar, self._painting)
            return
        self._show_hover(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the ruler seeks."""
        pressed, self._pressed, self._painting = self._pressed, None, None
        if pressed is not None and abs(event.position().x() - pressed.x()) < _DRAG:
            self._seek(pressed.x())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the ruler: loop this bar alone, or take the loop away when there is one."""
        if event.position().y() >= RULER:
            self.mousePressEvent(event)
            return
        bar = self.bar_at(event.position().x())
        if self._content.loop is not None:
            self.loopDrawn.emit(-1, -1)
        elif bar >= 0:
            self.loopDrawn.emit(bar, bar + 1)

    def _drag_loop(self, x: float) -> None:
        assert self._pressed is not None
        if abs(x - self._pressed.x()) < _DRAG or not self._content.chords:
            return
        last = len(self._content.chords) - 1
        steps = self._scale.bar_steps
        ends = [
            int(self._scale.step(place - KEYBOARD) // steps) for place in (self._pressed.x(), x)
        ]
        first, end = (max(0, min(bar, last)) for bar in sorted(ends))
        self.loopDrawn.emit(first, end + 1)

    def _show_hover(self, point: QPointF) -> None:
        over = point.y() >= RULER
        bar = self.bar_at(point.x()) if over else -1
        hand = Qt.CursorShape.PointingHandCursor if bar >= 0 else Qt.CursorShape.ArrowCursor
        self.setCursor(hand)
        self.setToolTip(self._tip(bar, point) if over else _RULER_TIP)
        if bar != self._hover:
            self._hover = bar
            self.update()

    def _tip(self, bar: int, point: QPointF) -> str:
        if bar < 0:
            return ""
        rect, spot = self.bar_rect(bar), point.toPoint()
        locked = bar in self._content.locks
        if lock_rect(rect).contains(spot):
            return "Unlock this bar (L)." if locked else "Lock this bar: composing leaves it (L)."
        if again_rect(rect).contains(spot) and not locked:
            return "Write this bar again (R)."
        return "Press to change this chord."

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = -1
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with this bar."""
        bar = self.bar_at(event.pos().x())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            bar = self._focused
        if bar >= 0 and self._content.chords:
            self.menuRequested.emit(bar, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar; Enter opens its chord."""
        bars = len(self._content.chords)
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in moves and bars:
            self._focused = max(0, min(bars - 1, self._focused + moves[Qt.Key(event.key())]))
            self.sought.emit(float(self._focused * self._scale.bar_steps))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and bars:
            self.chordPressed.emit(self._focused)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Arrows and Enter belong to the lane while it has the keyboard."""
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in keys
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the playhead's bar."""
        self._focused = min(self._bar, max(0, len(self._content.chords) - 1))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No bar has the keyboard."""
        self.update()

    def _seek(self, x: float) -> None:
        step = self._scale.step(x - KEYBOARD)
        if self._content.chords:
            self.sought.emit(max(0.0, min(step, float(self._scale.steps))))

    def sizeHint(self) -> QSize:
        """As wide as the roll."""
        return QSize(800, RULER + CHORDS)


_RULER_TIP = "Press to play from here, drag to loop these bars."
