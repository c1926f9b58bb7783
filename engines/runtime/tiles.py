"""Squares that cover a long or a big hole evenly, and windows of a picture around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.runtime.holes import Box
from engines.runtime.opencv import opencv


def even_tiles(box: Box, size: int, overlap: int) -> list[Box]:
    """Tiles that cover a box, row by row, all alike and evenly placed.

    Args:
        box: what to cover.
        size: the most a tile measures along a side; a smaller box gets one smaller tile.
        overlap: the least by which neighbours overlap.
    """
    return [
        Box(left, top, width, height)
        for top, height in _spans(box.top, box.height, size, overlap)
        for left, width in _spans(box.left, box.width, size, overlap)
    ]


def _spans(start: int, length: int, size: int, overlap: int) -> list[tuple[int, int]]:
    if length <= size:
        return [(start, length)]
    count = -(-(length - overlap) // (size - overlap))
    return [(start + (length - size) * i // (count - 1), size) for i in range(count)]


def ramp(tile: Box, overlap: int) -> NDArray[np.float32]:
    """How much a tile counts where it lies over others: (height, width, 1), little at its edges."""
    down, across = (_rise(length, overlap) for length in (tile.height, tile.width))
    return np.minimum(down[:, None], across[None, :])[..., None]


def _rise(length: int, overlap: int) -> NDArray[np.float32]:
    from_edge = np.minimum(np.arange(length), np.arange(length)[::-1]) + 1
    return np.minimum(from_edge / (overlap + 1), 1).astype(np.float32)


def window(tile: Box, size: int, width: int, height: int) -> Box:
    """A square around a tile, moved so that it lies in the picture; cut where it does not fit.

    Args:
        tile: to be in it.
        size: its side.
        width: of the picture.
        height: of the picture.
    """
    left, across = _fitted(tile.left + tile.width // 2, size, width)
    top, down = _fitted(tile.top + tile.height // 2, size, height)
    return Box(left, top, across, down)


def _fitted(middle: int, size: int, length: int) -> tuple[int, int]:
    if size >= length:
        return 0, length
    return min(max(0, middle - size // 2), length - size), size


def cut(array: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """A part of a picture or a mask; beyond its edges it is mirrored."""
    height, width = array.shape[:2]
    inside = box.within(width, height)
    part = array[inside.slices]
    if inside == box:
        return part
    above, before = inside.top - box.top, inside.left - box.left
    below, after = box.bottom - inside.bottom, box.right - inside.right
    cv2 = opencv()
    mirrored: NDArray[np.uint8] = cv2.copyMakeBorder(
        part, above, below, before, after, cv2.BORDER_REFLECT_101
    )
    return mirrored
