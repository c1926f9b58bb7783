"""The line around what is covered, for the marching ants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainterPath, QPolygonF

from studio.model.paint.cv import opencv
from studio.model.paint.pixels import covered
from studio.model.plane import Plane

if TYPE_CHECKING:
    from studio.model.paint.pixels import Array

#: What is larger than this is traced on a smaller copy: no view shows so many pixels.
_SIDE = 1024
#: What has more edges along its rows is traced on a smaller copy too: it is noise.
_EDGES = 6_000
#: A line may be this far off, in half pixels of what is traced: a slope is not a stair.
_SLACK = 1.45
#: Lines of few corners keep them all: those are single pixels.
_FEW = 8


def outline(plane: Plane, rect: QRect) -> QPainterPath:
    """Closed lines around what is at least half covered, holes included.

    Args:
        plane: of coverage.
        rect: what lies outside counts as not covered.
    """
    path = QPainterPath()
    rect = rect.intersected(plane.extent())
    if rect.isEmpty():
        return path
    inside, factor = _reduced(covered(plane, rect))
    cv2 = opencv()
    # Corners of pixels at even places, middles at odd ones: the line then runs along the pixels'
    # edges, where one traced on the pixels themselves would run through their middles.
    grid = cv2.copyMakeBorder(
        cv2.resize(inside, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST),
        *(0, 1, 0, 1),
        cv2.BORDER_CONSTANT,
        value=0,
    )
    grid = cv2.dilate(grid, cv2.getStructuringElement(cv2.MORPH_RECT, (2, 2)), anchor=(1, 1))
    contours, _tree = cv2.findContours(grid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    scale, left, top = factor / 2, rect.left(), rect.top()
    for contour in _squared(contours):
        slack = _SLACK if len(contour) > _FEW else 0.0
        near = cv2.approxPolyDP(contour, slack, closed=True)[:, 0]
        points = [QPointF(left + x * scale, top + y * scale) for x, y in near.tolist()]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    return path


def _squared(contours: Sequence[Array]) -> list[Array]:
    """Contours (N, 1, 2) as (N, 2), with the inner corners that tracing cuts off, all at once."""
    import numpy as np  # late: the window opens without it

    if not contours:
        return []
    sizes = np.array([len(contour) for contour in contours])
    here = np.concatenate(contours)[:, 0]
    ends = np.cumsum(sizes)
    after = np.arange(1, len(here) + 1)
    after[ends - 1] = ends - sizes
    there = here[after]
    cut = (np.abs(there - here) == 1).all(axis=1)
    # One end lies on an upright edge, the other on a level one: what is even belongs to an edge.
    corners = np.where(here % 2 == 0, here, there)[cut]
    whole = np.insert(here, np.flatnonzero(cut) + 1, corners, axis=0)
    counts = np.add.reduceat(cut.astype(int), ends - sizes)
    return np.split(whole, np.cumsum(sizes + counts)[:-1])


def _reduced(cover: Array) -> tuple[Array, int]:
    """Where coverage is at least half, and how many pixels along a side one of these stands for."""
    import numpy as np  # late: the window opens without it

    cv2 = opencv()
    factor = 1
    while True:
        half = cover >= 128
        edges = np.count_nonzero(half[:, 1:] != half[:, :-1])
        if max(cover.shape) <= _SIDE and (edges <= _EDGES or min(cover.shape) < 2):
            return half.astype(np.uint8), factor
        height, width = (-(-side // 2) for side in cover.shape)
        even = cv2.copyMakeBorder(
            cover,
            *(0, height * 2 - cover.shape[0], 0, width * 2 - cover.shape[1]),
            cv2.BORDER_CONSTANT,
            value=0,
        )
        cover = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        factor *= 2
