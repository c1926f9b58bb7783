"""What a picture that is dragged within the window carries: its name in the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData

ENTRIES = "application/x-duet-entry"


def name_entries(mime: QMimeData, entries: Sequence[str]) -> None:
    """Say which results of the history are dragged."""
    mime.setData(ENTRIES, "\n".join(entries).encode())


def entries_in(mime: QMimeData) -> list[str]:
    """The ids of dragged results; [] when it is something else."""
    return bytes(mime.data(ENTRIES).data()).decode(errors="replace").split()
