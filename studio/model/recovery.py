"""What the last session left: its document, or what a crash interrupted."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engines.protocol.errors import EngineError
from studio.model.messages import Messages
from studio.model.project import read_state
from studio.persistence.autosave import AutosaveFolder
from studio.persistence.manifest import SessionRecord
from studio.persistence.project_file import read_session
from studio.persistence.reader import Reader

log = logging.getLogger(__name__)


class Recovery(QObject):
    """Finds such a document, and keeps what nobody asked back for a while.

    Signals:
        found: a document (Saved), and the file that a crash left it in; None when it was closed
            in order.
    """

    found = Signal(object, object)  # Saved, Path | None

    def __init__(
        self,
        messages: Messages,
        reader: Reader,
        folder: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Take a place in the folder.

        Args:
            messages: where a crash is told.
            reader: reads the document.
            folder: where documents are kept by themselves; None keeps none.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._messages, self._reader = messages, reader
        self._folder: AutosaveFolder | None = None
        if folder is not None:
            try:
                self._folder = AutosaveFolder(folder)
            except OSError as error:
                log.warning("Nothing is kept by itself: %s", error)

    @property
    def place(self) -> Path | None:
        """Where this window's document is kept, or None."""
        return self._folder.place if self._folder is not None else None

    def start(self, restore: bool) -> None:
        """Bring the last document back, or offer what a crash left.

        Args:
            restore: whether the last document is wanted; a crash is told anyhow.
        """
        folder = self._folder
        if folder is None:
            return
        for path in list(folder.crashed):
            record = _record(path)
            if record is not None and record.modified:
                self._offer(path, record)
                return
            if record is not None and restore:
                self._read(path, path)  # its file has it all: nothing was lost
                return
            folder.set_aside(path)
        if restore and folder.alone and folder.last.exists():
            self._read(folder.last, None)

    def adopt_last(self) -> None:
        """The last document is this window's now, as it is."""
        if self._folder is not None:
            self._folder.adopt_last()

    def settle(self, left: Path) -> None:
        """What a crash left is in this window's place by now."""
        if self._folder is not None:
            self._folder.set_aside(left)

    def close(self, keep: bool) -> None:
        """End of the session.

        Args:
            keep: whether this window has a document to come back to.
        """
        if self._folder is not None:
            for path in list(self._folder.crashed):
                self._folder.set_aside(path)  # it was offered and not wanted
            self._folder.close(keep)

    def _offer(self, path: Path, record: SessionRecord) -> None:
        minutes = round((record.saved - record.since) / 60) if record.since else 0
        kept = "your work was kept"
        if minutes == 1:
            kept = "1 minute of work was kept"
        elif minutes > 1:
            kept = f"{minutes:,} minutes of work were kept"
        self._messages.show(
            f"Duet ended unexpectedly: {kept}.",
            "Restore",
            lambda: self._read(path, path),
            level="warn",
        )

    def _read(self, path: Path, left: Path | None) -> None:
        def wrong(error: EngineError) -> None:
            log.warning("%s", error)
            self._messages.show(f"The last document cannot be read. {error.message}", level="bad")
            if left is not None:
                self.settle(left)

        self._reader.read(
            lambda: read_state(path), lambda saved: self.found.emit(saved, left), wrong
        )


def _record(path: Path) -> SessionRecord | None:
    try:
        return read_session(path)
    except EngineError as error:
        log.warning("%s", error)
        return None
