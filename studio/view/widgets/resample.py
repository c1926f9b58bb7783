"""Enlarging and reducing for the screen, better than a painter's bilinear filter."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage

from studio.model.plane import COLOUR


def is_loaded() -> bool:
    """Whether resampling starts without the import of Pillow (50 ms) before it."""
    return "PIL.Image" in sys.modules


def resample(image: QImage, source: QRectF, size: QSize) -> QImage:
    """A part of a picture at another size: bicubic up, area-weighted down.

    Args:
        image: premultiplied colour.
        source: the part, in the picture's pixels; may have fractions.
        size: of the result, in device pixels.
    """
    from PIL import Image  # late: the window opens without it

    wide, high = image.width(), image.height()
    # "RGBa" is Pillow's name for four premultiplied channels; their order is all the same to it.
    pixels = bytes(image.constBits())
    part = Image.frombytes("RGBa", (wide, high), pixels, "raw", "RGBa", 0, 1)
    box = (
        max(0.0, source.left()),
        max(0.0, source.top()),
        min(float(wide), source.right()),
        min(float(high), source.bottom()),
    )
    scaled = part.resize((size.width(), size.height()), Image.Resampling.BICUBIC, box=box)
    data = scaled.tobytes()
    return QImage(data, size.width(), size.height(), 4 * size.width(), COLOUR).copy()
