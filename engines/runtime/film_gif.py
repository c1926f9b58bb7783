"""GIF without ffmpeg: every frame with a palette of its own, written as it comes."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import GifImagePlugin, Image

from engines.runtime.film import Form

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels

#: Plays for ever (Netscape's extension, which every browser knows).
_FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_LEAST_DELAY = 2


class Gif:
    """See :class:`engines.runtime.film.Writer`."""

    def __init__(self, path: Path, form: Form) -> None:
        """Write the header; there is no palette of the whole film."""
        self._fps, self._frames = form.fps, 0
        self._file = path.open("wb")
        self._file.write(b"GIF89a" + struct.pack("<HHBBB", *form.size, 0, 0, 0) + _FOR_EVER)

    def write(self, frame: Pixels) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        small = Image.fromarray(frame).quantize(
            256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG
        )
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0, self._delay(), 0, 0)
        picture = b"".join(GifImagePlugin.getdata(small, include_color_table=True))
        self._file.write(control + picture)
        self._frames += 1

    def close(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        self._file.write(b";")
        self._file.close()

    def abort(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        with contextlib.suppress(OSError):  # its last bytes may find no room
            self._file.close()

    def _delay(self) -> int:
        """Hundredths of a second; frames take turns, so that the whole is as long as it should."""
        hundredths = 100 / self._fps
        until = round((self._frames + 1) * hundredths)
        return max(_LEAST_DELAY, until - round(self._frames * hundredths))
