"""The canvas: one picture that is zoomed at the cursor, panned, and always drawn sharp."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.view.theme import theme
from studio.view.widgets.placement import Placement
from studio.view.widgets.resample import is_loaded, resample

_NOTCH = 1.25
_PAN_STEP = 48
#: Above this many device pixels, and while pictures follow each other faster than this, the fine
#: filter (3 ms for half a megapixel) waits until the view rests.
_AT_ONCE = 2_000_000
_FLICKING_S = 0.1
_REST_MS = 60


class ImageView(QWidget):
    """Shows a picture. 100% is one picture pixel on one screen pixel.

    Signals:
        zoomChanged: the zoom, 1.0 is 100%.
        dragOut: a person drags the picture out of the window.
    """

    zoomChanged = Signal(float)
    dragOut = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.placement = Placement()
        self._told_zoom = 0.0
        self._precise, self._space = False, False
        self._press: QPointF | None = None
        self._panning = False
        self._changed, self._flicking = 0.0, False
        self._fine: tuple[tuple[object, ...], QImage] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._refine)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        theme.changed.connect(self.update)

    # --- what is shown ---------------------------------------------------------------------

    def set_image(self, image: QImage) -> None:
        """Show another picture; zoom and place stay when it has the same size."""
        now = time.monotonic()
        self._flicking, self._changed = now - self._changed < _FLICKING_S, now
        self._image = image
        self._fine = None
        self.placement.set_picture(QSizeF(image.size()))
        self._moved()

    def set_pixel_precise(self, precise: bool) -> None:
        """Hard pixel edges instead of a smooth enlargement."""
        self._precise = precise
        self.update()

    @property
    def zoom(self) -> float:
        """The zoom, 1.0 is 100%."""
        return self.placement.zoom

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self.placement.fit()
        self._moved()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the point ``at`` (the view's middle by default) stays where it is."""
        if not self._image.isNull():
            self.placement.set_zoom(zoom, at)
            self._moved()

    def zoom_by(self, notches: float, at: QPointF | None = None) -> None:
        """Zoom in (positive) or out by wheel notches."""
        self.set_zoom(self.zoom * _NOTCH**notches, at)

    def _pan(self, by: QPointF) -> None:
        self.placement.pan(by)
        self._moved()

    def _moved(self) -> None:
        if self.zoom != self._told_zoom:
            self._told_zoom = self.zoom
            self.zoomChanged.emit(self.zoom)
        self.update()

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The canvas, the picture, and a ring when the keyboard is here."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        if not self._image.isNull():
            self._paint_picture(painter)
        if self.hasFocus() and self._shows_focus:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    _shows_focus = False

    def _paint_picture(self, painter: QPainter) -> None:
        target = self.placement.target()
        visible = target.intersected(QRectF(self.rect()))
        if visible.isEmpty():
            return
        if self._precise and self.zoom >= 1.0:
            painter.drawImage(target, self._image)
            return
        key = self._key(visible)
        if self._fine is None or self._fine[0] != key:
            pixels = visible.width() * visible.height() * self.devicePixelRatioF() ** 2
            if is_loaded() and pixels <= _AT_ONCE and not self._flicking:
                self._make_fine(visible, key)
            else:
                self._rest.start()
        if self._fine is not None and self._fine[0] == key:
            painter.drawImage(visible, self._fine[1])
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self._image)

    def _key(self, visible: QRectF) -> tuple[object, ...]:
        source = self.placement.source(visible)
        return (self._image.cacheKey(), visible.getRect(), source.getRect())

    def _make_fine(self, visible: QRectF, key: tuple[object, ...]) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(
            max(1, round(visible.width() * ratio)), max(1, round(visible.height() * ratio))
        )
        self._fine = (key, resample(self._image, self.placement.source(visible), size))

    def _refine(self) -> None:
        self._flicking = False
        visible = self.placement.target().intersected(QRectF(self.rect()))
        if not self._image.isNull() and not visible.isEmpty():
            self._make_fine(visible, self._key(visible))
            self.update()

    # --- pointer and keys ------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the cursor; a touch pad's two fingers pan."""
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not event.pixelDelta().isNull() and not zooming:
            self._pan(QPointF(event.pixelDelta()))
        else:
            self.zoom_by(event.angleDelta().y() / 120, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching zooms; Space belongs to the canvas while it has the keyboard."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self.zoom * (1.0 + event.value()), event.position())
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.placement.set_view(QSizeF(self.size()), self.devicePixelRatioF())
            self._moved()
        elif isinstance(event, QKeyEvent) and self._overrides(event):
            event.accept()
            return True
        return super().event(event)

    def _overrides(self, event: QKeyEvent) -> bool:
        wanted = event.type() == QEvent.Type.ShortcutOverride
        return wanted and event.key() in (Qt.Key.Key_Space, *_ARROWS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left drags what can be dragged, the middle button and Space always pan."""
        if self._image.isNull():
            return
        self._press = event.position()
        middle = event.button() == Qt.MouseButton.MiddleButton
        self._panning = middle or self._space or self.placement.overflows()
        self._update_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or begin to drag the picture out."""
        if self._press is None:
            return
        moved = event.position() - self._press
        if self._panning:
            self._press = event.position()
            self._pan(moved)
        elif moved.manhattanLength() >= QApplication.startDragDistance():
            self._press = None
            self.dragOut.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over."""
        self._press = None
        self._panning = False
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or 100% when it fits already."""
        if self.placement.fitted:
            self.set_zoom(1.0, event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pans with the pointer, the arrows pan by themselves."""
        self._shows_focus = True
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            self._update_cursor()
        elif event.key() in _ARROWS:
            x, y = _ARROWS[Qt.Key(event.key())]
            self._pan(QPointF(x, y) * _PAN_STEP)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space is let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._update_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring is drawn when the keyboard came here, not after a click."""
        self._shows_focus = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Space may be let go elsewhere."""
        self._space = False
        self._update_cursor()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture follows."""
        self.placement.set_view(QSizeF(self.size()), self.devicePixelRatioF())
        self._moved()

    def _update_cursor(self) -> None:
        if self._panning:
            self.setCursor(QCursor(Qt.CursorShape.ClosedHandCursor))
        elif self._space:
            self.setCursor(QCursor(Qt.CursorShape.OpenHandCursor))
        else:
            self.unsetCursor()


_ARROWS = {
    Qt.Key.Key_Left: (1.0, 0.0),
    Qt.Key.Key_Right: (-1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
