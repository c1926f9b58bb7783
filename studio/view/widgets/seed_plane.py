"""A square pad between four seeds: the nearer the handle is to a corner, the more it weighs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.view.theme import theme

_HANDLE = 8.0
_MARGIN = 10.0
_LINES = 4
_KEYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_COARSE, _FINE = 0.05, 0.01


class SeedPlane(QWidget):
    """Shows a place from (0, 0) at the top left to (1, 1), and lets a person drag it.

    Signals:
        moved: another place.
    """

    moved = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._x, self._y = 0.0, 0.0
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(148)
        self.setMinimumWidth(148)
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme.changed.connect(self.update)

    def show_place(self, x: float, y: float) -> None:
        """Show a place without telling anybody."""
        self._x, self._y = x, y
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(148, 148)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def _go(self, place: QPointF) -> None:
        area = self._area()
        x = (place.x() - area.left()) / area.width()
        y = (place.y() - area.top()) / area.height()
        self._tell(x, y)

    def _tell(self, x: float, y: float) -> None:
        x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
        if (x, y) != (self._x, self._y):
            self.show_place(x, y)
            self.moved.emit(x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the pointer and drag from there."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._dragging = True
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self._dragging:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over."""
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """To the middle."""
        self._tell(0.5, 0.5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows move; with Shift, finely."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        size = _FINE if fine else _COARSE
        self._tell(self._x + size * step[0], self._y + size * step[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pad, its four corners, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.setPen(QPen(theme.color("hairline"), 1))
        painter.setBrush(theme.color("window"))
        painter.drawRoundedRect(area, 4, 4)
        for number in range(1, _LINES):
            share = number / _LINES
            x, y = area.left() + share * area.width(), area.top() + share * area.height()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("muted"))
        for corner in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
            painter.drawEllipse(corner, 3, 3)
        place = QPointF(area.left() + self._x * area.width(), area.top() + self._y * area.height())
        ring = theme.color("focus" if self.hasFocus() else "surface")
        painter.setPen(QPen(ring, 2))
        painter.setBrush(theme.color("text"))
        painter.drawEllipse(place, _HANDLE - 1, _HANDLE - 1)
