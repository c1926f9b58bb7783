"""Find what has one colour: the magic wand, and where the bucket fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from studio.model.layers import State
from studio.model.paint.cv import opencv
from studio.model.paint.layering import fill
from studio.model.paint.pixels import coverage_of, covered, seen
from studio.model.plane import COVERAGE, Plane

if TYPE_CHECKING:
    from studio.model.paint.pixels import Array

__all__ = ["fill", "flood"]


def flood(
    state: State,
    at: QPoint,
    tolerance: int,
    contiguous: bool = True,
    merged: bool = True,
    picture: QImage | None = None,
) -> Plane:
    """What looks like the pixel at a point.

    Args:
        state: its selection limits where is looked.
        at: a pixel of the picture.
        tolerance: how far each of red, green, blue and alpha may differ, 0 .. 255.
        contiguous: only what is connected to the point, by the sides of pixels.
        merged: look at the picture as it is seen, not at the active layer alone.
        picture: the picture as it is seen, where somebody has it already.

    Returns:
        a plane of coverage; empty when the point is outside of the picture or the selection.
    """
    rect = state.rect
    if not rect.contains(at):
        return Plane(COVERAGE)
    if merged:
        image = state.flat() if picture is None else picture
    else:
        image = state.layer.plane.image(rect) if state.layer is not None else Plane().image(rect)
    alike = _alike(seen(image), at, tolerance)
    limit = None if state.selection is None else covered(state.selection, rect)
    if limit is not None:
        alike[limit == 0] = 0
    if contiguous:
        alike = _connected(alike, at)
    if limit is not None:
        alike &= limit  # all or nothing of the selection's coverage
    return coverage_of(alike, rect.topLeft())


def _alike(pixels: Array, at: QPoint, tolerance: int) -> Array:
    """255 where all channels (H, W, 4) are as near as that to those of a pixel."""
    wanted = pixels[at.y(), at.x()].astype(int)
    low = (wanted - tolerance).clip(0, 255).tolist()
    high = (wanted + tolerance).clip(0, 255).tolist()
    alike: Array = opencv().inRange(pixels, tuple(low), tuple(high))
    return alike


def _connected(alike: Array, at: QPoint) -> Array:
    """The part of a map of 0 and 255 (H, W) that hangs together around a pixel."""
    import numpy as np  # late: the window opens without it

    cv2 = opencv()
    found = np.zeros((alike.shape[0] + 2, alike.shape[1] + 2), np.uint8)
    if alike[at.y(), at.x()]:
        flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | 255 << 8
        cv2.floodFill(alike, found, (at.x(), at.y()), 0, 0, 0, flags)
    return found[1:-1, 1:-1]
