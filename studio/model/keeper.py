"""Writes the document into this window's place in the autosave folder, in good time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engines.protocol.errors import EngineError, bad_input
from studio.model.autosaver import AFTER_RESULT, LATEST, Autosaver
from studio.model.recovery import Recovery
from studio.persistence.safe_writer import SafeWriter


@dataclass(frozen=True)
class Pace:
    """How soon changes are kept, in seconds.

    Attributes:
        latest: after the first of them, at the latest.
        after_result: after a job's result.
    """

    latest: float = LATEST
    after_result: float = AFTER_RESULT


class Keeper(QObject):
    """Keeps the last good document until the next one is whole.

    Signals:
        failed: the disk refuses (an EngineError); told once until it works again.
    """

    failed = Signal(object)

    def __init__(
        self,
        writer: SafeWriter,
        recovery: Recovery,
        mark: Callable[[], object],
        write: Callable[[], Callable[[Path], None]],
        pace: Pace | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Wait for changes.

        Args:
            writer: writes in another thread, one file at a time.
            recovery: knows the place.
            mark: something that is equal as long as nothing changed.
            write: takes the document as it is and gives what writes it to a file.
            pace: see :class:`Pace`.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._writer, self._recovery = writer, recovery
        self._mark, self._write = mark, write
        self._kept: object = None
        self._told = False
        pace = pace or Pace()
        self._autosaver = Autosaver(self, pace.latest, pace.after_result)
        self._autosaver.due.connect(self.keep)

    def note_change(self) -> None:
        """The document changed."""
        self._autosaver.note_change()

    def note_result(self, *_result: object) -> None:
        """A job made something."""
        self._autosaver.note_result()

    def adopt(self) -> None:
        """The document is on the disk already, as it is now."""
        self._kept = self._mark()
        self._autosaver.stop()

    def keep(self, then: Callable[[], object] | None = None) -> None:
        """Write now, unless it is kept already; ``then`` is called when it is."""
        place, mark = self._recovery.place, self._mark()
        self._autosaver.begun()
        if place is None or mark == self._kept:
            self._autosaver.ended(well=True)
            return

        def done() -> None:
            self._kept, self._told = mark, False
            self._autosaver.ended(well=True)
            if then is not None:
                then()

        def failed(error: EngineError) -> None:
            self._autosaver.ended(well=False)
            if not self._told:
                self._told = True
                self.failed.emit(_not_kept(error))

        self._writer.write(place, partial(self._write(), place), done, failed)

    def close(self, worth: bool) -> None:
        """End of the session.

        Args:
            worth: whether there is a document to come back to.
        """
        if worth:
            self.keep()
        self._autosaver.stop()
        self._writer.close()
        self._recovery.close(worth)


def _not_kept(error: EngineError) -> EngineError:
    return bad_input(
        f"Your document cannot be kept by itself: {error.message}",
        "Save it yourself, and make room on the disk.",
    )
