"""Files that are either the old one or the new one, never half of one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

#: Begins the name of a file that is not whole yet; a killed process leaves it behind.
UNFINISHED = ".duet-"
#: Nobody writes one file for so long: what is older was left behind.
_ABANDONED_S = 24 * 3600


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write beside ``path``; when the block ends it is flushed to the disk and renamed.

    Args:
        path: the file; its folder is made when it is missing.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent, path.suffix)
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, suffix=path.suffix, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@cache
def _sweep(folder: Path, suffix: str) -> None:
    """Delete what killed processes left here, once; what cannot be deleted stays."""
    oldest = time.time() - _ABANDONED_S
    for left in folder.glob(f"{UNFINISHED}????????{suffix}"):
        with suppress(OSError):
            if left.is_file() and left.stat().st_mtime < oldest:
                left.unlink()


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, rename.

    Args:
        path: the file; its folder is made when it is missing.
        content: all of it.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    with atomic_file(path) as file:
        file.write(content)
