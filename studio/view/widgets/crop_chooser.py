"""A picture with a square on it, to be moved and stretched."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio.model.crop import Crop
from studio.view.theme import theme

#: Room for the handles around the picture, and how near to a corner counts as on it.
_MARGIN, _REACH, _HANDLE = 8.0, 14.0, 5.0
_LARGEST = QSize(440, 360)
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
#: Shares of the square's side that a key or a notch of the wheel moves and stretches by.
_COARSE, _GROW = 0.05, 1.1


class CropChooser(QWidget):
    """Drag the square or one of its corners; the wheel, + and − change its size.

    Signals:
        changed: another square.
    """

    changed = Signal()

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self.crop = Crop.largest(image.width(), image.height())
        room = image.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio)
        room = room.expandedTo(QSize(1, 1))  # of very long pictures nothing would be left
        self._image = image.scaled(
            room * self.devicePixelRatioF(),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._area = QRectF(_MARGIN, _MARGIN, room.width(), room.height())
        # By the longer side, of which rounding takes the least.
        longest = max(image.width(), image.height())
        self._scale = max(room.width(), room.height()) / longest
        self._grip: QPointF | None = None  # from what is held to the pointer, in picture pixels
        self._corner: tuple[bool, bool] | None = None  # the one that is dragged: right, bottom
        self.setFixedSize(room + QSize(round(2 * _MARGIN), round(2 * _MARGIN)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def choose(self, crop: Crop) -> None:
        """Another square."""
        if crop != self.crop:
            self.crop = crop
            self.update()
            self.changed.emit()

    # --- geometry --------------------------------------------------------------------------

    def square(self) -> QRectF:
        """Where the square is in the widget."""
        crop = self.crop
        corner = self._area.topLeft() + QPointF(crop.left, crop.top) * self._scale
        return QRectF(corner, corner + QPointF(crop.side, crop.side) * self._scale)

    def _pixel(self, at: QPointF) -> QPointF:
        return (at - self._area.topLeft()) / self._scale

    def _corner_at(self, at: QPointF) -> tuple[bool, bool] | None:
        """The corner at a point: right or not, bottom or not. A small square keeps a middle."""
        square = self.square()
        right, bottom = at.x() > square.center().x(), at.y() > square.center().y()
        off = at - self._corner_of(right, bottom)
        reach = min(_REACH, square.width() / 3)
        return (right, bottom) if max(abs(off.x()), abs(off.y())) <= reach else None

    def _corner_of(self, right: bool, bottom: bool) -> QPointF:
        square = self.square()
        x = square.right() if right else square.left()
        return QPointF(x, square.bottom() if bottom else square.top())

    # --- mouse and keys --------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a corner or of the square; elsewhere it comes to the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        at = self._pixel(event.position())
        self._corner = self._corner_at(event.position())
        if self._corner is None and not self.square().contains(event.position()):
            half = self.crop.side / 2
            self.choose(self.crop.at(at.x() - half, at.y() - half))
        held = self._corner_of(*(self._corner or (False, False)))
        self._grip = at - self._pixel(held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held; show what could be."""
        if self._grip is None:
            self._show_cursor(event.position())
            return
        at = self._pixel(event.position()) - self._grip
        if self._corner is None:
            self.choose(self.crop.at(at.x(), at.y()))
        else:
            right, bottom = self._corner
            crop = self.crop
            across = at.x() - crop.left if right else crop.left + crop.side - at.x()
            down = at.y() - crop.top if bottom else crop.top + crop.side - at.y()
            self.choose(crop.stretched(max(across, down), not right, not bottom))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = self._corner = None
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The largest square."""
        self.choose(Crop.largest(self.crop.width, self.crop.height))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Larger or smaller around its middle."""
        self.choose(self.crop.sized(self.crop.side * _GROW ** (event.angleDelta().y() / 120)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows move (with Shift, by a pixel), + and − stretch."""
        crop, step = self.crop, _KEYS.get(Qt.Key(event.key()))
        if step is not None:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            by = 1 if fine else max(1, round(crop.side * _COARSE))
            self.choose(crop.at(crop.left + by * step[0], crop.top + by * step[1]))
        elif event.text() in ("+", "="):
            self.choose(crop.sized(crop.side * _GROW))
        elif event.text() in ("-", "_"):
            self.choose(crop.sized(crop.side / _GROW))
        else:
            super().keyPressEvent(event)

    def _show_cursor(self, at: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        corner = self._corner_at(at)
        if corner is not None:
            shape = (
                Qt.CursorShape.SizeFDiagCursor
                if corner[0] == corner[1]
                else Qt.CursorShape.SizeBDiagCursor
            )
        elif self.square().contains(at):
            shape = Qt.CursorShape.SizeAllCursor
        self.setCursor(shape)

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, darker outside the square, and the square with its corners."""
        painter = QPainter(self)
        painter.drawImage(self._area, self._image)
        square = self.square()
        outside = QPainterPath()
        outside.addRect(self._area)
        outside.addRect(square)
        painter.fillPath(outside, QColor(0, 0, 0, 140))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, grown in ((QColor(0, 0, 0, 170), 1.0), (QColor("white"), 0.0)):
            painter.setPen(QPen(colour, 1))
            painter.drawRect(square.adjusted(-grown, -grown, grown, grown))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("focus") if self.hasFocus() else QColor(0, 0, 0, 170), 2))
        painter.setBrush(QColor("white"))
        for corner in (
            square.topLeft(), square.topRight(), square.bottomLeft(), square.bottomRight(),
        ):  # fmt: skip
            painter.drawEllipse(corner, _HANDLE, _HANDLE)
