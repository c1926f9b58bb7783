"""Where a task's results go: checked before anything is computed, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.commands.melody_outputs import melody_writers
from engines.protocol.errors import bad_input
from engines.runtime.files import check_writable, unwritable

if TYPE_CHECKING:
    from engines.protocol.messages import Request
    from engines.runtime.results import Result

Writer = Callable[[Path, "Result"], None]

#: Most files of the same name with a number behind it that are looked at for a free one.
MOST_ALIKE = 10_000


def write_picture(path: Path, result: Result) -> None:
    """A PNG with the request in it."""
    from engines.runtime.pictures import write_png

    assert result.pixels is not None
    write_png(path, result.pixels, result.request)


#: The endings a tool's files may have; the first is the one used in folders.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "picture": (".png",),
    "melody": tuple(melody_writers(0)),
}


def make_writers(makes: str, instrument: int = 0) -> dict[str, Writer]:
    """How to write what a tool makes, by file name ending.

    Args:
        makes: a key of :data:`ENDINGS`.
        instrument: General MIDI program of melodies, 0..127.
    """
    every: dict[str, Writer] = {".png": write_picture, **melody_writers(instrument)}
    return {ending: every[ending] for ending in ENDINGS[makes]}


@dataclass(frozen=True, slots=True)
class Target:
    """One ``--out``.

    Attributes:
        path: the folder, or the file.
        is_file: which of the two.
        suffix: the files' ending.
        writer: makes one file.
    """

    path: Path
    is_file: bool
    suffix: str
    writer: Writer

    @property
    def folder(self) -> Path:
        """Where the files will lie."""
        return self.path.parent if self.is_file else self.path

    def write(self, results: list[Result]) -> list[Path]:
        """Write every result; the folder is made when it is missing.

        Raises:
            EngineError: ``bad_input``, when the disk refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        written: list[Path] = []
        for number, result in enumerate(results):
            path = self._name(result.request, number, len(results))
            self.writer(path, result)
            written.append(path)
        return written

    def _name(self, request: Request, number: int, count: int) -> Path:
        """A file's name: as given, numbered when there are several, or made up in a folder."""
        if self.is_file:
            ending = f"-{number + 1:0{len(str(count))}}" if count > 1 else ""
            return self.path.with_name(f"{self.path.stem}{ending}{self.suffix}")
        name = f"{request.model or request.task}-{request.seed}"
        return _free(self.path, name, self.suffix)


def plan(outputs: list[str], makes: str, instrument: int = 0) -> list[Target]:
    """Understand every ``--out`` and try whether it can be written to.

    Args:
        outputs: as given on the command line.
        makes: what the tool makes, a key of :data:`ENDINGS`.
        instrument: see :func:`make_writers`.

    Raises:
        EngineError: ``bad_input``; nothing has been computed or written.
    """
    targets = [_target(text, make_writers(makes, instrument), makes) for text in outputs]
    for target in targets:
        check_writable(target.folder)
    return targets


def _target(text: str, writers: Mapping[str, Writer], makes: str) -> Target:
    path = Path(text)
    suffix = path.suffix.lower()
    usual = next(iter(writers))
    if path.is_dir() or not suffix or text.endswith(("/", "\\")):
        return Target(path, False, usual, writers[usual])
    if suffix not in writers:
        raise bad_input(
            f"Cannot write a {makes} as {path.name}.",
            f"Give a folder, or a file that ends in {' or '.join(writers)}.",
        )
    return Target(path, True, path.suffix, writers[suffix])


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name in a folder that nothing has yet: a result never takes another one's place."""
    path = folder / f"{stem}{suffix}"
    for number in range(2, MOST_ALIKE):
        if not path.exists():
            return path
        path = folder / f"{stem}-{number}{suffix}"
    raise bad_input(f"{folder} is full of files called {stem}.", "Choose another folder.")
