"""Move, scale and turn a layer, or what is selected of it, by a frame with handles."""

from __future__ import annotations

from math import atan2, degrees, hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from studio.model.layers import State
from studio.model.paint.permission import reason_not_to_paint
from studio.view.widgets.canvas.picture import dashed
from studio.view.widgets.canvas.spot import Bench, Idle, Spot

_HANDLE = 8.0
_REACH = 10.0
_STEP = 15.0
_LEAST = 1e-3


class Move(Idle):
    """The frame stands from the first drag until Enter, Escape or another tool.

    A drag inside the frame moves, one at a corner scales (evenly; Shift lets the sides differ),
    one outside turns (Shift by steps).
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._base: State | None = None
        self._seen: tuple[State | None, QRectF] = (None, QRectF())
        self._box = QRectF()
        self._done = QTransform()
        self._now = QTransform()
        self._start: Spot | None = None
        self._kind = "move"
        self._corner = 0

    def press(self, spot: Spot) -> None:
        """Decide by the place what the drag does."""
        state = self.bench.document.state
        if self._base is not state and not self._open(state):
            return
        self._start = spot
        self._kind = self._place(spot)
        self.bench.redraw()

    def move(self, spot: Spot) -> None:
        """Show the layer as it would lie."""
        if self._start is None or self._base is None:
            return
        self._now = self._done * self._change(self._start, spot)
        self.bench.document.preview(self._moved())
        self.bench.redraw()

    def release(self, spot: Spot) -> None:
        """A plain move is applied at once; a frame that was scaled or turned stands open."""
        if self._start is None:
            return
        self._start = None
        self._done = self._now
        if self._only_moved():
            self.finish()

    def hover(self, spot: Spot) -> Qt.CursorShape:
        """The shape says what a drag would do."""
        shapes = {
            "move": Qt.CursorShape.SizeAllCursor,
            "scale": Qt.CursorShape.SizeFDiagCursor,
            "turn": Qt.CursorShape.CrossCursor,
        }
        return shapes[self._place(spot)]

    @property
    def holds_open(self) -> bool:
        """See :class:`Gesture`."""
        return self._base is not None

    def finish(self) -> bool:
        """Apply it."""
        if self._base is None:
            return False
        changed = not self._done.isIdentity()
        state = self._moved() if changed else None
        self._close()
        if state is not None:
            self.bench.document.apply("Move", state)
        return changed

    def cancel(self) -> bool:
        """Put it back."""
        busy = self._base is not None and not self._now.isIdentity()
        if self._base is not None:
            self.bench.document.preview(None)
            self._close()
        return busy

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """The frame and its handles."""
        frame, box = self._frame()
        if box.isEmpty():
            return
        whole = frame * transform
        path = QPainterPath()
        path.addRect(box)
        dashed(painter, whole.map(path))
        painter.setBrush(QColor("white"))
        painter.setPen(QPen(QColor("black"), 1))
        for corner in _corners(box):
            at = whole.map(corner)
            side = _HANDLE
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))

    # --- the frame ---------------------------------------------------------------------------

    def _open(self, state: State) -> bool:
        reason = reason_not_to_paint(state)
        if reason:
            self.bench.tell(reason)
            return False
        self._base, self._box = state, _content(state)
        self._done = self._now = QTransform()
        return not self._box.isEmpty()

    def _close(self) -> None:
        self._base = None
        self._done = self._now = QTransform()
        self.bench.redraw()

    def _frame(self) -> tuple[QTransform, QRectF]:
        if self._base is not None:
            return self._now, self._box
        state = self.bench.document.state
        if self._seen[0] is not state:  # looking for the pixels of a big layer takes milliseconds
            self._seen = (state, _content(state))
        return QTransform(), self._seen[1]

    def _only_moved(self) -> bool:
        plain = (QTransform.TransformationType.TxNone, QTransform.TransformationType.TxTranslate)
        return self._done.type() in plain

    def _moved(self) -> State:
        from studio.model.paint import transform

        assert self._base is not None
        return transform.transformed(self._base, self._now)

    def _place(self, spot: Spot) -> str:
        frame, box = self._frame()
        for index, corner in enumerate(_corners(box)):
            away = (frame.map(corner) - spot.at) * spot.scale
            if hypot(away.x(), away.y()) < _REACH:
                self._corner = index
                return "scale"
        path = QPainterPath()
        path.addRect(box)
        inside = frame.map(path).contains(spot.at)
        return "move" if inside or self._base is None else "turn"

    def _change(self, start: Spot, spot: Spot) -> QTransform:
        if self._kind == "move":
            by = spot.at - start.at
            return QTransform.fromTranslate(round(by.x()), round(by.y()))
        if self._kind == "turn":
            return self._turned(start, spot)
        return self._scaled(start, spot)

    def _turned(self, start: Spot, spot: Spot) -> QTransform:
        middle = self._done.map(self._box.center())
        one, other = start.at - middle, spot.at - middle
        angle = degrees(atan2(other.y(), other.x()) - atan2(one.y(), one.x()))
        if spot.shift:
            angle = round(angle / _STEP) * _STEP
        turned = QTransform().translate(middle.x(), middle.y()).rotate(angle)
        return turned.translate(-middle.x(), -middle.y())

    def _scaled(self, start: Spot, spot: Spot) -> QTransform:
        corners = _corners(self._box)
        fixed = self._done.map(corners[(self._corner + 2) % 4])
        before, after = start.at - fixed, spot.at - fixed
        across = after.x() / before.x() if abs(before.x()) > _LEAST else 1.0
        down = after.y() / before.y() if abs(before.y()) > _LEAST else 1.0
        if not spot.shift:
            across = down = max(across, down, _LEAST)
        scaled = QTransform().translate(fixed.x(), fixed.y()).scale(across, down)
        return scaled.translate(-fixed.x(), -fixed.y())


def _corners(box: QRectF) -> list[QPointF]:
    return [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]


def _content(state: State) -> QRectF:
    """What would move: the layer's pixels, or those that are selected."""
    layer = state.layer
    if layer is None:
        return QRectF()
    bounds = layer.plane.bounds()
    if state.selection is not None:
        bounds = bounds.intersected(state.selection.bounds())
    return QRectF(bounds)
