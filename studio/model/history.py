"""Every result ever made here, on disk the moment it exists."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.music.score import Clip
from engines.protocol.errors import EngineError
from engines.protocol.frames import Pixels
from engines.protocol.messages import Output, Request
from studio.media.images import encode_png, read_image, to_image
from studio.persistence.atomic import write_atomically
from studio.persistence.event_log import EventLog
from studio.persistence.writer import Writer

log = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One result.

    Attributes:
        id: unique; sorts by time.
        created: seconds since the epoch.
        request: makes exactly this again.
        group: the id of the job it came from, or "".
        file: the picture's file name in the history's folder; "" for melodies.
        width: pixels.
        height: pixels.
        clip: the melody.
        note: what the engine had to say about it.
        box: where it belongs in the picture it was made for, see
            :class:`engines.protocol.messages.Output`; None for a picture of its own.
    """

    id: str
    created: float
    request: Request
    group: str = ""
    file: str = ""
    width: int = 0
    height: int = 0
    clip: Clip | None = None
    note: str = ""
    box: tuple[int, int, int, int] | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture (else a melody)."""
        return self.clip is None


class _Added(msgspec.Struct, frozen=True, tag="added"):
    entry: Entry


class _Removed(msgspec.Struct, frozen=True, tag="removed"):
    id: str


class _Restored(msgspec.Struct, frozen=True, tag="restored"):
    id: str


_Event = _Added | _Removed | _Restored


class History(QObject):
    """The results, newest first. Pictures are PNG files that carry their request.

    Signals:
        added: a new or restored entry.
        removed: the id of an entry that is no longer shown (its file stays until the next start).
        failed: one sentence: the disk refused a result; it is kept in memory only.
    """

    added = Signal(object)  # Entry
    removed = Signal(str)
    failed = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        """Read the index.

        Args:
            folder: where index and pictures are; None keeps the history in memory.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._folder = folder
        self._log: EventLog[_Event] | None = None
        self._entries: dict[str, Entry] = {}
        self._hidden: dict[str, Entry] = {}
        self._unsaved: dict[str, QImage] = {}
        self._writer = Writer(self)
        self._writer.written.connect(self._on_written)
        self._writer.failed.connect(self._on_failed)
        if folder is not None:
            self._log = EventLog(folder / "index.jsonl", _Event)
            self._replay(self._log.read())
            self._clean()

    def entries(self, pictures: bool | None = None) -> list[Entry]:
        """Newest first; only pictures (True), only melodies (False) or all."""
        chosen: Iterable[Entry] = reversed(self._entries.values())
        return [e for e in chosen if pictures is None or e.is_picture == pictures]

    def get(self, entry_id: str) -> Entry | None:
        """The entry, or None when it is not here (any more)."""
        return self._entries.get(entry_id)

    def path(self, entry: Entry) -> Path | None:
        """The picture's file, or None when there is none on disk."""
        if self._folder is None or not entry.file or entry.id in self._unsaved:
            return None
        return self._folder / entry.file

    def image(self, entry: Entry) -> QImage:
        """The picture; a null image when its file is gone or damaged."""
        held = self._unsaved.get(entry.id)
        path = self.path(entry)
        if held is not None or path is None:
            return held if held is not None else QImage()
        try:
            return read_image(path)
        except EngineError as error:
            log.warning("%s", error)
            return QImage()

    def thumbnail(self, entry: Entry) -> QImage:
        """The picture for looking at: a piece of another is shown with what is around it."""
        image = self.image(entry)
        if entry.box is None or image.isNull():
            return image
        return image.convertToFormat(QImage.Format.Format_RGB888)

    def inputs(self) -> set[str]:
        """The keys of every picture that a result was made from."""
        entries = (*self._entries.values(), *self._hidden.values())
        return {key for entry in entries for key in entry.request.inputs.values()}

    def add(self, output: Output, pixels: Pixels | None = None, group: str = "") -> Entry:
        """Keep a result; it is on its way to the disk when this returns.

        Args:
            output: the result as the engine described it.
            pixels: (H, W, 3 or 4), for pictures.
            group: the job it came from.
        """
        now = time.time()
        number = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{uuid.uuid4().hex[:8]}"
        entry = Entry(
            id=number,
            created=now,
            request=output.request,
            group=group,
            file=f"{number}.png" if pixels is not None else "",
            width=pixels.shape[1] if pixels is not None else 0,
            height=pixels.shape[0] if pixels is not None else 0,
            clip=output.clip,
            note=output.note,
            box=output.box,
        )
        self._entries[entry.id] = entry
        self._write(entry, to_image(pixels) if pixels is not None else None)
        self.added.emit(entry)
        return entry

    def remove(self, entry_id: str) -> None:
        """Take an entry out of sight; :meth:`restore` brings it back in this session."""
        entry = self._entries.pop(entry_id, None)
        if entry is not None:
            self._hidden[entry_id] = entry
            self._append(_Removed(entry_id))
            self.removed.emit(entry_id)

    def restore(self, entry_id: str) -> None:
        """Undo :meth:`remove`."""
        entry = self._hidden.pop(entry_id, None)
        if entry is not None:
            self._entries[entry_id] = entry
            self._entries = dict(sorted(self._entries.items(), key=lambda item: item[1].created))
            self._append(_Restored(entry_id))
            self.added.emit(entry)

    def flush(self) -> None:
        """Wait until every result is on the disk."""
        self._writer.flush()

    def close(self) -> None:
        """End of the session: wait for the disk."""
        self._writer.close()

    # --- the disk --------------------------------------------------------------------------

    def _write(self, entry: Entry, image: QImage | None) -> None:
        if image is not None:
            self._unsaved[entry.id] = image
        folder, index = self._folder, self._log
        if folder is None or index is None:
            return

        def write() -> None:
            if image is not None:
                write_atomically(folder / entry.file, encode_png(image, entry.request))
            index.append(_Added(entry))

        self._writer.write(entry.id, write)

    def _append(self, event: _Removed | _Restored) -> None:
        index = self._log
        if index is not None:
            self._writer.write("", lambda: index.append(event))

    def _on_written(self, entry_id: str) -> None:
        self._unsaved.pop(entry_id, None)

    def _on_failed(self, _label: str, reason: str) -> None:
        self.failed.emit(f"The history cannot be written to the disk: {reason}.")

    def _replay(self, events: list[_Event]) -> None:
        for event in events:
            match event:
                case _Added(entry=entry):
                    self._entries[entry.id] = entry
                case _Removed(id=number) if number in self._entries:
                    self._hidden[number] = self._entries.pop(number)
                case _Restored(id=number) if number in self._hidden:
                    self._entries[number] = self._hidden.pop(number)
        self._entries = dict(sorted(self._entries.items(), key=lambda item: item[1].created))

    def _clean(self) -> None:
        """Forget for good what was removed in earlier sessions."""
        if not self._hidden or self._log is None or self._folder is None:
            return
        try:
            for entry in self._hidden.values():
                if entry.file:
                    (self._folder / entry.file).unlink(missing_ok=True)
            self._log.rewrite([_Added(entry) for entry in self._entries.values()])
        except OSError as error:
            log.warning("Removed results cannot be deleted: %s", error)
        self._hidden.clear()
