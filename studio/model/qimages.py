"""Pictures of Qt as the arrays that engines take."""

from __future__ import annotations

from PySide6.QtGui import QImage

from engines.protocol.frames import Pixels


def rgba(image: QImage) -> Pixels:
    """(H, W, 4), 8 bits each, alpha not multiplied in."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return _rows(straight, 4).reshape(straight.height(), straight.width(), 4)


def grey(image: QImage) -> Pixels:
    """(H, W), 8 bits, of a picture of one channel."""
    return _rows(image, 1)


def _rows(image: QImage, channels: int) -> Pixels:
    """A copy of the rows without Qt's padding: the image's own memory ends with the image."""
    import numpy as np

    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : channels * image.width()].copy()
