"""Pictures between two processes of one machine: a file that both map into their memory.

The writer goes round and round in the file. A :class:`~engines.protocol.messages.FrameRef` carries
the place and a serial number: the position counted without going round. The file's head holds how
far the writer has reserved, so a reader can tell after copying whether its picture was still whole.
Nothing of a picture's size is allocated for a frame: its bytes are copied into the map.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from engines.protocol.messages import FrameRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: A picture (H, W, channels), 8 bits each. Written as text, and numpy imported by the functions
#: that need it, because the window is on the screen before the import of numpy is through.
Pixels: TypeAlias = "NDArray[np.uint8]"

_MAGIC = b"DUETRING"
#: magic, capacity, reserved: where the next picture would begin, counted without going round.
_HEAD = struct.Struct("<8sQQ")
_RESERVED = struct.Struct("<Q")
_RESERVED_AT = _HEAD.size - _RESERVED.size
_START = 64  # pictures begin here; keeps them aligned


class FrameLostError(Exception):
    """The picture was overwritten, or its engine ended, before it was read."""


class FrameFile:
    """The writing end.

    Args:
        path: the file to make; must not exist.
        capacity: bytes of pictures it holds before the oldest is overwritten.
    """

    def __init__(self, path: Path, capacity: int) -> None:
        self.path = path
        self.capacity = capacity
        self._path_text = str(path)
        self._reserved = 0
        self._map = _make(path, capacity)

    def write(self, pixels: Pixels) -> FrameRef:
        """Copy a picture (H, W, channels), 8 bits each, into the file.

        Raises:
            ValueError: the picture is bigger than the file.
        """
        import numpy as np

        height, width, channels = pixels.shape
        length = pixels.nbytes
        serial = self._reserve(length)
        offset = _START + serial % self.capacity
        target = np.frombuffer(self._map, np.uint8, length, offset).reshape(pixels.shape)
        np.copyto(target, pixels)
        return FrameRef(
            path=self._path_text,
            offset=offset,
            length=length,
            width=width,
            height=height,
            channels=channels,
            serial=serial,
        )

    def _reserve(self, length: int) -> int:
        """Claim the next place, and say so in the head before a byte of it changes."""
        if length > self.capacity:
            raise ValueError(f"a picture of {length} bytes does not fit in {self.capacity}")
        serial = self._reserved
        left = self.capacity - serial % self.capacity
        if length > left:
            serial += left  # pictures lie in one piece: go on at the beginning
        self._reserved = serial + length
        _RESERVED.pack_into(self._map, _RESERVED_AT, self._reserved)
        return serial

    def close(self) -> None:
        """Unmap the file. It stays on disk for its readers; see :meth:`remove`."""
        with contextlib.suppress(BufferError):
            self._map.close()

    def remove(self) -> None:
        """Unmap and delete the file."""
        self.close()
        self.path.unlink(missing_ok=True)


class FrameReader:
    """The reading end of any number of files; each is mapped once, when first needed."""

    def __init__(self) -> None:
        self._maps: dict[str, mmap.mmap] = {}

    def read(self, ref: FrameRef) -> Pixels:
        """A copy of the picture, (H, W, channels).

        Raises:
            FrameLostError: it was overwritten, the file is gone, or the reference is nonsense.
        """
        import numpy as np

        shape = (ref.height, ref.width, ref.channels)
        if ref.length != ref.height * ref.width * ref.channels or ref.encoding != "raw":
            raise FrameLostError(f"{ref.width}x{ref.height} pixels are not {ref.length} bytes.")
        mapped = self._map(ref.path)
        if ref.offset < _START or ref.offset + ref.length > len(mapped):
            raise FrameLostError(f"{ref.path} has no picture at {ref.offset}.")
        copied = np.frombuffer(mapped, np.uint8, ref.length, ref.offset).reshape(shape).copy()
        _, capacity, reserved = _HEAD.unpack_from(mapped)
        if reserved > ref.serial + capacity:
            raise FrameLostError(f"The picture at {ref.offset} was overwritten.")
        return copied

    def forget(self, path: str) -> None:
        """Unmap one file."""
        mapped = self._maps.pop(path, None)
        if mapped is not None:
            with contextlib.suppress(BufferError):
                mapped.close()

    def close(self) -> None:
        """Unmap all files."""
        for path in list(self._maps):
            self.forget(path)

    def _map(self, path: str) -> mmap.mmap:
        if path not in self._maps:
            self._maps[path] = _open(path)
        return self._maps[path]


def _make(path: Path, capacity: int) -> mmap.mmap:
    with path.open("xb+") as file:
        _claim(file.fileno(), _START + capacity)
        mapped = mmap.mmap(file.fileno(), _START + capacity)
    _HEAD.pack_into(mapped, 0, _MAGIC, capacity, 0)
    return mapped


def _claim(descriptor: int, size: int) -> None:
    """Take the room now: a full disk met while writing into a map kills the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:
        os.ftruncate(descriptor, size)


def _open(path: str) -> mmap.mmap:
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise FrameLostError(f"The pictures in {path} are gone: {error}") from error
    if size < _START or mapped[: len(_MAGIC)] != _MAGIC:
        mapped.close()
        raise FrameLostError(f"{path} holds no pictures.")
    return mapped
