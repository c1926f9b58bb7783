"""A view of a document that is zoomed at the pointer, panned and turned."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio.view.widgets.canvas.picture import PictureView

_NOTCH = 1.25
_PAN_STEP = 48
_TURN_STEP = 15.0
#: Degrees that a drag with Shift turns the view by, for each pixel.
_TURN_BY = 0.25


class Navigation(QWidget):
    """Where the document lies in the view, and the pointer and keys that move it.

    Signals:
        zoomChanged: the zoom, 1.0 is 100%.
    """

    zoomChanged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = PictureView()
        self._told_zoom = 0.0
        self._space = False
        self._panning: QPointF | None = None
        self._turning: QPointF | None = None
        self._shows_focus = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)

    @property
    def zoom(self) -> float:
        """The zoom, 1.0 is 100%."""
        return self.picture.placement.zoom

    @property
    def angle(self) -> float:
        """How far the view is turned, clockwise in degrees."""
        return self.picture.placement.angle

    def fit(self) -> None:
        """The whole picture, as large as it goes, upright."""
        self.picture.placement.fit()
        self._moved()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the point ``at`` (the view's middle by default) stays where it is."""
        if not self.picture.state.is_empty:
            self.picture.placement.set_zoom(zoom, at)
            self._moved()

    def zoom_by(self, notches: float, at: QPointF | None = None) -> None:
        """Zoom in (positive) or out by wheel notches."""
        self.set_zoom(self.zoom * _NOTCH**notches, at)

    def turn(self, steps: float) -> None:
        """Turn the view by steps of 15 degrees, clockwise."""
        self.picture.placement.turn(steps * _TURN_STEP)
        self._moved()

    def _pan(self, by: QPointF) -> None:
        self.picture.placement.pan(by)
        self._moved()

    def _moved(self) -> None:
        if self.zoom != self._told_zoom:
            self._told_zoom = self.zoom
            self.zoomChanged.emit(self.zoom)
        self.update()

    # --- pointer ---------------------------------------------------------------------------

    @property
    def moving_view(self) -> bool:
        return self._space or self._panning is not None or self._turning is not None

    def press_view(self, event: QMouseEvent) -> bool:
        """Begin to move the view, if that is what the middle button or Space ask for."""
        if not (self._space or event.button() == Qt.MouseButton.MiddleButton):
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._turning = event.position()
        else:
            self._panning = event.position()
        return True

    def move_view(self, here: QPointF) -> bool:
        """Go on moving the view; false when nothing moves it."""
        if self._panning is not None:
            self._pan(here - self._panning)
            self._panning = here
        elif self._turning is not None:
            self.picture.placement.turn((here.x() - self._turning.x()) * _TURN_BY)
            self._turning = here
            self._moved()
        else:
            return False
        return True

    def release_view(self) -> None:
        """The view stays where it is."""
        self._panning = self._turning = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer; a touch pad's two fingers pan."""
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not event.pixelDelta().isNull() and not zooming:
            self._pan(QPointF(event.pixelDelta()))
        else:
            self.zoom_by(event.angleDelta().y() / 120, event.position())
        event.accept()

    # --- keys and state --------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Pinching zooms; Space and the arrows belong to the canvas while it has the keyboard."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self.zoom * (1.0 + event.value()), event.position())
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized()
        elif isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

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
        self._resized()

    def _resized(self) -> None:
        self.picture.ratio = self.devicePixelRatioF()
        self.picture.placement.set_view(QSizeF(self.size()), self.picture.ratio)
        self._moved()

    def _update_cursor(self) -> None:
        if self._panning is not None:
            self.setCursor(QCursor(Qt.CursorShape.ClosedHandCursor))
        elif self._space:
            self.setCursor(QCursor(Qt.CursorShape.OpenHandCursor))
        else:
            self.setCursor(QCursor(self._tool_cursor()))

    def _tool_cursor(self) -> Qt.CursorShape:
        """The pointer's shape while nothing moves the view."""
        return Qt.CursorShape.ArrowCursor


def _is_ours(event: QKeyEvent) -> bool:
    """Space and the arrows, without the modifiers that make shortcuts of them."""
    wanted = event.type() == QEvent.Type.ShortcutOverride
    bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    alone = bare in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
    return wanted and alone and event.key() in (Qt.Key.Key_Space, *_ARROWS)


_ARROWS = {
    Qt.Key.Key_Left: (1.0, 0.0),
    Qt.Key.Key_Right: (-1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
