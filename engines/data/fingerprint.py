"""Whether data are still those that something began with: by names and sizes, not by content."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: What systems put into folders by themselves.
_OF_SYSTEMS = ("Thumbs.db", "desktop.ini", "__MACOSX")


def fingerprint(source: Path) -> str:
    """SHA-256 over names and sizes of a folder's files, or over the size of a zip.

    Hidden files and those that systems make by themselves do not count.

    Raises:
        OSError: a file went while its size was asked for.
    """
    if not source.is_dir():
        entries = [(source.suffix, source.stat().st_size)]
    else:
        names = [path.relative_to(source) for path in source.rglob("*")]
        seen = [name for name in names if not any(_passed_over(part) for part in name.parts)]
        entries = [
            (name.as_posix(), (source / name).lstat().st_size)
            for name in sorted(seen)
            if not (source / name).is_dir()
        ]
    return hashlib.sha256(repr(entries).encode()).hexdigest()


def _passed_over(part: str) -> bool:
    return part.startswith(".") or part in _OF_SYSTEMS
