"""Pictures as files for other programs: PNG, JPEG and WebP, with the requests that made them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.messages import Request
from studio.media.images import KEY
from studio.media.picture_reader import DESCRIPTION
from studio.media.plane_png import write_colour
from studio.persistence.atomic import atomic_file

#: The key of a list of requests in a PNG's text: of a picture that was put together of several.
LIST_KEY = "duet-requests"
#: What a file may be called, and how it is written then.
SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_LONGEST = {"JPEG": 65_500, "WEBP": 16_383}
#: EXIF has room for this many bytes in a JPEG file.
_MOST_EXIF = 60_000


@dataclass(frozen=True)
class Form:
    """How a picture is written.

    Attributes:
        quality: of JPEG and WebP, 1 .. 100.
        lossless: whether WebP keeps every pixel; the quality is how hard it tries then.
    """

    quality: int = 90
    lossless: bool = False


@dataclass(frozen=True, eq=False)
class Flat:
    """A picture to write.

    Attributes:
        size: in pixels.
        draw: draws a part of it.
        requests: what made it.
        whole: whether the one request makes exactly this picture.
    """

    size: QSize
    draw: Callable[[QRect], QImage]
    requests: Sequence[Request] = ()
    whole: bool = False


def write_picture(path: Path, picture: Flat, form: Form | None = None) -> None:
    """Write a picture in the format that the name asks for; white shines through in a JPEG.

    Raises:
        EngineError: kind ``bad_input``: the format is unknown, or cannot hold the picture.
        OSError: the disk refuses; the old file is as it was.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise unknown_format(path)
    longest = max(picture.size.width(), picture.size.height())
    if longest > _LONGEST.get(kind, longest):
        raise bad_input(
            f"{path.name} cannot be saved: {path.suffix[1:]} files are {_LONGEST[kind]:,} pixels "
            f"long at most, and the picture has {longest:,}.",
            "Save it as PNG.",
        )
    with atomic_file(path) as file:
        if kind == "PNG":
            whole = QRect(QPoint(0, 0), picture.size)
            write_colour(file, picture.draw, whole, _texts(picture))
        else:
            _write_with_pillow(file, kind, picture, form or Form())


def unknown_format(path: Path) -> EngineError:
    """What is said of a name with another ending."""
    return bad_input(
        f"{path.name} cannot be saved: its ending names no format that I write.",
        "Call it .png, .jpg, .webp, .ora or .duet.",
    )


def _texts(picture: Flat) -> dict[str, str]:
    if not picture.requests:
        return {}
    if picture.whole:
        return {KEY: msgspec.json.encode(picture.requests[0]).decode("utf-8")}
    return {LIST_KEY: msgspec.json.encode(list(picture.requests)).decode("utf-8")}


def _write_with_pillow(file: IO[bytes], kind: str, picture: Flat, form: Form) -> None:
    from PIL import Image

    flat = picture.draw(QRect(QPoint(0, 0), picture.size))
    straight = flat.convertToFormat(QImage.Format.Format_RGBA8888)
    size = picture.size.toTuple()
    image = Image.frombuffer("RGBA", size, bytes(straight.constBits()), "raw", "RGBA", 0, 1)
    opaque = image.getchannel("A").getextrema() == (255, 255)
    if kind == "JPEG" and not opaque:
        white = Image.new("RGBA", size, "white")
        image = Image.alpha_composite(white, image)
    if kind == "JPEG" or opaque:
        image = image.convert("RGB")
    options: dict[str, object] = {"quality": max(1, min(form.quality, 100))}
    if kind == "WEBP":
        options |= {"lossless": form.lossless, "exact": form.lossless}
    exif = _exif(picture)
    if exif:
        options["exif"] = exif
    image.save(file, kind, **options)


def _exif(picture: Flat) -> bytes:
    """The requests where cameras put a description; b"" when there are none."""
    from PIL import Image

    texts = list(_texts(picture).values())
    if not texts:
        return b""
    exif = Image.Exif()
    exif[DESCRIPTION] = json.dumps(json.loads(texts[0]), separators=(",", ":"))  # ASCII
    content = exif.tobytes()
    return content if len(content) <= _MOST_EXIF else b""
