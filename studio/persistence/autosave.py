"""The folder in which documents are kept by themselves, one place for each running window.

Each window holds a lock file with its process id. A lock whose process is gone tells that it ended
without a goodbye; its document is then what a crash left.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from pathlib import Path

from PySide6.QtCore import QLockFile

from studio.persistence.atomic import UNFINISHED
from studio.persistence.project_file import SUFFIX

log = logging.getLogger(__name__)

_LAST, _CRASHED, _ASIDE = "last", "crashed-", "aside-"
#: So many documents that nobody wanted back stay in the folder.
_MOST_ASIDE = 3


class AutosaveFolder:
    """This window's place in the folder, and what others left there.

    Attributes:
        place: where this window's document is kept.
        last: the document of the window that was closed last.
        crashed: what crashes left, newest first.
        alone: whether no other window is open.
    """

    def __init__(self, folder: Path) -> None:
        """Take a place.

        Raises:
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        slot = uuid.uuid4().hex[:12]
        self.place = folder / f"{slot}{SUFFIX}"
        self.last = folder / f"{_LAST}{SUFFIX}"
        self._lock = _lock(folder / f"{slot}.lock")
        if not self._lock.tryLock(0):
            raise OSError(f"{folder} cannot be written")
        self.alone = self._take_over(slot)
        if self.alone:
            self._sweep()
        found = folder.glob(f"{_CRASHED}*{SUFFIX}") if self.alone else self._mine
        self.crashed = sorted(found, key=_age, reverse=True)

    def set_aside(self, path: Path) -> None:
        """Keep a document for a while that is not wanted, or is in this window's place by now."""
        self.crashed = [other for other in self.crashed if other != path]
        name = path.name.removeprefix(_CRASHED) if path != self.last else self.place.name
        with contextlib.suppress(OSError):
            path.replace(self._folder / f"{_ASIDE}{name}")
        aside = sorted(self._folder.glob(f"{_ASIDE}*{SUFFIX}"), key=_age, reverse=True)
        for old in aside[_MOST_ASIDE:]:
            _delete(old)

    def adopt_last(self) -> None:
        """This window goes on with the last document: no other one may put its own over it."""
        try:
            self.last.replace(self.place)
        except OSError as error:
            log.warning("The last document stays where it is: %s", error)

    def close(self, keep: bool) -> None:
        """End of the session: this window's document is the last one, unless it is empty.

        Args:
            keep: whether there is one.
        """
        if not keep:
            _delete(self.place)
        elif self.place.exists():
            if self.last.exists():
                self.set_aside(self.last)  # another window's, or one that nobody opened
            try:
                self.place.replace(self.last)
            except OSError as error:
                log.warning("The last document cannot be kept: %s", error)
        self._lock.unlock()

    def _take_over(self, own: str) -> bool:
        """Claim what crashed windows left; whether no other one is running."""
        alone = True
        self._mine: list[Path] = []
        for path in self._folder.glob("*.lock"):
            if path.stem == own:
                continue
            lock = _lock(path)
            if not lock.tryLock(0):
                alone = False
                continue
            left = path.with_suffix(SUFFIX)
            claimed = path.with_name(f"{_CRASHED}{left.name}")
            with contextlib.suppress(OSError):
                left.replace(claimed)
                self._mine.append(claimed)
            lock.unlock()
        return alone

    def _sweep(self) -> None:
        """Delete what was half written when a process was killed."""
        for path in self._folder.glob(f"{UNFINISHED}*"):
            _delete(path)


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # however old: it is stale when its process is gone
    return lock


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s cannot be deleted: %s", path, error)
