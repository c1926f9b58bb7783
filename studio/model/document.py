"""The picture a person is working on, changed only by commands that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from engines.protocol.messages import Request

Source = Literal["document", "candidate", "live", "history", "file"]


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and where it comes from.

    Attributes:
        image: its pixels.
        request: makes exactly it again, or None for a foreign picture.
        entry: its place in the history, or "" when it has none (yet).
        note: what the engine had to say about it.
    """

    image: QImage
    request: Request | None = None
    entry: str = ""
    note: str = ""


class Document(QObject):
    """Holds the kept picture, or None."""

    changed = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._picture: Picture | None = None

    @property
    def picture(self) -> Picture | None:
        """The kept picture."""
        return self._picture

    def keep(self, picture: Picture) -> None:
        """Put another picture in place, undoably."""
        self._undo.push(_Keep(self, self._picture, picture))

    def load(self, picture: Picture | None) -> None:
        """Begin with a picture (the last session's): nothing to undo."""
        self._put(picture)

    def _put(self, picture: Picture | None) -> None:
        self._picture = picture
        self.changed.emit()


class _Keep(QUndoCommand):
    def __init__(self, document: Document, old: Picture | None, new: Picture) -> None:
        super().__init__("Keep picture")
        self._document, self._old, self._new = document, old, new

    def redo(self) -> None:
        self._document._put(self._new)

    def undo(self) -> None:
        self._document._put(self._old)
