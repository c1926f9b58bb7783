"""A file of one JSON event a line, only ever appended to, read back whole."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from studio.persistence.atomic import write_atomically

log = logging.getLogger(__name__)
_Event = TypeVar("_Event")


class EventLog(Generic[_Event]):
    """Events of one msgspec type (or union of tagged types).

    A line that cannot be read (a torn write, a hand's edit) is left out and said in the log; the
    others count.
    """

    def __init__(self, path: Path, kind: Any) -> None:
        self._path = path
        self._decoder: msgspec.json.Decoder[_Event] = msgspec.json.Decoder(kind)

    def read(self) -> list[_Event]:
        """Every whole event, oldest first; none when there is no file."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            log.warning("%s cannot be read: %s", self._path, error)
            return []
        return [event for line in lines if (event := self._decode(line)) is not None]

    def _decode(self, line: bytes) -> _Event | None:
        try:
            return self._decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("A line of %s was left out: %s", self._path.name, error)
            return None

    def append(self, event: _Event) -> None:
        """Write one event and flush it to the disk.

        Raises:
            OSError: the disk refuses.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            lead = b"\n" if self._torn(file.tell()) else b""
            file.write(lead + msgspec.json.encode(event) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _torn(self, size: int) -> bool:
        """Whether the last line was cut off by a crash, so that it must not eat the next one."""
        if size == 0:
            return False
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"

    def rewrite(self, events: list[_Event]) -> None:
        """Put these events in place of everything before.

        Raises:
            OSError: the disk refuses; the old file stays.
        """
        write_atomically(self._path, b"".join(msgspec.json.encode(e) + b"\n" for e in events))
