"""What the selection tools and the crop tool do with the pointer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from studio.model.plane import Plane
from studio.view.widgets.canvas.picture import dashed
from studio.view.widgets.canvas.spot import Bench, Idle, Spot

#: A press that moves less than this many pixels of the view is a click: it selects nothing.
_CLICK = 3.0


class Selecting(Idle):
    """Draws a shape and combines it with the selection."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._start: Spot | None = None
        self._how = "replace"

    def press(self, spot: Spot) -> None:
        """The shape begins."""
        self._start = spot
        self._how = how(spot, str(self.bench.toolbox.settings["combine"]))
        self.begin(spot)

    def move(self, spot: Spot) -> None:
        """It grows."""
        if self._start is not None:
            self.grow(spot)
            self.bench.redraw()

    def release(self, spot: Spot) -> None:
        """It is what is selected; a click selects nothing."""
        if self._start is None:
            return
        self.grow(spot)
        start, self._start = self._start, None
        by = spot.view - start.view
        if by.manhattanLength() < _CLICK:
            if self._how == "replace":
                select(self.bench, None, "Select nothing")
        else:
            self._apply()
        self.bench.redraw()

    def cancel(self) -> bool:
        """Select nothing else."""
        busy, self._start = self._start is not None, None
        self.bench.redraw()
        return busy

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """The shape as it is now."""
        if self._start is not None:
            dashed(painter, transform.map(self.path()))

    def _apply(self) -> None:
        combine(self.bench, self.coverage(), self._how)

    def begin(self, spot: Spot) -> None:
        """The shape's first point."""
        raise NotImplementedError

    def grow(self, spot: Spot) -> None:
        """The shape's next point."""
        raise NotImplementedError

    def path(self) -> QPainterPath:
        """The shape in the picture's pixels."""
        raise NotImplementedError

    def coverage(self) -> Plane:
        """What it covers."""
        raise NotImplementedError


class RectangleSelection(Selecting):
    """A rectangle of whole pixels."""

    def begin(self, spot: Spot) -> None:
        """One corner."""
        self._rect = box(spot.at, spot.at)
        self._corner = spot.at

    def grow(self, spot: Spot) -> None:
        """The corner opposite."""
        self._rect = box(self._corner, spot.at)

    def path(self) -> QPainterPath:
        """See :class:`Selecting`."""
        path = QPainterPath()
        path.addRect(QRectF(self._rect))
        return path

    def coverage(self) -> Plane:
        """See :class:`Selecting`."""
        from studio.model.paint import coverage

        return coverage.from_rect(QRectF(self._rect), self.bench.document.state.rect)


class Lasso(Selecting):
    """A line drawn by hand, closed by itself."""

    def begin(self, spot: Spot) -> None:
        """The first point."""
        self._points = [spot.at]

    def grow(self, spot: Spot) -> None:
        """One more."""
        self._points.append(spot.at)

    def path(self) -> QPainterPath:
        """See :class:`Selecting`."""
        path = QPainterPath()
        path.addPolygon(QPolygonF([*self._points, self._points[0]]))
        return path

    def coverage(self) -> Plane:
        """See :class:`Selecting`."""
        from studio.model.paint import coverage

        return coverage.from_polygon(QPolygonF(self._points), self.bench.document.state.rect)


class Wand(Idle):
    """Selects what has one colour."""

    cursor = Qt.CursorShape.CrossCursor

    def press(self, spot: Spot) -> None:
        """Select from here."""
        from studio.model.paint import flood

        state = self.bench.document.state
        settings = self.bench.toolbox.settings.all()
        wanted = {name: settings[name] for name in ("tolerance", "contiguous", "merged")}
        at = QPoint(int(spot.at.x() // 1), int(spot.at.y() // 1))
        if state.rect.contains(at):
            found = flood.flood(replace(state, selection=None), at, **wanted)
            combine(self.bench, found, how(spot, str(settings["combine"])))


class Crop(Idle):
    """Draws what shall remain; Enter crops."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._corner: QPointF | None = None
        self._rect = QRect()

    def press(self, spot: Spot) -> None:
        """One corner."""
        self._corner = spot.at
        self._rect = QRect()

    def move(self, spot: Spot) -> None:
        """The corner opposite."""
        if self._corner is not None:
            self._rect = box(self._corner, spot.at).intersected(self.bench.document.state.rect)
            self.bench.redraw()

    def release(self, spot: Spot) -> None:
        """The frame stands until Enter or Escape."""
        self.move(spot)
        self._corner = None

    @property
    def holds_open(self) -> bool:
        """See :class:`Gesture`."""
        return not self._rect.isEmpty()

    def finish(self) -> bool:
        """Crop."""
        from studio.model.paint import transform

        rect, self._rect = self._rect, QRect()
        if rect.isEmpty():
            return False
        self.bench.document.apply("Crop", transform.crop(self.bench.document.state, rect))
        self.bench.redraw()
        return True

    def leave(self) -> None:
        """Nothing is cropped that nobody asked for."""
        self.cancel()

    def cancel(self) -> bool:
        """Crop nothing."""
        busy, self._rect, self._corner = not self._rect.isEmpty(), QRect(), None
        self.bench.redraw()
        return busy

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """What goes is darkened, what remains has thirds."""
        if self._rect.isEmpty():
            return
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(QRectF(self.bench.document.state.rect))
        inside.addRect(QRectF(self._rect))
        painter.fillPath(transform.map(outside.subtracted(inside)), QColor(0, 0, 0, 140))
        painter.setPen(QPen(QColor(255, 255, 255, 90), 1))
        box = QRectF(self._rect)
        for part in (1 / 3, 2 / 3):
            x, y = box.left() + box.width() * part, box.top() + box.height() * part
            painter.drawLine(
                transform.map(QPointF(x, box.top())), transform.map(QPointF(x, box.bottom()))
            )
            painter.drawLine(
                transform.map(QPointF(box.left(), y)), transform.map(QPointF(box.right(), y))
            )
        dashed(painter, transform.map(inside))


def box(one: QPointF, other: QPointF) -> QRect:
    """The whole pixels between the pixel corners nearest to two points."""
    left, right = sorted((round(one.x()), round(other.x())))
    top, bottom = sorted((round(one.y()), round(other.y())))
    return QRect(left, top, right - left, bottom - top)


def how(spot: Spot, chosen: str) -> str:
    """What becomes of the selection: the keys held, else the tool's setting."""
    if spot.shift and spot.alt:
        return "intersect"
    if spot.shift:
        return "add"
    return "subtract" if spot.alt else chosen


def combine(bench: Bench, found: Plane, how_: str) -> None:
    """Put what was found together with what is selected."""
    from studio.model.paint import coverage

    settings = bench.toolbox.settings
    feather = int(settings["feather"])
    if feather:
        found = coverage.feather(found, feather)
    before = bench.document.state.selection
    joined = coverage.combine(before, found, how_, bench.document.state.rect)
    select(bench, None if joined.is_empty else joined, "Select")


def select(bench: Bench, selection: Plane | None, text: str) -> None:
    """Select something else, undoably."""
    state = bench.document.state
    if selection is not state.selection:
        bench.document.apply(text, replace(state, selection=selection))
