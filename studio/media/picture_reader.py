"""Reads a picture of anybody's by what it holds, never by its name."""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.inputs import MOST_PIXELS
from engines.protocol.messages import Request
from studio.media.images import KEY
from studio.media.picture_colour import to_srgb
from studio.media.picture_kinds import foreign_kind
from studio.media.png_text import SIGNATURE, text_of

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
#: Qt draws on nothing longer than this.
LONGEST_SIDE = 32_767
#: A picture's file is read at once, up to this.
MOST_BYTES = 1 << 30
#: A file of a known kind that is shorter than this and cannot be read is cut off.
_SHORT = 1024
#: EXIF's "image description", where JPEG and WebP files carry the request.
DESCRIPTION = 0x010E

#: What Pillow's decoders raise on damaged files, besides its own error (an OSError).
FAULTS: tuple[type[Exception], ...] = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError,
    AttributeError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """A picture from a file.

    Attributes:
        image: sRGB, alpha multiplied in.
        request: makes it again, when Duet saved it; else None.
        note: what was done to it that a person should know, or "".
    """

    image: QImage
    request: Request | None = None
    note: str = ""


def read_picture(path: Path, limit: int = MOST_PIXELS) -> ReadPicture:
    """Read PNG, JPEG, WebP, TIFF, BMP or GIF, upright and in sRGB.

    Args:
        path: the file.
        limit: pixels; a larger picture is refused before it is decoded.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with the file.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise too_large(path.name, f"the file has {size / 1e9:.1f} GB")
        data = path.read_bytes()
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be opened: {(error.strerror or str(error)).lower()}.",
            "Choose another file.",
        ) from error
    return decode_picture(data, path.name, limit)


def decode_picture(
    data: bytes, name: str, limit: int = MOST_PIXELS, longest: int = LONGEST_SIDE
) -> ReadPicture:
    """The same for a file's content.

    Args:
        data: the whole file.
        name: what sentences call it.
        limit: pixels.
        longest: pixels along a side.

    Raises:
        EngineError: see :func:`read_picture`.
    """
    if not data:
        raise unreadable(name, "it is empty")
    try:
        with _opened(data, name) as picture:
            check_size(name, *picture.size, limit, longest)
            notes = _frames(picture)
            picture.load()
            upright = _upright(picture, notes)
            image, more = to_srgb(upright)
            request = _request(data, picture, notes)
    except MemoryError as error:
        raise too_large(name, "there is not enough memory for it") from error
    except EngineError:
        raise
    except FAULTS as error:
        log.info("%s cannot be read: %s", name, error)
        raise unreadable(name, _reason(data, error)) from error
    return ReadPicture(image, request, " ".join([*notes, *more]))


def check_size(
    name: str, width: int, height: int, limit: int = MOST_PIXELS, longest: int = LONGEST_SIDE
) -> None:
    """Refuse what is too large.

    Raises:
        EngineError: kind ``bad_input``.
    """
    if width < 1 or height < 1:
        raise unreadable(name, "it has no pixels")
    if width * height > limit:
        millions = f"{width * height / 1e6:,.0f} megapixels"
        raise too_large(name, f"it has {millions}, and {limit / 1e6:,.0f} are the most")
    if max(width, height) > longest:
        raise too_large(
            name, f"it is {max(width, height):,} pixels long, and {longest:,} are the most"
        )


def unreadable(name: str, reason: str) -> EngineError:
    """What is said of a file that is no picture, or a damaged one."""
    return bad_input(
        f"{name} is not a picture I can read: {reason}.", "Export it again, or drop another file."
    )


def too_large(name: str, reason: str) -> EngineError:
    """What is said of a picture that is too large."""
    return bad_input(f"{name} is too large: {reason}.", "Scale it down, or choose another one.")


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image.Image]:
    from PIL import Image, PngImagePlugin

    file = io.BytesIO(data)
    try:
        with warnings.catch_warnings():
            # Ours is the limit that counts, and decoders' remarks about odd files are no news.
            warnings.simplefilter("ignore")
            png = data.startswith(SIGNATURE)
            # A layer may be larger than Pillow's own limit, which only its "open" knows.
            opened = PngImagePlugin.PngImageFile(file) if png else Image.open(file, formats=FORMATS)
            with opened as picture:
                yield picture
    except Image.DecompressionBombError as error:
        raise too_large(name, f"{MOST_PIXELS / 1e6:,.0f} megapixels are the most") from error


def _frames(picture: Image.Image) -> list[str]:
    count = getattr(picture, "n_frames", 1)
    if picture.format == "MPO" or count < 2:  # a camera's JPEG with a preview behind it
        return []
    picture.seek(0)
    return [f"It has {count:,} frames: the first one was taken."]


def _upright(picture: Image.Image, notes: list[str]) -> Image.Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except FAULTS as error:
        log.info("The orientation cannot be read: %s", error)
        notes.append("Its orientation is unreadable: it may lie on its side.")
        return picture


def _request(data: bytes, picture: Image.Image, notes: list[str]) -> Request | None:
    text = text_of(data, KEY)
    if text is None and picture.format in ("JPEG", "MPO", "WEBP"):
        try:
            text = str(picture.getexif().get(DESCRIPTION, ""))
        except FAULTS:
            return None
        if not text.startswith('{"task":'):
            return None
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=Request)
    except (msgspec.DecodeError, UnicodeError) as error:
        log.info("A request cannot be read: %s", error)
        notes.append("The request inside it is one that this version cannot read.")
        return None


def _reason(data: bytes, error: Exception) -> str:
    from PIL import UnidentifiedImageError

    marks = (SIGNATURE, b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
    if data.startswith(marks) and len(data) < _SHORT:
        return f"it ends after {len(data):,} bytes"
    if data.startswith(marks) or not isinstance(error, UnidentifiedImageError):
        return "it is damaged or ends too early"
    kind = foreign_kind(data)
    if kind:
        return f"it is {kind}"
    return "it is in no picture format that I know"
