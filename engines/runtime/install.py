"""A model from elsewhere into the user's library: a folder, or a zip of one."""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from engines.protocol.errors import EngineError, bad_input
from engines.runtime.cards import CARD, PREVIEW, SEALED, Card, read_card, read_sealed
from engines.runtime.direction_notes import DIRECTIONS
from engines.runtime.files import unwritable
from engines.runtime.library import Library

#: What of a folder is taken: nothing else belongs to a model.
PARTS = (CARD, *SEALED, PREVIEW, DIRECTIONS)
#: No file of a model is larger, whatever a zip says it would unpack to.
LARGEST = 500_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
_ADVICE = "Give the folder of a model, with its card.toml, or a zip of that folder."


class _Source(Protocol):
    def has(self, name: str) -> bool: ...

    def open(self, name: str) -> BinaryIO: ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def has(self, name: str) -> bool:
        return (self._path / name).is_file()

    def open(self, name: str) -> BinaryIO:
        return (self._path / name).open("rb")


class _Zip:
    """The folder in a zip whose card lies nearest to its top."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        cards = [name for name in archive.namelist() if PurePosixPath(name).name == CARD]
        card = min(cards, key=lambda name: len(PurePosixPath(name).parts), default=CARD)
        self._top = card.removesuffix(CARD)
        self._names = set(archive.namelist())

    def has(self, name: str) -> bool:
        return self._top + name in self._names

    def open(self, name: str) -> BinaryIO:
        return self._archive.open(self._top + name)  # type: ignore[return-value]


def install(source: Path, library: Library) -> Card:
    """Copy a model into the library, whole or not at all.

    Args:
        source: a model's folder, or a zip of it.
        library: takes it, in its last place.

    Returns:
        its card.

    Raises:
        EngineError: ``bad_input``, when it is no model, or there is one of that name;
            ``bad_model``, when it is damaged.
    """
    with _opened(source) as parts:
        if not parts.has(CARD):
            raise bad_input(f"{source} is no model: it has no {CARD}.", _ADVICE)
        name = _name_in(parts, source)
        if any(model.name == name for model in library.models()):
            raise bad_input(
                f"There is a model called {name} already.", "Delete it in the Library first."
            )
        try:
            library.home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".duet-", dir=library.home) as place:
                folder = Path(place) / name
                folder.mkdir()
                for part in PARTS:
                    if parts.has(part):
                        _copy(parts, part, folder / part, source)
                card = read_card(folder)
                for part in card.files:
                    read_sealed(folder, card, part)
                folder.replace(library.home / name)
        except OSError as error:
            raise unwritable(library.home, error) from error
    return card


@contextmanager
def _opened(source: Path) -> Iterator[_Source]:
    if source.is_dir():
        yield _Folder(source)
        return
    if not source.exists():
        raise bad_input(f"There is no folder or zip at {source}.", _ADVICE)
    try:
        archive = zipfile.ZipFile(source)
    except _UNREADABLE as error:
        raise bad_input(f"{source} is no zip I can read: {error}.", _ADVICE) from error
    with archive:
        yield _Zip(archive)


def _name_in(parts: _Source, source: Path) -> str:
    try:
        with parts.open(CARD) as file:
            name = tomllib.loads(file.read(LARGEST).decode("utf-8")).get("name")
    except (*_UNREADABLE, RecursionError) as error:
        raise _unreadable(source, CARD, error) from error
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_input(
            f"The {CARD} of {source} calls its model {name!r}.",
            "A name has a-z, 0-9 and hyphens only.",
        )
    return name


def _copy(parts: _Source, part: str, target: Path, source: Path) -> None:
    """One file, up to the largest that a model's may be."""
    try:
        stream = parts.open(part)
    except _UNREADABLE as error:
        raise _unreadable(source, part, error) from error
    with stream, target.open("wb") as out:
        try:
            shutil.copyfileobj(_Limited(stream), out, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise _unreadable(source, part, error) from error


class _Limited:
    """A stream that is not read beyond :data:`LARGEST` bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._left = stream, LARGEST

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:  # of where it comes from, not of where it goes
            raise ValueError(error.strerror or str(error)) from error
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"it is larger than {LARGEST // 1_000_000} MB")
        return data


def _unreadable(source: Path, part: str, error: Exception) -> EngineError:
    return bad_input(f"The {part} of {source} cannot be read: {error}.", _ADVICE)
