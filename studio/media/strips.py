"""A small picture put together from the bands of a large one, which is never held whole."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

_BAND = 256


class Strips:
    """Takes the bands from top to bottom, gives the thumbnail."""

    def __init__(self, size: QSize, most: int) -> None:
        """Begin.

        Args:
            size: of the large picture.
            most: pixels on the thumbnail's longer side; a smaller picture keeps its size.
        """
        self._most = most
        self._height = size.height()
        # Twice the size at first: the seams between bands vanish when it is halved.
        self._image = QImage(_within(size, 2 * most), QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(0)
        self._small = _within(size, most)

    def add(self, top: int, band: QImage) -> None:
        """Take in the rows from ``top`` on, as wide as the picture."""
        scale = self._image.height() / self._height
        start = min(int(top * scale), self._image.height() - 1)
        end = max(start + 1, int((top + band.height()) * scale))
        painter = QPainter(self._image)
        painter.drawImage(0, start, _smooth(band, QSize(self._image.width(), end - start)))
        painter.end()

    def thumbnail(self) -> QImage:
        """The small picture."""
        return _smooth(self._image, self._small)


def thumbnail_of(draw: Callable[[QRect], QImage], rect: QRect, most: int) -> QImage:
    """A small picture of what ``draw`` shows in a rectangle."""
    strips = Strips(rect.size(), most)
    for top in range(0, rect.height(), _BAND):
        height = min(_BAND, rect.height() - top)
        strips.add(top, draw(QRect(rect.x(), rect.y() + top, rect.width(), height)))
    return strips.thumbnail()


def _within(size: QSize, most: int) -> QSize:
    share = min(1.0, most / max(size.width(), size.height()))
    return QSize(max(1, round(size.width() * share)), max(1, round(size.height() * share)))


def _smooth(image: QImage, size: QSize) -> QImage:
    if image.size() == size:
        return image
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
