"""Everything that is done with planes of coverage: masks and selections."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from studio.model.paint.margins import feather, grow
from studio.model.paint.mask_pictures import from_picture, load, save, to_picture
from studio.model.paint.outline import outline
from studio.model.paint.pixels import coverage_of, covered, seen, writable
from studio.model.paint.shapes import from_ellipse, from_path, from_polygon, from_rect
from studio.model.plane import COVERAGE, Key, Plane, empty_tile

__all__ = [
    "combine",
    "feather",
    "from_ellipse",
    "from_path",
    "from_picture",
    "from_polygon",
    "from_rect",
    "grow",
    "invert",
    "load",
    "outline",
    "save",
    "to_picture",
]


def combine(before: Plane | None, found: Plane, how: str, rect: QRect | None = None) -> Plane:
    """Put two coverages together.

    Args:
        before: what was covered; None where nothing was chosen yet.
        found: what is put to it.
        how: "replace"; "add" keeps the larger of both, "intersect" the smaller, "subtract" takes
            one off the other.
        rect: what "nothing chosen" stands for when something is taken away from it; without,
            there is nothing to take away from.
    """
    if how == "replace":
        return found
    if before is None:
        if how != "subtract":
            return found
        before = invert(Plane(COVERAGE), rect) if rect is not None else Plane(COVERAGE)
    keys = before.tiles.keys() | found.tiles.keys()
    tiles: dict[Key, QImage] = {}
    for key in keys:
        tile = _combined(before.tiles.get(key), found.tiles.get(key), how)
        if tile is not None:
            tiles[key] = tile
    return before.with_tiles(tiles)


def _combined(one: QImage | None, other: QImage | None, how: str) -> QImage | None:
    import numpy as np  # late: the window opens without it

    if one is None or other is None:
        left = {"add": one if other is None else other, "subtract": one, "intersect": None}
        return left[how]
    tile = empty_tile(COVERAGE)
    into, mine, theirs = writable(tile), seen(one), seen(other)
    if how == "add":
        np.maximum(mine, theirs, out=into)
    elif how == "intersect":
        np.minimum(mine, theirs, out=into)
    else:
        np.subtract(mine, np.minimum(mine, theirs), out=into)
    return tile if into.any() else None


def invert(plane: Plane, rect: QRect) -> Plane:
    """Covered becomes not covered inside a rectangle, and the other way round; outside stays."""
    if rect.isEmpty():
        return plane
    inside = coverage_of(255 - covered(plane, rect), rect.topLeft())
    return combine(plane.cleared(rect), inside, "add")
