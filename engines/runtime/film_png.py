"""Films of PNG pictures: one animated file (APNG), or a folder of numbered ones. Nothing is lost.

The chunks of an APNG are those of the PNG specification, third edition, section 11.3.6: a frame
after the first is a PNG's pixel data under another name.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engines.runtime.film import Form
from engines.runtime.pictures import CHUNK

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Where the number of frames is written, behind the signature and the header's chunk.
_CONTROL_AT = 33
#: More than twice as fast as zlib's usual level, and a tenth larger.
_LEVEL = 3


class AnimatedPng:
    """An APNG that plays for ever; see :class:`engines.runtime.film.Writer`."""

    def __init__(self, path: Path, form: Form) -> None:
        """Write what comes before the frames; how many there are is filled in at the end."""
        self._form, self._frames, self._sequence = form, 0, 0
        self._file = path.open("wb")
        header = struct.pack(">IIBBBBB", *form.size, 8, 2, 0, 0, 0)
        request = msgspec.json.encode(form.request)
        self._file.write(_SIGNATURE + _chunk(b"IHDR", header) + self._control())
        self._file.write(_chunk(b"iTXt", CHUNK.encode() + b"\0\0\0\0\0" + request))

    def write(self, frame: Pixels) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        place = struct.pack(">IIII", *self._form.size, 0, 0)
        delay = struct.pack(">HHBB", 1, self._form.fps, 0, 0)
        self._file.write(_chunk(b"fcTL", self._next() + place + delay))
        data = _pixel_data(frame)
        if self._frames:
            self._file.write(_chunk(b"fdAT", self._next() + data))
        else:
            self._file.write(_chunk(b"IDAT", data))
        self._frames += 1

    def close(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        self._file.write(_chunk(b"IEND", b""))
        self._file.seek(_CONTROL_AT)
        self._file.write(self._control())
        self._file.close()

    def abort(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        with contextlib.suppress(OSError):  # its last bytes may find no room
            self._file.close()

    def _control(self) -> bytes:
        return _chunk(b"acTL", struct.pack(">II", self._frames, 0))

    def _next(self) -> bytes:
        self._sequence += 1
        return struct.pack(">I", self._sequence - 1)


class Sequence:
    """A folder of frames; the first one carries the request."""

    def __init__(self, folder: Path, form: Form) -> None:
        """Begin with an empty folder."""
        self._folder, self._frames = folder, 0
        self._info = PngInfo()
        self._info.add_itxt(CHUNK, msgspec.json.encode(form.request).decode())

    def write(self, frame: Pixels) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        self._frames += 1
        path = self._folder / f"frame-{self._frames:05d}.png"
        info = self._info if self._frames == 1 else None
        Image.fromarray(frame).save(path, format="PNG", pnginfo=info, compress_level=_LEVEL)

    def close(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""

    def abort(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixel_data(frame: Pixels) -> bytes:
    """The IDAT chunks of a picture's PNG, put together."""
    file = io.BytesIO()
    Image.fromarray(frame).save(file, format="PNG", compress_level=_LEVEL)
    data, at, found = file.getvalue(), len(_SIGNATURE), b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            found += data[at + 8 : at + 8 + length]
        at += 12 + length
    return found
