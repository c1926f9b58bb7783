"""Enlarging and reducing for the screen, better than a painter's bilinear filter."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage

from studio.media.images import to_image, to_pixels


def is_loaded() -> bool:
    """Whether resampling starts without the import of Pillow (50 ms) before it."""
    return "PIL.Image" in sys.modules


def resample(image: QImage, source: QRectF, size: QSize) -> QImage:
    """A part of a picture at another size: bicubic up, area-weighted down.

    Args:
        image: the whole picture.
        source: the part, in the picture's pixels; may have fractions.
        size: of the result, in device pixels.
    """
    import numpy as np  # both late: the window opens without them
    from PIL import Image

    left, top = max(0, int(source.left()) - 4), max(0, int(source.top()) - 4)
    right = min(image.width(), int(source.right()) + 5)
    bottom = min(image.height(), int(source.bottom()) + 5)
    part = Image.fromarray(to_pixels(image.copy(left, top, right - left, bottom - top)))
    box = (
        max(0.0, source.left() - left),
        max(0.0, source.top() - top),
        min(float(part.width), source.right() - left),
        min(float(part.height), source.bottom() - top),
    )
    scaled = part.resize((size.width(), size.height()), Image.Resampling.BICUBIC, box=box)
    return to_image(np.asarray(scaled))
