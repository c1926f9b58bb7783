"""What every page of the studio stands on, handed to it when it is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoStack

from studio.model.document import Document
from studio.model.engine_status import EngineStatus
from studio.model.keyframes import Keyframes
from studio.model.messages import Messages
from studio.model.shelf import ModelShelf
from studio.model.song import Song

if TYPE_CHECKING:
    from studio.engine_client.client import EngineClient
    from studio.model.history import History
    from studio.model.jobs import JobsModel
    from studio.model.session import Session
    from studio.model.settings import Settings


@dataclass
class StudioContext:
    """The models shared by all pages. Pages talk to each other through these only.

    Attributes:
        client: the engine, local or remote.
        jobs: the queue; ``jobs.add(request)`` starts work.
        history: every result, on disk as soon as it is made.
        settings: what the user chose, and what the window remembers.
        models: the library as the engine reports it.
        messages: the one place for sentences to the user.
        undo: every change of the document.
        folder: where documents are kept by themselves; None keeps none.
        document: the layers that are worked on.
        song: the melody that is worked on.
        keyframes: the walk that is worked on.
        session: all three as a file.
        engine: how the engine is doing.
    """

    client: EngineClient
    jobs: JobsModel
    history: History
    settings: Settings
    models: ModelShelf = field(default_factory=ModelShelf)
    messages: Messages = field(default_factory=Messages)
    undo: QUndoStack = field(default_factory=QUndoStack)
    folder: Path | None = None
    engine: EngineStatus = field(init=False)
    document: Document = field(init=False)
    song: Song = field(init=False)
    keyframes: Keyframes = field(init=False)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.document = Document(self.undo)
        self.song = Song(self.undo)
        self.keyframes = Keyframes(self.undo)
        from studio.model.session import Session  # here: it is made of what is above

        self.session = Session(self, self.folder)
        self.engine = EngineStatus(self.client)
