"""Notes on the system's clipboard, so that they travel between songs and windows."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from engines.music.score import Note

MIME = "application/x-duet-notes"
#: More than any melody has; a foreign program's data must not fill the memory.
_MOST = 100_000


class _Packed(msgspec.Struct):
    """The form on the clipboard: JSON, notes counted from the first."""

    version: int
    notes: tuple[Note, ...]


def copy_notes(notes: tuple[Note, ...]) -> None:
    """Put notes on the clipboard; nothing when there are none."""
    if not notes:
        return
    line = sorted(notes)
    begins = line[0].start
    moved = tuple(Note(n.start - begins, n.length, n.pitch, n.velocity) for n in line)
    mime = QMimeData()
    mime.setData(MIME, msgspec.json.encode(_Packed(1, moved)))
    QGuiApplication.clipboard().setMimeData(mime)


def copied_notes() -> tuple[Note, ...]:
    """The notes on the clipboard, the first at step 0; () when it holds anything else."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime is None or not mime.hasFormat(MIME):
        return ()
    try:
        packed = msgspec.json.decode(bytes(mime.data(MIME).data()), type=_Packed)
    except msgspec.DecodeError:
        return ()
    if packed.version != 1 or len(packed.notes) > _MOST:
        return ()
    return tuple(sorted(note for note in packed.notes if note.start >= 0 and note.length >= 1))
