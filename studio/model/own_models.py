"""Models that are the user's own: thrown into the system's trash, and brought back from there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFile

from engines.protocol.paths import user_models_dir


def throw_away(name: str) -> Path:
    """Move a model's folder to the trash.

    Returns:
        where it lies now.

    Raises:
        OSError: it cannot be moved, or the system has no trash.
    """
    folder = user_models_dir() / name
    file = QFile(str(folder))
    if not file.moveToTrash():
        raise OSError(file.errorString() or "the system's trash does not take it")
    return Path(file.fileName())


def bring_back(thrown: Path, name: str) -> None:
    """Take a model out of the trash again.

    Raises:
        OSError: it is not there any more, or another model has its name.
    """
    folder = user_models_dir() / name
    if folder.exists():
        raise FileExistsError(f"there is another model called {name}")
    thrown.rename(folder)
