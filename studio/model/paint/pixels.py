"""Between pictures and arrays: the bytes of one image, and the coverage of a whole plane."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from studio.model.plane import COVERAGE, Key, Plane, empty_tile, keys_in, tile_rect

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

#: Where alpha lies among the four bytes of a colour: they are one number, lowest byte first.
_ALPHA = 3 if sys.byteorder == "little" else 0


class _Held:
    """What numpy makes an array of: bytes, and the picture they belong to.

    An array over a picture's bytes alone would be left with nothing when the picture goes.
    """

    def __init__(self, image: QImage, flat: Array) -> None:
        self.image = image
        self.__array_interface__ = flat.__array_interface__


def seen(image: QImage) -> Array:
    """A picture's bytes to read, (H, W) or (H, W, 4); they stay what they are now."""
    import numpy as np  # late: the window opens without it

    # A copy that shares the bytes: painting on the picture then leaves these alone.
    kept = QImage(image)
    return _shaped(_Held(kept, np.frombuffer(kept.constBits(), np.uint8)))


def writable(image: QImage) -> Array:
    """A picture's own bytes to write, (H, W) or (H, W, 4)."""
    import numpy as np

    return _shaped(_Held(image, np.frombuffer(image.bits(), np.uint8)))


def _shaped(held: _Held) -> Array:
    import numpy as np

    image, depth = held.image, held.image.depth() // 8
    rows = np.asarray(held).reshape(image.height(), image.bytesPerLine())
    rows = rows[:, : image.width() * depth]
    return rows if depth == 1 else rows.reshape(image.height(), image.width(), depth)


def box_of(there: Array) -> QRect:
    """The smallest rectangle that holds all of an array (H, W) that is true."""
    import numpy as np

    down, across = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not down.size:
        return QRect()
    left, top = int(across[0]), int(down[0])
    return QRect(left, top, int(across[-1]) - left + 1, int(down[-1]) - top + 1)


def covered(plane: Plane, rect: QRect) -> Array:
    """A copy of a plane's coverage in a rectangle, (H, W); of what has colour, its alpha."""
    import numpy as np

    result = np.zeros((rect.height(), rect.width()), np.uint8)
    for key in keys_in(rect):
        tile = plane.tiles.get(key)
        if tile is not None:
            pixels = seen(tile)
            here, there = _slices(key, rect)
            result[there] = pixels[here] if pixels.ndim == 2 else pixels[..., _ALPHA][here]
    return result


def coverage_of(array: Array, at: QPoint) -> Plane:
    """A plane of coverage (H, W) with its corner at a point; empty tiles are left out."""
    rect = QRect(at.x(), at.y(), array.shape[1], array.shape[0])
    tiles: dict[Key, QImage] = {}
    for key in keys_in(rect):
        here, there = _slices(key, rect)
        part = array[there]
        if part.any():
            tile = empty_tile(COVERAGE)
            writable(tile)[here] = part
            tiles[key] = tile
    return Plane(COVERAGE).with_tiles(tiles)


def _slices(key: Key, rect: QRect) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """What a tile and an array over ``rect`` share: in the tile, and in the array."""
    part = tile_rect(key).intersected(rect)
    return _within(part, tile_rect(key)), _within(part, rect)


def _within(part: QRect, whole: QRect) -> tuple[slice, slice]:
    left, top = part.left() - whole.left(), part.top() - whole.top()
    return slice(top, top + part.height()), slice(left, left + part.width())
