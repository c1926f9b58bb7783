"""The edge of what is covered, moved outwards or inwards, or softened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.model.paint.cv import opencv
from studio.model.paint.pixels import coverage_of, covered
from studio.model.plane import Plane

if TYPE_CHECKING:
    from studio.model.paint.pixels import Array

#: Growing by more is done in steps: the time of one goes with the square of its size.
_STEP = 8
#: A softer edge than this (a standard deviation, in pixels) is drawn on a smaller copy.
_FINE_SIGMA = 4.0


def grow(plane: Plane, pixels: int) -> Plane:
    """Everything closer than ``pixels`` is covered too; a negative number takes as much away.

    Soft edges stay as soft as they were. Outside of what is covered counts as not covered, also
    beyond the edge of the picture.
    """
    bounds = plane.bounds()
    if bounds.isEmpty() or not pixels:
        return plane
    cv2 = opencv()
    left = abs(pixels)
    rect = bounds.adjusted(-left, -left, left, left) if pixels > 0 else bounds
    array = covered(plane, rect)
    while left:
        step = min(left, _STEP)
        change = cv2.dilate if pixels > 0 else cv2.erode
        array = change(array, _disc(step), borderType=cv2.BORDER_CONSTANT, borderValue=0)
        left -= step
    return coverage_of(array, rect.topLeft())


def feather(plane: Plane, pixels: float) -> Plane:
    """Fade the edge over about ``pixels`` on either side (a Gaussian of half that deviation)."""
    bounds = plane.bounds()
    if bounds.isEmpty() or pixels <= 0:
        return plane
    cv2 = opencv()
    sigma = pixels / 2
    factor = 1
    while sigma / factor > 2 * _FINE_SIGMA:
        factor *= 2
    # Room for the tail, in whole pixels of the smaller copy.
    margin = -(-int(3 * sigma + 2) // factor) * factor
    rect = bounds.adjusted(-margin, -margin, margin, margin)
    rect.setWidth(-(-rect.width() // factor) * factor)
    rect.setHeight(-(-rect.height() // factor) * factor)
    array = covered(plane, rect)
    size = (rect.width(), rect.height())
    if factor > 1:
        small = (rect.width() // factor, rect.height() // factor)
        array = cv2.resize(array, small, interpolation=cv2.INTER_AREA)
    # Halving and enlarging blur a little of their own: a box and a triangle of ``factor``.
    own = (factor**2 - 1) / 12 + (factor**2 / 6 if factor > 1 else 0.0)
    deviation = (sigma**2 - own) ** 0.5 / factor
    array = cv2.GaussianBlur(array, (0, 0), deviation, borderType=cv2.BORDER_CONSTANT)
    if factor > 1:
        array = cv2.resize(array, size, interpolation=cv2.INTER_LINEAR)
    return coverage_of(array, rect.topLeft())


def _disc(radius: int) -> Array:
    """The pixels whose middles are no farther than ``radius`` from that of the middle one."""
    import numpy as np  # late: the window opens without it

    places = np.arange(-radius, radius + 1)
    disc: Array = (places[:, None] ** 2 + places**2 <= radius**2).astype(np.uint8)
    return disc
