"""Bringing a model from elsewhere into the library, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.engine_client.command import Ended, EngineCommand

#: What lies in every model's folder, and stands for it where files are chosen.
CARD = "card.toml"


class _Done(msgspec.Struct):
    added: str


class ModelImport(QObject):
    """One model at a time.

    Signals:
        changed: it began or ended.
        added: the name of a model that is in the library now.
        refused: why it is not, as a sentence.
    """

    changed = Signal()
    added = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self._command = EngineCommand(parent=self)
        self._command.ended.connect(self._on_ended)

    @staticmethod
    def accepts(path: Path) -> bool:
        """Whether a file or folder may be a model; what is in it decides later."""
        is_zip = path.suffix.lower() == ".zip"
        return is_zip or path.name == CARD or (path / CARD).is_file()

    def add(self, path: Path) -> None:
        """Copy a model's folder, a zip of one, or the folder of a card into the library."""
        if self.busy:
            return
        self.busy = True
        source = path.parent if path.name == CARD else path
        self._command.start(["models", "--json", "--add", str(source.resolve())])
        self.changed.emit()

    def close(self) -> None:
        """End of the session: what is not whole is not there."""
        self._command.close()

    def _on_ended(self, ended: Ended) -> None:
        self.busy = False
        self.changed.emit()
        try:
            name = msgspec.json.decode(ended.output, type=_Done).added if ended.whole else ""
        except msgspec.DecodeError:
            name = ""
        if name:
            self.added.emit(name)
        else:
            self.refused.emit(ended.sentence or "Adding the model was ended from outside.")
