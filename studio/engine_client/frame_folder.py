"""The folder through which a local engine shares pictures; in memory where the system has it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "duet-frames-"
_IN_MEMORY = Path("/dev/shm")
#: The engine's ring of passing pictures and a few results have to fit.
_ROOM = 32 * 2**20


def make() -> Path:
    """A new folder, readable by this user only; removes those that dead windows left behind."""
    parent = _parent()
    _sweep(parent)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))


def remove(folder: Path) -> None:
    """Delete the folder and what is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def _parent() -> Path:
    with contextlib.suppress(OSError):
        if os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM:
            return _IN_MEMORY
    return Path(tempfile.gettempdir())


def _sweep(parent: Path) -> None:
    if os.name != "posix":
        return  # a process cannot be asked whether it lives without ending it
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            owner = int(folder.name.removeprefix(_PREFIX).split("-")[0])
            if folder.stat().st_uid == os.getuid() and not _alive(owner):
                remove(folder)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
