"""A PNG file written row by row, so that a big picture is never held twice.

The layout is that of the PNG specification (ISO/IEC 15948). Compression runs in zlib and numpy,
which let other threads go on; Qt's own writer holds the interpreter for seconds.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any

from studio.media.png_text import SIGNATURE, chunk, text_chunk

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

#: PNG's colour types, by bytes a pixel.
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
#: PNG's name for "each byte less the one above it".
_UP = 2


def write_png(
    file: IO[bytes],
    width: int,
    height: int,
    channels: int,
    bands: Iterable[Array],
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write a whole PNG.

    Args:
        file: takes the bytes, in order; need not be seekable.
        width: pixels, at least 1.
        height: pixels, at least 1.
        channels: 1 (grey), 3 (RGB) or 4 (RGBA, alpha not multiplied in), 8 bits each.
        bands: (rows, width * channels) bytes each, from top to bottom, ``height`` rows in all.
        texts: stored under their keys.
    """
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    file.write(SIGNATURE + chunk(b"IHDR", head))
    for key, text in (texts or {}).items():
        file.write(text_chunk(key, text))
    # Runs only: on pictures twice as fast as the full search, and smaller after this filter.
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    above: Array | None = None
    for band in bands:
        packed = packer.compress(_filtered(band, above).data)
        if packed:
            file.write(chunk(b"IDAT", packed))
        above = band[-1].copy()
    file.write(chunk(b"IDAT", packer.flush()) + chunk(b"IEND", b""))


def _filtered(band: Array, above: Array | None) -> Array:
    """The band (rows, n) as PNG stores it, (rows, 1 + n)."""
    import numpy as np  # late: the window opens without it

    rows = np.empty((band.shape[0], 1 + band.shape[1]), np.uint8)
    rows[:, 0] = _UP
    np.subtract(band[0], 0 if above is None else above, out=rows[0, 1:], dtype=np.uint8)
    np.subtract(band[1:], band[:-1], out=rows[1:, 1:])
    return rows
