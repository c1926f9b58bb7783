"""Layers that a file holds already are copied from it, not compressed once more.

Pixels are values that never change, so a layer nobody painted on since the last save is still what
that file holds. Saving then costs the layers that changed.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from weakref import WeakKeyDictionary

from PySide6.QtCore import QRect

from studio.persistence.raster import Painting


@dataclass(frozen=True)
class Member:
    """Where pixels are in a file.

    Attributes:
        src: the member with their picture.
        rect: where that lies.
        has_numbers: whether a member beside it holds them as numbers, as PNG cannot hold them.
    """

    src: str
    rect: QRect
    has_numbers: bool


@dataclass(frozen=True)
class _Place:
    path: Path
    stamp: tuple[int, ...]
    member: Member


class KnownMembers:
    """Remembers which file holds which pixels, for as long as these live; for one thread."""

    def __init__(self) -> None:
        self._places: WeakKeyDictionary[Painting, _Place] = WeakKeyDictionary()

    def remember(self, path: Path, members: Iterable[tuple[Painting, Member]]) -> None:
        """A file is whole."""
        try:
            stamp = _stamp(path)
        except OSError:
            return
        for pixels, member in members:
            self._places[pixels] = _Place(path, stamp, member)

    def find(self, pixels: Painting) -> Member | None:
        """Where they are, if that file is still the same one."""
        place = self._places.get(pixels)
        if place is None:
            return None
        try:
            same = _stamp(place.path) == place.stamp
        except OSError:
            same = False
        return place.member if same else None

    def copy(self, pixels: Painting, name: str, target: IO[bytes]) -> None:
        """Copy a member of the file that holds these pixels.

        Raises:
            OSError: one of the files cannot be read or written.
            zipfile.BadZipFile: the file is damaged; what was copied does not count.
        """
        with zipfile.ZipFile(self._places[pixels].path) as archive, archive.open(name) as source:
            shutil.copyfileobj(source, target, 1 << 20)

    def clear(self) -> None:
        """Forget everything."""
        self._places.clear()


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes when a file is written or replaced."""
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns
