"""Arrays over the bytes of pictures, without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]


def seen(image: QImage) -> Array:
    """A picture's bytes to read, (H, W) or (H, W, 4).

    The array is valid only while the picture is neither painted on nor gone.
    """
    import numpy as np  # late: the window opens without it

    flat = np.frombuffer(image.constBits(), np.uint8)
    return _shaped(flat, image)


def writable(image: QImage) -> Array:
    """A picture's bytes to write; see :func:`seen`. A picture that shares its bytes is copied."""
    import numpy as np

    flat = np.frombuffer(image.bits(), np.uint8)
    return _shaped(flat, image)


def _shaped(flat: Array, image: QImage) -> Array:
    depth = image.depth() // 8
    rows = flat.reshape(image.height(), image.bytesPerLine())[:, : image.width() * depth]
    return rows if depth == 1 else rows.reshape(image.height(), image.width(), depth)


def box_of(there: Array) -> QRect:
    """The smallest rectangle that holds all of an array (H, W) that is true."""
    import numpy as np

    down, across = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not down.size:
        return QRect()
    left, top = int(across[0]), int(down[0])
    return QRect(left, top, int(across[-1]) - left + 1, int(down[-1]) - top + 1)
