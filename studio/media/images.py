"""Pictures between arrays, files and Qt, with the request that made them inside the PNG."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from engines.protocol.errors import bad_input
from engines.protocol.frames import Pixels
from engines.protocol.messages import Request
from studio.media.png_text import SIGNATURE, text_of, with_text
from studio.persistence.atomic import write_atomically

#: The key of the request in a PNG's text.
KEY = "duet"
_FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def to_image(pixels: Pixels) -> QImage:
    """A picture for Qt that owns its memory.

    Args:
        pixels: (H, W, 3 or 4), 8 bits each.
    """
    import numpy as np  # late: the window opens without it

    height, width, channels = pixels.shape
    tight = np.ascontiguousarray(pixels)
    return QImage(tight.data, width, height, channels * width, _FORMATS[channels]).copy()


def to_pixels(image: QImage) -> Pixels:
    """The picture as an array (H, W, 3), without transparency."""
    import numpy as np

    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width, stride = rgb.height(), rgb.width(), rgb.bytesPerLine()
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(height, stride)
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def encode_png(image: QImage, request: Request | None) -> bytes:
    """The picture as a PNG file that says how to make it again."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(image):
        raise ValueError("an empty picture cannot be saved")
    png = bytes(data.data())
    if request is None:
        return png
    return with_text(png, KEY, msgspec.json.encode(request).decode("utf-8"))


def save_png(path: Path, image: QImage, request: Request | None) -> None:
    """Write a PNG with its request.

    Raises:
        EngineError: kind ``bad_input``, when the place cannot be written.
    """
    try:
        write_atomically(path, encode_png(image, request))
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be saved in {path.parent}: {_reason(error)}.",
            "Choose another folder.",
        ) from error


def read_image(path: Path) -> QImage:
    """Read a picture whatever its name says it is.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with the file.
    """
    data = _read(path)
    if not data:
        raise _unreadable(path, "it is empty")
    content = QByteArray(data)
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise _unreadable(path, _what_is_wrong(data, reader))
    return image


def read_request(path: Path) -> Request:
    """The request inside a PNG that Duet saved.

    Raises:
        EngineError: kind ``bad_input``: no picture, a picture of another program, or a request
            that cannot be read.
    """
    text = text_of(_read(path), KEY)
    if text is None:
        read_image(path)
        raise bad_input(
            f"{path.name} is a picture, but it does not say how it was made.",
            "Drop a PNG that Duet saved.",
        )
    try:
        return msgspec.json.decode(text, type=Request)
    except msgspec.DecodeError as error:
        raise bad_input(
            f"{path.name} carries a request that this version cannot read ({error}).",
            "Drop another one.",
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise bad_input(f"{path.name} cannot be opened: {_reason(error)}.") from error


def _what_is_wrong(data: bytes, reader: QImageReader) -> str:
    if data.startswith(SIGNATURE) and b"IEND" not in data[-16:]:
        return f"it ends after {len(data):,} bytes"
    if (
        not reader.canRead()
        and reader.error() == QImageReader.ImageReaderError.UnsupportedFormatError
    ):
        return "it is in no picture format that I know"
    return "it is damaged"


def _unreadable(path: Path, reason: str) -> Exception:
    return bad_input(
        f"{path.name} is not a picture I can read: {reason}.",
        "Export it again, or drop another file.",
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
