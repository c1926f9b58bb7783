"""The lane above the piano roll: a ruler of bars to put the playhead on, and every bar's chord."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT
from studio.view.bind import describe
from studio.view.theme import small_font, theme, ui_font
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale

RULER, CHORDS = 22, 34
#: Bars narrower than this are numbered every second, fourth, ... time.
_NUMBER_ROOM = 28.0


class ChordLane(QWidget):
    """Bars and chords on the scale of the piano roll below.

    Signals:
        sought: a press or drag on the ruler: the step.
        chordPressed: the bar whose chord was pressed.
    """

    sought = Signal(float)
    chordPressed = Signal(int)

    def __init__(self, scale: RollScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._chords: tuple[str, ...] = ()
        self._playhead = 0.0
        self._bar = 0
        self._shown = False
        self._hover = -1
        describe(self, "chordLane", "Bars and chords")
        self.setFixedHeight(RULER + CHORDS)
        self.setMouseTracking(True)
        scale.changed.connect(self.update)
        theme.changed.connect(self.update)

    def show_chords(self, chords: tuple[str, ...]) -> None:
        """Show one chord a bar."""
        if chords != self._chords:
            self._chords = chords
            self.setAccessibleDescription(" ".join(chords))
            self.update()

    def set_playhead(self, step: float, shown: bool) -> None:
        """Mark the place on the ruler, and the bar it is in."""
        if (step, shown) == (self._playhead, self._shown):
            return
        before = self._x(self._playhead)
        bar = int(step) // STEPS_PER_BAR
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
        bar = int(self._scale.step(x - KEYBOARD) // STEPS_PER_BAR)
        return bar if x >= KEYBOARD and 0 <= bar < len(self._chords) else -1

    def bar_rect(self, bar: int) -> QRectF:
        """Where a bar's chord is."""
        left = self._x(bar * STEPS_PER_BAR)
        return QRectF(left, RULER, STEPS_PER_BAR * self._scale.step_width, CHORDS)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ruler, chords, playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.setClipRect(QRectF(KEYBOARD, 0, self.width() - KEYBOARD, self.height()))
        area = event.rect()
        for bar in range(len(self._chords)):
            rect = self.bar_rect(bar)
            if rect.right() >= area.left() and rect.left() <= area.right():
                self._paint_bar(painter, bar, rect)
        if self._shown and self._x(self._playhead) >= KEYBOARD:
            painter.setClipRect(QRectF(KEYBOARD - 6, 0, self.width() - KEYBOARD + 6, self.height()))
            self._paint_playhead(painter)
        painter.setClipping(False)
        line = theme.color("hairline")
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), line)
        painter.fillRect(QRectF(KEYBOARD - 1, 0, 1, self.height()), line)

    def _paint_bar(self, painter: QPainter, bar: int, rect: QRectF) -> None:
        here = self._shown and bar == self._bar
        if bar == self._hover or here:
            painter.fillRect(rect, theme.color("hover" if bar == self._hover else "surface"))
        painter.fillRect(QRectF(round(rect.left()), 0, 1, self.height()), theme.color("hairline"))
        self._paint_number(painter, bar, rect, here)
        painter.setPen(theme.color("text"))
        self._paint_chord(painter, self._chords[bar], rect)

    def _paint_chord(self, painter: QPainter, symbol: str, rect: QRectF) -> None:
        """The symbol as large as its bar allows."""
        font = ui_font()
        font.setWeight(font.Weight.DemiBold)
        indent = 8.0 if rect.width() >= 48 else 4.0
        room = max(rect.width() - indent - 3, 10.0)
        for pixels in (15, 13, 11, 10):
            font.setPixelSize(pixels)
            if QFontMetricsF(font).horizontalAdvance(symbol) <= room:
                break
        painter.setFont(font)
        text = QFontMetricsF(font).elidedText(symbol, Qt.TextElideMode.ElideRight, room)
        area = rect.adjusted(indent, 0, 0, -1)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_number(self, painter: QPainter, bar: int, rect: QRectF, here: bool) -> None:
        every = 1
        while rect.width() * every < _NUMBER_ROOM:
            every *= 2
        if bar % every == 0:
            painter.setFont(small_font(11))
            painter.setPen(theme.color("text" if here else "muted"))
            area = QRectF(rect.left() + 8, 0, max(rect.width() * every - 8, 20), RULER)
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(area, align, str(bar + 1))
        for beat in range(1, STEPS_PER_BAR // STEPS_PER_BEAT):
            x = rect.left() + beat * rect.width() / 4
            if rect.width() >= 48:
                painter.fillRect(QRectF(round(x), RULER - 5, 1, 5), theme.color("hairline"))

    def _paint_playhead(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = round(self._x(self._playhead)) + 0.25
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text"))
        bottom = QPointF(x, RULER - 1)
        top = RULER - 11
        painter.drawPolygon([QPointF(x - 5, top), QPointF(x + 5, top), bottom])
        painter.setPen(QPen(theme.color("text", 0.5), 1))
        painter.drawLine(QPointF(x, RULER), QPointF(x, self.height()))

    # --- the hand --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek on the ruler, or ask for the chord."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().y() < RULER:
            self._seek(event.position().x())
        elif (bar := self.bar_at(event.position().x())) >= 0:
            self.chordPressed.emit(bar)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the playhead; show which chord would be taken."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._hover < 0:
                self._seek(event.position().x())
            return
        over = event.position().y() >= RULER
        bar = self.bar_at(event.position().x()) if over else -1
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if bar >= 0 else Qt.CursorShape.ArrowCursor
        )
        self.setToolTip("Press to change this chord." if over else "Press to play from here.")
        if bar != self._hover:
            self._hover = bar
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = -1
        self.update()

    def _seek(self, x: float) -> None:
        step = self._scale.step(x - KEYBOARD)
        if self._chords:
            self.sought.emit(max(0.0, min(step, float(self._scale.steps))))

    def sizeHint(self) -> QSize:
        """As wide as the roll."""
        return QSize(800, RULER + CHORDS)
