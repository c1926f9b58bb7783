"""Films that are finished: told where they lie, with the way there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from engines.protocol.messages import Output
from studio.model.messages import Messages


def tell(messages: Messages, output: Output) -> None:
    """Say that a film is there; one that is not on this machine lies on the engine's."""
    path = Path(output.file)
    if path.exists():
        messages.show(f"{path.name} is finished.", "Show in folder", lambda: show_in_folder(path))
    else:
        messages.show(f"{output.file} is finished. It lies on the engine's machine.")


def show_in_folder(path: Path) -> None:
    """Open the folder a file is in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
