"""The brush, and a stroke of it on a plane."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor

from engines.protocol.params import AnyParam, BoolParam, FloatParam, IntParam
from studio.model.paint.dabs import dab_at
from studio.model.paint.layering import Paint
from studio.model.paint.trail import Place, Trail
from studio.model.paint.wet import WetTile
from studio.model.plane import Key, Plane, keys_in, tile_rect

#: What can be set of a brush; the window's controls are made from these.
BRUSH_PARAMS: tuple[AnyParam, ...] = (
    IntParam(
        name="size",
        label="Size",
        help="The brush's diameter.",
        minimum=1,
        maximum=2000,
        default=24,
        unit="px",
    ),
    FloatParam(
        name="hardness",
        label="Hardness",
        help="How much of the brush is full before its edge fades.",
        minimum=0.0,
        maximum=1.0,
        default=0.8,
        step=0.05,
    ),
    FloatParam(
        name="opacity",
        label="Opacity",
        help="The most that one stroke covers, however often it crosses itself.",
        minimum=0.01,
        maximum=1.0,
        default=1.0,
    ),
    FloatParam(
        name="flow",
        label="Flow",
        help="How quickly a stroke gets there: low builds up where you linger.",
        minimum=0.01,
        maximum=1.0,
        default=1.0,
        level="advanced",
    ),
    FloatParam(
        name="spacing",
        label="Spacing",
        help="The distance between the marks of a stroke, as a share of the size.",
        minimum=0.02,
        maximum=2.0,
        default=0.06,
        level="advanced",
    ),
    FloatParam(
        name="stabiliser",
        label="Stabiliser",
        help="Evens out a shaking hand; the stroke follows the pointer more slowly.",
        minimum=0.0,
        maximum=1.0,
        default=0.0,
        step=0.05,
        level="advanced",
    ),
    BoolParam(
        name="pressure_size",
        label="Pressure sets size",
        help="A tablet's pen draws thinner when it presses less.",
        default=True,
        level="advanced",
    ),
    BoolParam(
        name="pressure_flow",
        label="Pressure sets flow",
        help="A tablet's pen draws fainter when it presses less.",
        default=False,
        level="advanced",
    ),
)

#: Sizes that pressure gives: enough that a taper has no steps, few enough that dabs are kept.
_PRESSURES = 64
#: Marks are never closer than this, in pixels.
_LEAST_STEP = 0.5


@dataclass(frozen=True)
class Brush:
    """A round brush; the fields are those of :data:`BRUSH_PARAMS`.

    Attributes:
        size: the diameter in pixels.
        hardness: the share of the radius that is full before the edge fades.
        opacity: the most that a stroke covers.
        flow: how far each mark takes what is there towards itself, 0 .. 1.
        spacing: from mark to mark, as a share of the size.
        stabiliser: 0 follows the pointer, 1 slowly.
        pressure_size: whether a pen's pressure scales the size.
        pressure_flow: whether it scales the flow.
    """

    size: float = 24
    hardness: float = 0.8
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.06
    stabiliser: float = 0.0
    pressure_size: bool = True
    pressure_flow: bool = False

    def size_at(self, pressure: float) -> float:
        """The diameter at a pressure, at least a pixel."""
        if not self.pressure_size:
            return max(1.0, self.size)
        return max(1.0, self.size * math.ceil(pressure * _PRESSURES) / _PRESSURES)

    def flow_at(self, pressure: float) -> float:
        """The flow at a pressure."""
        return self.flow * pressure if self.pressure_flow else self.flow

    def step_at(self, pressure: float) -> float:
        """The distance to the next mark at a pressure."""
        return max(_LEAST_STEP, self.size_at(pressure) * self.spacing)


class Stroke:
    """One stroke while it is drawn.

    The marks gather in coverage of the stroke's own, which is laid over the base as a whole: where
    a stroke crosses itself it covers no more than its opacity.

    Args:
        base: what is painted on; it stays as it is.
        brush: with what.
        colour: in which colour; None for planes of coverage.
        erase: take away instead.
        selection: where painting has an effect, and how much; None for everywhere.
        clip: nothing outside is touched.

    Attributes:
        erase: whether it takes away.
    """

    def __init__(
        self,
        base: Plane,
        brush: Brush,
        colour: QColor | None,
        erase: bool,
        selection: Plane | None,
        clip: QRect,
    ) -> None:
        self.erase = erase
        self._base, self._brush = base, brush
        self._clip, self._selection = clip, selection
        self._trail = Trail(brush.stabiliser, brush.step_at)
        self._gathers = brush.flow < 1.0 or brush.pressure_flow
        self._paint = Paint(colour or QColor("black"), brush.opacity, erase)
        self._wet: dict[Key, WetTile] = {}
        self._plane: Plane | None = base
        self._finished = False

    @property
    def plane(self) -> Plane:
        """The base with the stroke so far; its own tiles are painted on until it is finished."""
        if self._plane is None:
            own = {key: wet.image for key, wet in self._wet.items()}
            self._plane = self._base.with_tiles({**self._base.tiles, **own})
        return self._plane

    def add(self, x: float, y: float, pressure: float = 1.0, time: float = 0.0) -> QRect:
        """Go on to another position of the pointer.

        Args:
            x: in the plane's pixels, with fractions.
            y: likewise.
            pressure: of a pen, 0 .. 1.
            time: seconds, from any beginning.

        Returns:
            what may look different now.

        Raises:
            RuntimeError: the stroke is finished.
        """
        if self._finished:
            raise RuntimeError("a finished stroke cannot go on")
        return self._mark(self._trail.add(x, y, pressure, time))

    def finish(self) -> Plane:
        """Draw the rest of the way to the pointer.

        Returns:
            a plane that is never painted on again; tiles without a change are those of the base.
        """
        if not self._finished:
            self._mark(self._trail.finish())
            self._finished = True
            changed = {key: wet.dried() for key, wet in self._wet.items()}
            own = {key: tile for key, tile in changed.items() if tile is not None}
            tiles = {**self._base.tiles, **own}
            self._plane = self._base.with_tiles(tiles) if own else self._base
            self._wet.clear()
        return self.plane

    def _mark(self, places: list[Place]) -> QRect:
        dirty: dict[Key, QRect] = {}
        for place in places:
            size = self._brush.size_at(place.pressure)
            if not self._reaches(place, size):
                continue  # a pointer far outside the picture leaves thousands of these
            flow = self._brush.flow_at(place.pressure)
            mark, left, top = dab_at(place.x, place.y, size, self._brush.hardness)
            whole = QRect(left, top, mark.shape[1], mark.shape[0])
            inside = whole.intersected(self._clip)
            for key in keys_in(inside):
                wet = self._wet.get(key) or self._moisten(key)
                if wet is None:
                    continue
                part = inside.intersected(tile_rect(key))
                x, y = part.left() - left, part.top() - top
                piece = mark[y : y + part.height(), x : x + part.width()]
                at = part.topLeft() - tile_rect(key).topLeft()
                dirty[key] = dirty.get(key, QRect()).united(wet.gather(piece, at.x(), at.y(), flow))
        result = QRect()
        for key, part in dirty.items():
            if not part.isEmpty():
                self._wet[key].show(part)
                result = result.united(part.translated(tile_rect(key).topLeft()))
        return result

    def _reaches(self, place: Place, size: float) -> bool:
        clip = self._clip
        across, down = place.x - clip.left(), place.y - clip.top()
        return -size < across < clip.width() + size and -size < down < clip.height() + size

    def _moisten(self, key: Key) -> WetTile | None:
        """The tile to paint on; None where nothing is selected."""
        limit = None
        if self._selection is not None:
            limit = self._selection.tiles.get(key)
            if limit is None:
                return None
        base = self._base.tiles.get(key)
        if base is None and self.erase:
            return None
        wet = self._wet[key] = WetTile(base, self._base.kind, self._paint, self._gathers, limit)
        self._plane = None
        return wet


def line(
    base: Plane,
    brush: Brush,
    colour: QColor | None,
    start: QPointF,
    end: QPointF,
    *,
    erase: bool = False,
    selection: Plane | None = None,
    clip: QRect,
) -> Plane:
    """A plane with a straight stroke from one point to another; see :class:`Stroke`."""
    steady = replace(brush, stabiliser=0.0)
    stroke = Stroke(base, steady, colour, erase, selection, clip)
    stroke.add(start.x(), start.y())
    stroke.add(end.x(), end.y())
    return stroke.finish()
