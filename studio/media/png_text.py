"""Text inside PNG files: written as an iTXt chunk, read from iTXt, tEXt and zTXt.

The chunk layout is that of the PNG specification (ISO/IEC 15948), section 11.3.4.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST = 1 << 20


def with_text(png: bytes, key: str, text: str) -> bytes:
    """The same PNG with a UTF-8 text in it.

    Args:
        png: a whole file.
        key: 1..79 Latin-1 characters.
        text: what to store.

    Raises:
        ValueError: ``png`` is no whole PNG.
    """
    end = png.rfind(b"IEND") - 4
    if not png.startswith(SIGNATURE) or end < len(SIGNATURE):
        raise ValueError("not a whole PNG")
    return png[:end] + text_chunk(key, text) + png[end:]


def text_chunk(key: str, text: str) -> bytes:
    """A text as a part of a PNG."""
    body = key.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")
    return chunk(b"iTXt", body)


def text_of(png: bytes, key: str) -> str | None:
    """The text stored under ``key``, or None. Damaged chunks count as none."""
    wanted = key.encode("latin-1")
    for kind, body in _chunks(png):
        name, zero, rest = body.partition(b"\0")
        if kind in (b"iTXt", b"tEXt", b"zTXt") and zero and name == wanted:
            try:
                return _READERS[kind](rest)
            except (UnicodeDecodeError, zlib.error, ValueError, IndexError):
                continue
    return None


def chunk(kind: bytes, body: bytes) -> bytes:
    """One part of a PNG, with its length before and its checksum behind."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while png.startswith(SIGNATURE) and place + 12 <= len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def _international(rest: bytes) -> str:
    compressed = rest[0] == 1
    _language, _, more = rest[2:].partition(b"\0")
    _translated, _, content = more.partition(b"\0")
    return (_unpack(content) if compressed else content).decode("utf-8")


def _unpack(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(data, _LARGEST)
    if unpacker.unconsumed_tail:
        raise ValueError("larger than any request")
    return content


_READERS = {
    b"iTXt": _international,
    b"tEXt": lambda rest: rest.decode("latin-1"),
    b"zTXt": lambda rest: _unpack(rest[1:]).decode("latin-1"),
}
