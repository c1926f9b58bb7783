"""Files that appear whole or not at all: written under a temporary name, then renamed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.protocol.errors import bad_input


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place when the block ends well.

    The temporary name keeps the suffix, because writers choose their format by it. The file is
    flushed to the disk before the rename; after an error nothing is left behind.

    Args:
        path: the file to make or to replace; its folder must exist.
    """
    handle, name = tempfile.mkstemp(prefix=".duet-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes files that only their owner reads; give the usual permissions.
        temporary.chmod(0o666 & ~_umask())
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """The same for a folder of files: ``path`` must not exist yet, or be empty."""
    temporary = Path(tempfile.mkdtemp(prefix=".duet-", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        for file in temporary.iterdir():
            _flush(file)
        if path.exists():
            path.rmdir()  # Windows renames onto nothing only
        temporary.replace(path)
        _flush(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file at once, atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def sha256(path: Path) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits.

    Raises:
        OSError: when the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_writable(folder: Path) -> None:
    """Find out now, by trying, whether files can be made in ``folder`` (or it can be made).

    Asking for permissions is not enough: an administrator has them all and still cannot write to
    a read-only disk.

    Raises:
        EngineError: kind ``bad_input``, naming the folder.
    """
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise bad_input(
            f"Cannot write to {folder}: {existing} is not a folder.", "Choose another place."
        )
    try:
        handle, name = tempfile.mkstemp(prefix=".duet-", dir=existing)
    except OSError as error:
        raise unwritable(folder, error) from error
    os.close(handle)
    Path(name).unlink()


def unwritable(path: Path, error: OSError) -> Exception:
    """The error to raise when the disk refuses to take ``path``."""
    reason = (error.strerror or str(error)).lower()
    return bad_input(f"Cannot write to {path}: {reason}.", "Choose another place.")


def _umask() -> int:
    # There is no way to read the mask without setting it; safe because nobody else does.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _flush(path: Path) -> None:
    """Ask the system to put a file's bytes, or a folder's names, on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows cannot open folders; its renames are flushed with the file.
        return
    try:
        os.fsync(handle)
    except OSError:  # Some network file systems cannot flush folders.
        pass
    finally:
        os.close(handle)
