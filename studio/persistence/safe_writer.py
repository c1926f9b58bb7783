"""Writes files in the background and tells how each one went."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from engines.protocol.errors import EngineError, bad_input
from studio.persistence.writer import Writer

log = logging.getLogger(__name__)
_Then = tuple[Callable[[], object], Callable[[EngineError], object]]


class SafeWriter(QObject):
    """A :class:`Writer` that tells whoever asked, in the thread this object lives in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._waiting: dict[str, _Then] = {}
        self._wrong: dict[str, EngineError] = {}
        self._writer = Writer(self)
        self._writer.written.connect(self._on_written)

    def write(
        self,
        path: Path,
        action: Callable[[], object],
        done: Callable[[], object],
        failed: Callable[[EngineError], object],
    ) -> None:
        """Queue one.

        Args:
            path: what is written, for the sentence when the disk refuses.
            action: writes and flushes, in the other thread.
            done: called when it is on the disk.
            failed: takes the reason when it is not.
        """
        label = str(next(self._numbers))
        self._waiting[label] = (done, failed)

        def guarded() -> None:
            try:
                action()
            except EngineError as error:
                self._wrong[label] = error
            except OSError as error:
                log.warning("%s cannot be written: %s", path, error)
                self._wrong[label] = refused(path, error)
            except Exception:
                log.exception("%s cannot be written", path)
                self._wrong[label] = EngineError(
                    "internal", f"{path.name} cannot be saved: a fault in Duet.", "Try again."
                )

        self._writer.write(label, guarded)

    def flush(self) -> None:
        """Wait until everything queued so far is on the disk."""
        self._writer.flush()

    def close(self) -> None:
        """Write what is queued, then end the thread; nobody is told any more."""
        self._writer.written.disconnect(self._on_written)
        self._writer.close()

    def _on_written(self, label: str) -> None:
        done, failed = self._waiting.pop(label)
        wrong = self._wrong.pop(label, None)
        if wrong is None:
            done()
        else:
            failed(wrong)


def refused(path: Path, error: OSError) -> EngineError:
    """What is said when the disk does not take a file."""
    reason = (error.strerror or str(error)).lower()
    return bad_input(
        f"{path.name} cannot be saved in {path.parent}: {reason}.",
        "Choose another folder, or make room on the disk.",
    )
