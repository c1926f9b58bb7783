"""What a safetensors file says of itself, read without numpy: listing models is quick.

Its header is JSON behind eight bytes of length; the metadata are strings by name.
"""

from __future__ import annotations

import struct
from pathlib import Path

import msgspec

#: A header is text about some tensors: a longer one is no header of ours.
_LONGEST = 4 * 2**20
_LENGTH = struct.Struct("<Q")


class _Header(msgspec.Struct):
    metadata: dict[str, str] = msgspec.field(name="__metadata__", default_factory=dict)


def metadata_of(path: Path) -> dict[str, str]:
    """The metadata of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it has no header like that.
    """
    with path.open("rb") as file:
        start = file.read(_LENGTH.size)
        if len(start) < _LENGTH.size:
            raise ValueError("it ends before its header")
        (length,) = _LENGTH.unpack(start)
        if length > _LONGEST:
            raise ValueError("its header is too long")
        try:
            return msgspec.json.decode(file.read(length), type=_Header).metadata
        except RecursionError as error:
            raise ValueError("its header is nested too deeply") from error
