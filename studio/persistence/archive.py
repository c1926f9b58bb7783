"""Zip files: written member by member through a temporary name, read without trust."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from struct import error as struct_error
from typing import IO

from engines.protocol.errors import EngineError, bad_input
from studio.persistence.atomic import atomic_file

#: Every member has the date at which zip's calendar begins: equal documents give equal files.
_DATE = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: One member may not unpack to more, and all of them together neither.
MOST_MEMBER = 1 << 30
MOST_TOTAL = 8 << 30
MOST_MEMBERS = 10_000
#: What zipfile raises on damaged files.
FAULTS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct_error, OSError, EOFError,
    ValueError, RuntimeError, LookupError, OverflowError,
)  # fmt: skip


class ArchiveWriter:
    """The members of a zip file that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def member(self, name: str, packed: bool = False) -> Iterator[IO[bytes]]:
        """A member to write to bit by bit, as it is unless it is to be ``packed``."""
        info = zipfile.ZipInfo(name, _DATE)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._archive.open(info, "w") as file:
            yield file

    def put(self, name: str, content: bytes, packed: bool = True) -> None:
        """A whole member, compressed unless ``packed`` is off."""
        info = zipfile.ZipInfo(name, _DATE)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self._archive.writestr(info, content)


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """A zip file that takes the place of ``path`` when the block ends well.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    with atomic_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        yield ArchiveWriter(archive)


class Archive:
    """A zip file of anybody's to read."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        """Look the table of contents over.

        Args:
            archive: opened for reading.
            name: what sentences call the file.

        Raises:
            EngineError: kind ``bad_input``.
        """
        self._archive, self.name = archive, name
        # Some programs write their names with a slash before them.
        self._infos = {info.filename.lstrip("/"): info for info in archive.infolist()}
        if len(archive.infolist()) > MOST_MEMBERS:
            raise self.damaged(f"it holds more than {MOST_MEMBERS:,} files")
        if sum(info.file_size for info in self._infos.values()) > MOST_TOTAL:
            raise self.damaged(f"it would unpack to more than {MOST_TOTAL >> 30} GB")
        for member in self._infos:
            self.check_name(member)

    def __contains__(self, member: str) -> bool:
        return member.lstrip("/") in self._infos

    def check_name(self, member: str) -> None:
        """Refuse names that lead outside.

        Raises:
            EngineError: kind ``bad_input``.
        """
        if ".." in PurePosixPath(member).parts or "\\" in member:
            raise self.damaged(f"it names a file outside of itself ({member[:40]!r})")

    def read(self, member: str, most: int = MOST_MEMBER) -> bytes:
        """A whole member.

        Args:
            member: its name.
            most: bytes; a larger one is refused before it is unpacked.

        Raises:
            EngineError: kind ``bad_input``: it is missing, damaged or too large.
        """
        self.check_name(member)
        info = self._infos.get(member.lstrip("/"))
        if info is None:
            raise self.damaged(f"{member[:80]} is missing in it")
        if info.file_size > most:
            raise self.damaged(f"{member} in it would unpack to {info.file_size:,} bytes")
        if info.flag_bits & 1:
            raise self.damaged(f"{member} in it is encrypted")
        if info.compress_type not in _METHODS:
            raise self.damaged(f"{member} in it is compressed in a way that I do not know")
        try:
            with self._archive.open(info) as file:
                content = file.read(most + 1)
        except FAULTS as error:
            raise self.damaged(f"{member} in it is damaged") from error
        if len(content) > most:
            raise self.damaged(f"{member} in it is damaged")
        return content

    def damaged(self, reason: str) -> EngineError:
        """What is said of the file when it cannot be used."""
        return unusable(self.name, reason)


def unusable(name: str, reason: str) -> EngineError:
    """What is said of a document that cannot be read."""
    return bad_input(
        f"{name} is not a document I can read: {reason}.",
        "Open another one, or an older copy of it.",
    )


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A zip file to read.

    Raises:
        EngineError: kind ``bad_input``: it cannot be opened, or is no zip file or a damaged one.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be opened: {(error.strerror or str(error)).lower()}.",
            "Choose another file.",
        ) from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except FAULTS as error:
            empty = path.stat().st_size == 0
            raise unusable(path.name, "it is empty" if empty else _broken(path)) from error
        with archive:
            yield Archive(archive, path.name)


def is_zip(path: Path) -> bool:
    """Whether a file begins like a zip file, so that it is a document and no picture."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def _broken(path: Path) -> str:
    return "it is damaged or ends too early" if is_zip(path) else "it is no document of layers"
