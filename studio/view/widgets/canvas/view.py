"""The canvas: a document that is looked at and worked on."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QTabletEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.model.document import Document
from studio.model.toolbox import Toolbox
from studio.view.theme import theme
from studio.view.widgets.canvas.gestures import make_gesture
from studio.view.widgets.canvas.navigation import Navigation
from studio.view.widgets.canvas.spot import Bench, Gesture, Spot

_FLICKING_S = 0.1
_REST_MS = 60


class CanvasView(Navigation):
    """Shows a document and hands the pointer to the tool in hand.

    Signals:
        begun: a tool is about to change the document.
        dragOut: a person drags the picture out of the window.
        compared: Tab is held (True) to see the original, or let go (False).
        masked: a stroke of the mask brush is over.
        told: one sentence to the person.
    """

    begun = Signal()
    dragOut = Signal()
    compared = Signal(bool)
    masked = Signal()
    told = Signal(str)

    def __init__(self, document: Document, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._toolbox = document, toolbox
        self._bench = Bench(document, toolbox, self.told.emit, self.update, self.masked.emit)
        self.gesture: Gesture = make_gesture(toolbox.tool.id, self._bench)
        self._lifting: QPointF | None = None
        self._working = self._comparing = False
        self._pointer: QPointF | None = None
        self._changed, self._flicking = 0.0, False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._refine)
        document.changed.connect(self._on_changed)
        toolbox.chosen.connect(self._on_tool)
        toolbox.changed.connect(self._redraw_pointer)
        theme.changed.connect(self.update)
        self._on_changed(QRegion(document.shown.rect))

    # --- what is shown ---------------------------------------------------------------------

    def _on_changed(self, region: QRegion) -> None:
        before = self.picture.state
        state = self._document.shown
        self.picture.show(state, region)
        now = time.monotonic()
        self._flicking, self._changed = now - self._changed < _FLICKING_S, now
        if state.size != before.size:
            self.picture.placement.set_picture(QSizeF(state.size))
            self._moved()
        elif state.selection is not before.selection:
            self.update()
        elif not region.isEmpty():
            self.update(self.picture.rect_of(region))

    def set_pixel_precise(self, precise: bool) -> None:
        """Hard pixel edges instead of a smooth enlargement."""
        self.picture.precise = precise
        self.update()

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the picture, what the tool draws, and a ring when the keyboard is here."""
        painter = QPainter(self)
        exposed = event.rect()
        ground = QRegion(exposed) - QRegion(self.picture.covers())
        for rect in ground:  # type: ignore[attr-defined]  # missing in the stubs
            painter.fillRect(rect, theme.color("canvas"))
        if not self.picture.state.is_empty:
            self._prepare_fine()
            self.picture.paint(painter, exposed)
            self.gesture.paint(painter, self.picture.placement.transform())
            self._paint_ring(painter)
        if self.hasFocus() and self._shows_focus:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _prepare_fine(self) -> None:
        if self.picture.wants_fine() and not self._working:
            quick = not self._flicking and self.picture.make_fine(self.rect(), at_once=True)
            if not quick:
                self._rest.start()

    def _refine(self) -> None:
        self._flicking = False
        if not self._working and self.picture.make_fine(self.rect()):
            self.update()

    def _paint_ring(self, painter: QPainter) -> None:
        """The brush's outline at the pointer: black and white, seen on every picture."""
        if self._pointer is None or not self._toolbox.tool.brush or self.moving_view:
            return
        radius = self._ring_radius()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, grown in ((QColor(0, 0, 0, 170), 0.5), (QColor(255, 255, 255, 220), -0.5)):
            painter.setPen(QPen(colour, 1))
            painter.drawEllipse(self._pointer, radius + grown, radius + grown)

    def _ring_radius(self) -> float:
        size = float(self._toolbox.settings["size"])
        return max(1.5, size / 2 * self.picture.placement.scale)

    def _redraw_pointer(self) -> None:
        if self._pointer is not None and self._toolbox.tool.brush:
            reach = self._ring_radius() + 3
            box = QRectF(self._pointer.x() - reach, self._pointer.y() - reach, 2 * reach, 2 * reach)
            self.update(box.toAlignedRect())

    def _set_pointer(self, at: QPointF | None) -> None:
        self._redraw_pointer()
        self._pointer = at
        self._redraw_pointer()

    # --- pointer ---------------------------------------------------------------------------

    def _spot(self, view: QPointF, keys: Qt.KeyboardModifier, pressure: float = 1.0) -> Spot:
        placement = self.picture.placement
        return Spot(
            placement.to_picture(view), view, placement.scale, pressure, time.monotonic(), keys
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The middle button and Space move the view, the left button works."""
        if self.picture.state.is_empty:
            return
        if self.press_view(event):
            pass
        elif self._toolbox.tool.id == "hand":
            if self.picture.placement.overflows():
                self._panning = event.position()
            else:  # nothing to pan: the hand lifts the picture out of the window
                self._lifting = event.position()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._begin(self._spot(event.position(), event.modifiers()))
        self._update_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, turn, work, or only show where the brush is."""
        here = event.position()
        if self.move_view(here):
            pass
        elif self._lifting is not None:
            if (here - self._lifting).manhattanLength() >= QApplication.startDragDistance():
                self._lifting = None
                self.dragOut.emit()
        elif self._working:
            self.gesture.move(self._spot(here, event.modifiers()))
        elif not self.picture.state.is_empty:
            self._hover(self._spot(here, event.modifiers()))
        self._set_pointer(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What the button began is over."""
        self.release_view()
        self._lifting = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._end(self._spot(event.position(), event.modifiers()))
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """With the hand: fit, or 100% when it fits already. A brush paints twice."""
        if self._toolbox.tool.id != "hand":
            self.mousePressEvent(event)
        elif self.picture.placement.fitted:
            self.set_zoom(1.0, event.position())
        else:
            self.fit()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen works like the left button, with its pressure."""
        spot = self._spot(event.position(), event.modifiers(), event.pressure())
        kinds = QEvent.Type
        if self.picture.state.is_empty or self.moving_view or self._toolbox.tool.id == "hand":
            event.ignore()  # Qt makes a mouse event of it
            return
        if event.type() == kinds.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self._begin(spot)
        elif event.type() == kinds.TabletMove and self._working:
            self.gesture.move(spot)
        elif event.type() == kinds.TabletRelease:
            self._end(spot)
        self._set_pointer(event.position())
        event.accept()

    def _begin(self, spot: Spot) -> None:
        self._working = True
        self.begun.emit()
        self.gesture.press(spot)

    def _end(self, spot: Spot) -> None:
        if self._working:
            self._working = False
            self.gesture.release(spot)

    def _hover(self, spot: Spot) -> None:
        shape = self.gesture.hover(spot)
        if not self.moving_view and self.cursor().shape() != shape:
            self.setCursor(QCursor(shape))

    def leaveEvent(self, event: QEvent) -> None:
        """The ring goes with the pointer."""
        self._set_pointer(None)
        super().leaveEvent(event)

    # --- keys and state ----------------------------------------------------------------------

    def _on_tool(self, tool_id: str) -> None:
        self.gesture.leave()
        self.gesture = make_gesture(tool_id, self._bench)
        self._update_cursor()
        self.update()

    @property
    def holds_open(self) -> bool:
        """Whether the tool waits for Enter or Escape."""
        return self._working or self.gesture.holds_open

    def finish(self) -> bool:
        """Apply what the tool holds open; false when it holds nothing."""
        return self.gesture.finish()

    def abandon(self) -> bool:
        """Put back what the tool holds open; false when it holds nothing."""
        self._working = False
        return self.gesture.cancel()

    def event(self, event: QEvent) -> bool:
        """Tab shows the original."""
        if isinstance(event, QKeyEvent) and self._compares(event):
            return True
        return super().event(event)

    def _compares(self, event: QKeyEvent) -> bool:
        """Tab shows the original while something is tried out; else it moves the keyboard on."""
        trying = self._document.trying or self._comparing
        if event.key() != Qt.Key.Key_Tab or not trying:
            return False
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            held = event.type() == QEvent.Type.KeyPress
            if not event.isAutoRepeat() and held != self._comparing:
                self._comparing = held
                self.compared.emit(held)
            return True
        return False

    def _tool_cursor(self) -> Qt.CursorShape:
        return self.gesture.cursor
