"""The pixels of a layer or a mask as PNG files, streamed, and back to the same bytes.

PNG holds colour without alpha multiplied in. Qt's way there and back gives every possible colour
again; only numbers that are no colours (more of it than alpha) would change. A layer that holds
some is stored once more, as the numbers they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from studio.media.png_stream import write_png

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

_Format = QImage.Format
#: Rows taken at once: those of a plane's tiles.
_BAND = 256

#: Draws a part of something.
Draw = Callable[[QRect], QImage]


def write_colour(
    file: IO[bytes], draw: Draw, rect: QRect, texts: Mapping[str, str] | None = None
) -> bool:
    """Write what ``draw`` shows in a rectangle, as RGBA, with texts under their keys.

    Returns:
        Whether reading the file gives the same bytes again; see :func:`write_numbers`.
    """
    exact = True

    def bands() -> Iterator[Array]:
        nonlocal exact
        for band in _bands(rect):
            image = draw(band).convertToFormat(_Format.Format_ARGB32_Premultiplied)
            straight = image.convertToFormat(_Format.Format_RGBA8888)
            exact = exact and image == straight.convertToFormat(image.format())
            yield _rows(straight, 4)

    write_png(file, rect.width(), rect.height(), 4, bands(), texts)
    return exact


def write_numbers(file: IO[bytes], draw: Draw, rect: QRect) -> None:
    """Write the same as bare numbers: red, green, blue with alpha multiplied in, alpha."""
    for band in _bands(rect):
        image = draw(band).convertToFormat(_Format.Format_ARGB32_Premultiplied)
        image.reinterpretAsFormat(_Format.Format_ARGB32)
        file.write(_rows(image.convertToFormat(_Format.Format_RGBA8888), 4).data)


def write_coverage(file: IO[bytes], draw: Draw, rect: QRect) -> None:
    """Write a mask's or selection's coverage, as grey."""
    bands = (_rows(draw(band).convertToFormat(_Format.Format_Alpha8), 1) for band in _bands(rect))
    write_png(file, rect.width(), rect.height(), 1, bands)


def numbers_of(content: bytes, width: int, height: int) -> QImage:
    """The layer that :func:`write_numbers` wrote.

    Raises:
        ValueError: the numbers are not as many as the pixels.
    """
    if len(content) != 4 * width * height:
        raise ValueError("another size")
    rgba = QImage(content, width, height, 4 * width, _Format.Format_RGBA8888)
    argb = rgba.convertToFormat(_Format.Format_ARGB32)
    argb.reinterpretAsFormat(_Format.Format_ARGB32_Premultiplied)
    return argb


def coverage_of(image: QImage) -> QImage:
    """The coverage that :func:`write_coverage` wrote, from the picture in its file."""
    grey = image.convertToFormat(_Format.Format_Grayscale8)
    grey.reinterpretAsFormat(_Format.Format_Alpha8)
    return grey


def _bands(rect: QRect) -> Iterator[QRect]:
    for top in range(rect.top(), rect.top() + rect.height(), _BAND):
        height = min(_BAND, rect.top() + rect.height() - top)
        yield QRect(rect.left(), top, rect.width(), height)


def _rows(image: QImage, channels: int) -> Array:
    """An image's bytes, (H, W * channels), that stay when the image goes."""
    import numpy as np  # late: the window opens without it

    flat = np.frombuffer(image.constBits(), np.uint8)
    rows = flat.reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * channels].copy()
