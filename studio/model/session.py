"""The document as a file: opened, saved, kept by itself, and brought back after a crash."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engines.protocol.errors import EngineError
from studio.media.picture_reader import ReadPicture, read_picture
from studio.media.picture_writer import SUFFIXES, Form, unknown_format
from studio.model.context import StudioContext
from studio.model.keeper import Keeper, Pace
from studio.model.keyframes import WalkRecord
from studio.model.layers import State
from studio.model.opening import export_state, open_any
from studio.model.project import Saved, writing
from studio.model.recent import RecentFiles
from studio.model.recovery import Recovery
from studio.model.song import FRESH, SongState
from studio.persistence.known_members import KnownMembers
from studio.persistence.manifest import SessionRecord
from studio.persistence.project_file import SUFFIX
from studio.persistence.reader import Reader
from studio.persistence.safe_writer import SafeWriter

log = logging.getLogger(__name__)
_UNTITLED = "Untitled"
_NO_WALK = WalkRecord()


class Session(QObject):
    """What the window's document is called, where it is, and whether that file has it all.

    Reading and writing happen in threads: every method returns at once, and the signals tell the
    end. What goes wrong is told through the context's messages.

    Signals:
        changed: path, title, whether it is modified, or what is being done.
        opened: another document is here; its path, or "" for a new one.
        saved: the path it was saved to.
        exported: the path of a file for other programs.
    """

    changed = Signal()
    opened = Signal(str)
    saved = Signal(str)
    exported = Signal(str)

    def __init__(
        self,
        context: StudioContext,
        folder: Path | None = None,
        parent: QObject | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Watch the context's document.

        Args:
            context: whose document, song, walk, history and messages.
            folder: where documents are kept by themselves; None keeps none.
            parent: Qt's owner of this object.
            pace: how soon changes are kept; the usual one by default.
        """
        super().__init__(parent)
        self._context = context
        self._path: Path | None = None
        self._title = ""
        self._since = 0.0  # when the first change was made that the file lacks
        self._document = 0  # counts the documents of this session
        self._busy: list[str] = []
        self._begun_with: State | None = None
        self.recent = RecentFiles(context.settings, self)
        self._reader, self._writer = Reader(self), SafeWriter(self)
        self._known = KnownMembers()  # the writer's
        self._recovery = Recovery(context.messages, self._reader, folder, self)
        self._recovery.found.connect(self._on_recovered)
        self._keeper = Keeper(self._writer, self._recovery, self._mark, self._write, pace, self)
        self._keeper.failed.connect(self._tell)
        context.document.edited.connect(self._on_edited)
        context.song.changed.connect(self._on_edited)
        context.keyframes.changed.connect(self._on_edited)
        context.undo.cleanChanged.connect(self._on_clean)
        context.jobs.resultReady.connect(self._keeper.note_result)

    # --- what there is -----------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The ``.duet`` file of this document, or None while it has none."""
        return self._path

    @property
    def title(self) -> str:
        """What the window calls it."""
        return self._path.stem if self._path is not None else self._title or _UNTITLED

    @property
    def modified(self) -> bool:
        """Whether there are changes that its file lacks."""
        return not self._context.undo.isClean()

    @property
    def busy(self) -> str:
        """What is being read or written, as a sentence, or ""."""
        return self._busy[-1] if self._busy else ""

    def snapshot(self) -> Saved:
        """The document as it is now, for any thread to write."""
        path = str(self._path) if self._path is not None else ""
        record = SessionRecord(
            path=path,
            title=self._title,
            modified=self.modified,
            since=self._since,
            saved=time.time(),
        )
        song = self._context.song.state
        return Saved(
            self._context.document.state,
            song if song != SongState() else None,
            record,
            self._context.keyframes.record() or _NO_WALK,
        )

    # --- new and open ------------------------------------------------------------------------

    def start(self, restore: bool = True) -> None:
        """Bring the last session's document back, or offer what a crash left.

        Args:
            restore: off when another file is opened anyhow; a crash is told all the same.
        """
        self._begun_with = self._context.document.state
        self._recovery.start(restore)

    def new(self, state: State | None = None) -> None:
        """Begin with nothing, or an empty canvas; what was there can be brought back."""
        self._replace(Saved(state or State(), FRESH, walk=_NO_WALK), None, "")

    def open(self, path: Path) -> None:
        """Open a ``.duet`` or OpenRaster file, or a picture as a document of one layer."""
        doing, before = self._begin(f"Opening {path.name}…"), self._context.document.state

        def opened(saved: Saved) -> None:
            self._end(doing)
            show = partial(self._show_file, path, saved)
            if self._context.document.state is before:
                show()
            else:
                self._say(f"{path.name} is read; your picture changed meanwhile.", "Open it", show)

        def refused(error: EngineError) -> None:
            self._end(doing)
            self.recent.forget(path)
            self._tell(error)

        self._reader.read(lambda: open_any(path), opened, refused)

    def read_picture(self, path: Path, then: Callable[[ReadPicture], object]) -> None:
        """Read a picture that goes into the document, or is looked for in a model.

        Args:
            path: of anybody's file; what is wrong with it is told.
            then: takes the picture, later.
        """
        doing = self._begin(f"Reading {path.name}…")

        def done(picture: ReadPicture) -> None:
            self._end(doing)
            then(picture)

        def refused(error: EngineError) -> None:
            self._end(doing)
            self._tell(error)

        self._reader.read(partial(read_picture, path), done, refused)

    def _show_file(self, path: Path, saved: Saved) -> None:
        ours = path.suffix.lower() == SUFFIX
        self.recent.add(path)
        # A picture says nothing of song and walk: those there are go on.
        song, walk = (FRESH, _NO_WALK) if ours else (None, None)
        plain = replace(saved, session=None, song=saved.song or song, walk=saved.walk or walk)
        self._replace(plain, path if ours else None, path.stem)

    def _replace(self, saved: Saved, path: Path | None, title: str) -> None:
        """Another document in place of this one, which can be brought back."""
        before, lost = self.snapshot(), self.modified or self._loses_unfiled(saved)
        self._load(saved, path, title)
        self._tell_of_change(saved, before if lost else None)

    def _loses_unfiled(self, saved: Saved) -> bool:
        """Whether what is in no file would go: the last session's, not changed since."""
        song = bool(self._context.song.takes) and saved.song is not None
        walk = bool(self._context.keyframes.state.keys) and saved.walk is not None
        return self._path is None and (song or walk)

    def leave_file(self) -> None:
        """Save elsewhere from now on: this is to be another document."""
        self._path, self._title = None, ""
        self.changed.emit()

    def _tell_of_change(self, saved: Saved, before: Saved | None) -> None:
        """Say what was read otherwise than meant; offer the unsaved document before it."""
        words, label = list(saved.notes), None
        back: Callable[[], None] | None = None
        if before is not None and not before.is_empty:
            words.append("The document before it was not saved.")
            label, back = "Bring it back", partial(self._bring_back, before)
        if words:
            self._say(" ".join(words), label, back)

    def _bring_back(self, saved: Saved) -> None:
        record = saved.session or SessionRecord()
        self._load(saved, Path(record.path) if record.path else None, record.title)

    def _load(self, saved: Saved, path: Path | None, title: str) -> None:
        """Put a document in place; a session's record says what its file lacks."""
        self._document += 1
        self._path, self._title = path, title
        self._context.document.load(saved.state)
        if saved.song is not None:
            self._context.song.load(saved.song)
        if saved.walk is not None:
            self._context.keyframes.load(saved.walk)
        self._since = 0.0
        if saved.session is not None and saved.session.modified:
            self._since = saved.session.since
            self._context.undo.resetClean()
        self.changed.emit()
        self.opened.emit(str(path) if path is not None else "")

    def _on_recovered(self, saved: Saved, left: Path | None) -> None:
        """A document that was kept by itself is read."""
        by_itself = left is None or saved.session is None or not saved.session.modified
        if by_itself and self._context.document.state is not self._begun_with:
            self._say(
                "Your last document is read; you have begun another one meanwhile.",
                "Open it",
                lambda: self._restore(saved, left),
            )
        else:
            self._restore(saved, left)

    def _restore(self, saved: Saved, left: Path | None) -> None:
        before, was_modified = self.snapshot(), self.modified
        self._bring_back(saved)
        if left is None:
            self._recovery.adopt_last()
            if saved.walk is not None or self._context.keyframes.record() is None:
                self._keeper.adopt()  # it is on the disk as it is
            else:
                self._keeper.keep()  # but for keyframes that an earlier version kept elsewhere
        else:
            self._keeper.keep(then=lambda: self._recovery.settle(left))  # safe here only then
        self._tell_of_change(saved, before if was_modified else None)

    # --- save --------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to its file; False when it has none, so that a place must be asked for."""
        if self._path is None:
            return False
        self.save_as(self._path)
        return True

    def save_as(self, path: Path) -> Path:
        """Save to another file, which is the document's from then on.

        Returns:
            The path, with ``.duet`` added where it was missing.
        """
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        saved, document = self.snapshot(), self._document
        before = (self._path, self._title, self._since)
        # Clean from here on, not from the end: what is changed meanwhile is not in the file.
        self._path, self._since = path, 0.0
        self._context.undo.setClean()
        doing = self._begin(f"Saving {path.name}…")

        def done() -> None:
            self._end(doing)
            self.recent.add(path)
            self._keeper.note_change()  # the kept one has yet to know that file
            self._context.messages.show(f"Saved {path.name}.")
            self.saved.emit(str(path))

        def failed(error: EngineError) -> None:
            self._end(doing)
            if self._document == document:
                self._path, self._title, self._since = before
                self._context.undo.resetClean()
            self._tell(error)

        write = self._writing(replace(saved, session=None))
        self._writer.write(path, partial(write, path), done, failed)
        self.changed.emit()
        return path

    def export(self, path: Path, form: Form | None = None) -> None:
        """Write the picture as PNG, JPEG, WebP or OpenRaster, as the name asks for."""
        state = self._context.document.state
        if state.is_empty:
            self._say(f"{path.name} was not saved: there is no picture yet.")
            return
        if path.suffix.lower() not in (*SUFFIXES, ".ora"):
            self._tell(unknown_format(path))
            return
        doing = self._begin(f"Saving {path.name}…")

        def done() -> None:
            self._end(doing)
            self._context.messages.show(f"Saved {path.name}.")
            self.exported.emit(str(path))

        def failed(error: EngineError) -> None:
            self._end(doing)
            self._tell(error)

        self._writer.write(path, lambda: export_state(path, state, form), done, failed)

    # --- the end, and what happens by itself -------------------------------------------------

    def flush(self) -> None:
        """Wait until everything that was asked for is on the disk."""
        self._writer.flush()

    def close(self) -> None:
        """End of the session: the document is kept for the next one."""
        context = self._context
        context.document.edited.disconnect(self._on_edited)
        context.song.changed.disconnect(self._on_edited)
        context.keyframes.changed.disconnect(self._on_edited)
        context.undo.cleanChanged.disconnect(self._on_clean)
        context.jobs.resultReady.disconnect(self._keeper.note_result)
        self._reader.close()
        self._keeper.close(worth=not self.snapshot().is_empty)

    def _on_edited(self) -> None:
        if self.modified and not self._since:
            self._since = time.time()
        self._keeper.note_change()

    def _on_clean(self, clean: bool) -> None:
        if clean:
            self._since = 0.0
        elif not self._since:
            self._since = time.time()
        self.changed.emit()

    def _mark(self) -> object:
        """Differs from one before when something is to be kept that was not then."""
        context = self._context
        content = (context.document.state, context.song.state, context.keyframes.record())
        return (*content, self._path, self._title, self.modified)

    def _write(self) -> Callable[[Path], None]:
        return self._writing(self.snapshot())

    def _writing(self, saved: Saved) -> Callable[[Path], None]:
        """What writes a document, to be called in any thread."""
        return writing(saved, self._context.history.get, self._known)

    def _begin(self, what: str) -> str:
        self._busy.append(what)
        self.changed.emit()
        return what

    def _end(self, what: str) -> None:
        self._busy.remove(what)
        self.changed.emit()

    def _say(
        self, text: str, label: str | None = None, action: Callable[[], object] | None = None
    ) -> None:
        self._context.messages.show(text, label, action, level="warn")

    def _tell(self, error: EngineError) -> None:
        self._say(f"{error.message} {error.advice}".strip())
