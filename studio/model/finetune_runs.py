"""Where a training keeps its epochs until one of them is a model: folders of the user's own."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile

from engines.protocol.paths import user_data_dir
from studio.model.finetune_kinds import KINDS
from studio.model.finetune_lines import EpochRow, LossRow, add_losses, read_epoch, read_losses

_PREFIX, _LOG, _EPOCHS = "run-", "log.jsonl", "epochs"
#: Beside the folder that has the new model's name, which never begins with a dot.
_LOCK, _BEGUN, MADE = ".lock", ".begun.json", ".made"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_NAME = 40


class Begun(msgspec.Struct, frozen=True):
    """What a training began with, "" where that is not known.

    Attributes:
        model: its name.
        folder: of the songs or pictures.
        name: what its own model would be called; its epochs lie in a folder of this name.
        objective: what the two networks play for; "" for what the model learned by.
    """

    model: str = ""
    folder: str = ""
    name: str = ""
    objective: str = ""


class RunFolder:
    """The folder of one training; a lock says that a window works with it.

    Attributes:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = QLockFile(str(path / _LOCK))
        self._lock.setStaleLockTime(0)

    @property
    def begun(self) -> Begun:
        """What it began with."""
        try:
            return msgspec.json.decode((self.path / _BEGUN).read_bytes(), type=Begun)
        except (OSError, msgspec.DecodeError):
            return Begun()

    def claim(self) -> bool:
        """Make it ours; False when another window has it."""
        return self._lock.tryLock(0)

    def withdraw(self) -> None:
        """Offer it to no later session, however this one ends: it is in the library."""
        for log in self.path.glob(f"*/{_LOG}"):
            with suppress(OSError):
                log.unlink(missing_ok=True)

    def leave(self) -> None:
        """Keep it for another session."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete it and everything in it."""
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


def new_run(begun: Begun) -> RunFolder:
    """A fresh folder for a training.

    Raises:
        OSError: the user's folder cannot be written.
    """
    place = _place()
    place.mkdir(parents=True, exist_ok=True)
    folder = RunFolder(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place)))
    folder.claim()
    (folder.path / _BEGUN).write_bytes(msgspec.json.encode(begun))
    return folder


@dataclass(frozen=True)
class Left:
    """A training that an earlier session left.

    Attributes:
        folder: where it is.
        name: what its model would be called.
        epochs: as far as their files are there.
        losses: of its steps.
    """

    folder: RunFolder
    name: str
    epochs: list[EpochRow]
    losses: list[LossRow]


def left_run() -> Left | None:
    """The newest training that an earlier session left.

    Others that nobody works with, and those without a trained epoch, are deleted.
    """
    found = None
    paths = [path for path in _place().glob(f"{_PREFIX}*") if path.is_dir()]
    for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True):
        folder = RunFolder(path)
        if not folder.claim():
            continue
        left = _read(folder) if found is None else None
        if left is not None and len(left.epochs) > 1:
            found = left
        else:
            folder.remove()
    return found


class _Numbered(msgspec.Struct):
    """As much of a line of the log as says which files belong to it."""

    epoch: int


def _place() -> Path:
    return user_data_dir() / "finetune"


def _read(folder: RunFolder) -> Left | None:
    """A run as its log tells it."""
    epochs: dict[int, EpochRow] = {}
    losses: list[LossRow] = []
    log = next(iter(folder.path.glob(f"*/{_LOG}")), None)
    if log is None:
        return None
    for line in log.read_bytes().splitlines():
        told = read_losses(line)
        if told is not None:
            add_losses(losses, told)
            continue
        try:
            number = msgspec.json.decode(line, type=_Numbered).epoch
        except msgspec.DecodeError:
            continue
        stem = log.parent / _EPOCHS / f"{number:03d}"
        samples = [stem.with_suffix(kind.sample) for kind in KINDS.values()]
        sample = next((path for path in samples if path.is_file()), None)
        row = read_epoch(line, {"file": f"{stem}.safetensors", "sample": str(sample)})
        if row is not None and sample is not None and Path(row.file).is_file():
            epochs[row.epoch] = row
    return Left(folder, log.parent.name, [epochs[number] for number in sorted(epochs)], losses)


def name_problem(name: str, taken: Sequence[str]) -> str:
    """Why a model cannot be called so, or ""."""
    if not name:
        return "Give the new model a name."
    if not _NAME.fullmatch(name):
        return "A name has a-z, 0-9 and hyphens only, and begins with a letter or digit."
    if len(name) > LONGEST_NAME:
        return f"A name has {LONGEST_NAME} letters at most."
    if name in taken:
        return f"There is a model called {name} already. Choose another name."
    return ""


def name_from(folder: str, taken: Sequence[str]) -> str:
    """A free name after a folder's."""
    plain = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[: LONGEST_NAME - 4].strip("-")
    base = plain or "my-model"
    names = (base, *(f"{base}-{number}" for number in range(2, 1000)))
    return next((name for name in names if name not in taken), base)
