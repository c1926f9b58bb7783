"""Duet in the menu of applications, and its documents known by their name.

By the standards of freedesktop.org, in the user's own folders: the desktop entry 1.5, the icon
theme and the shared MIME-info database. Other systems have other ways.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

from engines.protocol.paths import APP, assets_dir
from studio.persistence.atomic import atomic_file

log = logging.getLogger(__name__)

_TIMEOUT_S = 5
#: What tells a desktop that there is something new; it finds out by itself where they are missing.
_TELLERS = (
    ("update-desktop-database", "applications"),
    ("update-mime-database", "mime"),
)


def is_possible() -> bool:
    """Whether this desktop has such a menu."""
    return sys.platform.startswith("linux")


def data_home() -> Path:
    """Where a user's own applications are listed."""
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"


def is_there(program: Path) -> bool:
    """Whether the menu opens this very program."""
    try:
        return _entry_file().read_text(encoding="utf-8") == _entry(program)
    except (OSError, UnicodeDecodeError):
        return False


def add(program: Path) -> None:
    """Put the program into the menu, in place of one that stood elsewhere.

    Args:
        program: what to start; a file to open follows it.

    Raises:
        OSError: a folder cannot be written; nothing of it is there then.
    """
    kinds = (assets_dir() / "desktop" / f"{APP}.xml").read_bytes()
    picture = (assets_dir() / "icons" / "duet.svg").read_bytes()
    try:
        for path, content in (
            (_icon_file(), picture),
            (_kinds_file(), kinds),
            (_entry_file(), _entry(program).encode()),
        ):
            with atomic_file(path) as file:
                file.write(content)
    except OSError:
        for path in (_entry_file(), _kinds_file(), _icon_file()):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    _tell()


def remove() -> None:
    """Take it out of the menu; nothing else of the user's is touched.

    Raises:
        OSError: a file cannot be deleted.
    """
    for path in (_entry_file(), _kinds_file(), _icon_file()):
        path.unlink(missing_ok=True)
    _tell()


def _entry_file() -> Path:
    return data_home() / "applications" / f"{APP}.desktop"


def _kinds_file() -> Path:
    return data_home() / "mime" / "packages" / f"{APP}.xml"


def _icon_file() -> Path:
    return data_home() / "icons" / "hicolor" / "scalable" / "apps" / f"{APP}.svg"


def _entry(program: Path) -> str:
    form = (assets_dir() / "desktop" / f"{APP}.desktop").read_text(encoding="utf-8")
    return form.replace("@EXEC@", _quoted(str(program)))


def _quoted(word: str) -> str:
    """A word of a command as the standard quotes it, for a value of a desktop entry.

    Quoted once for the command ("The Exec key") and its backslashes once more for the value.
    """
    inside = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")


def _tell() -> None:
    for name, folder in _TELLERS:
        program = shutil.which(name)
        if program is not None:
            try:
                subprocess.run(
                    [program, str(data_home() / folder)],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                    timeout=_TIMEOUT_S,
                )
            except (OSError, subprocess.SubprocessError) as error:
                log.info("%s did not do its part: %s", name, error)
