"""What brush, eraser, mask brush, line, bucket and eyedropper do with the pointer."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, cos, floor, hypot, pi, sin

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion, QTransform

from studio.model.layers import State
from studio.model.paint.brush import Stroke
from studio.model.paint.permission import reason_not_to_paint
from studio.model.plane import Plane
from studio.view.theme import theme
from studio.view.widgets.canvas.spot import Bench, Idle, Spot


class Painting(Idle):
    """A stroke on the active layer, or on the mask.

    Args:
        bench: what is worked on.
        target: "layer" or "mask".
        erase: takes away instead of putting on.
    """

    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, bench: Bench, target: str = "layer", erase: bool = False) -> None:
        super().__init__(bench)
        self._target, self._erase = target, erase
        self._stroke: Stroke | None = None
        self._base = State()
        self._last: QPointF | None = None

    def press(self, spot: Spot) -> None:
        """Begin a stroke; with Shift, from where the last one ended; with Ctrl, pick a colour."""
        if spot.control and self._target == "layer":
            pick(self.bench, spot.at)
            return
        state = self.bench.document.state
        reason = reason_not_to_paint(state) if self._target == "layer" else ""
        if reason:
            self.bench.tell(reason)
            return
        self._base = state
        self._stroke = self._begin(state, self._erases != spot.alt)
        dirty = QRect()
        if spot.shift and self._last is not None:
            dirty = self._add(replace(spot, at=self._last))
        self._show(dirty.united(self._add(spot)))

    def move(self, spot: Spot) -> None:
        """Go on."""
        if self._stroke is not None:
            self._show(self._add(spot))
        elif spot.control and self._target == "layer":
            pick(self.bench, spot.at)

    def release(self, spot: Spot) -> None:
        """The stroke becomes one step of undo."""
        if self._stroke is None:
            return
        stroke, self._stroke = self._stroke, None
        self._last = spot.at
        state = self._with(stroke.finish())
        words = {"layer": ("Brush stroke", "Erase"), "mask": ("Paint the mask", "Erase the mask")}
        self.bench.document.apply(words[self._target][stroke.erase], state)
        if self._target == "mask":
            self.bench.masked()

    def cancel(self) -> bool:
        """Drop the stroke under way."""
        if self._stroke is None:
            return False
        self._stroke = None
        self.bench.document.preview(None)
        return True

    @property
    def _erases(self) -> bool:
        settings = self.bench.toolbox.settings.all()
        return bool(settings.get("take_away", self._erase))

    def _begin(self, state: State, erase: bool) -> Stroke:
        toolbox = self.bench.toolbox
        if self._target == "mask":
            return Stroke(state.mask, toolbox.brush, None, erase, None, state.rect)
        layer = state.layer
        assert layer is not None
        return Stroke(
            layer.plane, toolbox.brush, toolbox.colour, erase, state.selection, state.rect
        )

    def _add(self, spot: Spot) -> QRect:
        assert self._stroke is not None
        return self._stroke.add(spot.at.x(), spot.at.y(), spot.pressure, spot.time)

    def _show(self, dirty: QRect) -> None:
        assert self._stroke is not None
        self.bench.document.preview(self._with(self._stroke.plane), QRegion(dirty))

    def _with(self, plane: Plane) -> State:
        if self._target == "mask":
            return replace(self._base, mask=plane)
        return self._base.changed(self._base.active, plane=plane)


class Line(Painting):
    """A straight stroke from where the button went down to where it went up."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._from: QPointF | None = None
        self._to = QPointF()

    def press(self, spot: Spot) -> None:
        """One end."""
        reason = reason_not_to_paint(self.bench.document.state)
        if reason:
            self.bench.tell(reason)
        else:
            self._from = self._to = spot.at

    def move(self, spot: Spot) -> None:
        """The other end; Shift keeps to eighths of a turn."""
        if self._from is not None:
            self._to = _eighth(self._from, spot.at) if spot.shift else spot.at
            self.bench.redraw()

    def release(self, spot: Spot) -> None:
        """Draw it."""
        if self._from is None:
            return
        self.move(spot)
        start, self._from = self._from, None
        self._base = self.bench.document.state
        self._stroke = self._begin(self._base, erase=False)
        for at in (start, self._to):
            self._add(replace(spot, at=at))
        stroke, self._stroke = self._stroke, None
        self.bench.document.apply("Line", self._with(stroke.finish()))

    def cancel(self) -> bool:
        """Draw nothing."""
        open_line, self._from = self._from is not None, None
        self.bench.redraw()
        return open_line

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """The line to come."""
        if self._from is not None:
            painter.setPen(QPen(theme.color("focus"), 1))
            painter.drawLine(transform.map(self._from), transform.map(self._to))


class Bucket(Idle):
    """Fills what has one colour."""

    cursor = Qt.CursorShape.CrossCursor

    def press(self, spot: Spot) -> None:
        """Fill from here."""
        from studio.model.paint import flood

        state, toolbox = self.bench.document.state, self.bench.toolbox
        reason = reason_not_to_paint(state)
        if reason:
            self.bench.tell(reason)
            return
        at = _pixel(spot.at)
        if not state.rect.contains(at):
            return
        covered = flood.flood(state, at, **toolbox.settings.all())
        colour = toolbox.colour
        self.bench.document.apply(
            "Fill", state.edited(state.active, lambda plane: flood.fill(plane, covered, colour))
        )


class Eyedropper(Idle):
    """Takes a colour from what is seen."""

    cursor = Qt.CursorShape.CrossCursor

    def press(self, spot: Spot) -> None:
        """Take this one."""
        pick(self.bench, spot.at)

    def move(self, spot: Spot) -> None:
        """Or this one."""
        pick(self.bench, spot.at)


def pick(bench: Bench, at: QPointF) -> None:
    """Paint in the colour that is seen at a point of the picture from now on."""
    state, pixel = bench.document.shown, _pixel(at)
    if state.rect.contains(pixel):
        colour = state.flat(QRect(pixel, pixel)).pixelColor(0, 0)
        if colour.alpha():
            bench.toolbox.set_colour(QColor(colour.red(), colour.green(), colour.blue()))


def _pixel(at: QPointF) -> QPoint:
    return QPoint(floor(at.x()), floor(at.y()))


def _eighth(start: QPointF, end: QPointF) -> QPointF:
    by = end - start
    angle = round(atan2(by.y(), by.x()) / (pi / 4)) * (pi / 4)
    length = hypot(by.x(), by.y())
    return start + QPointF(cos(angle) * length, sin(angle) * length)
