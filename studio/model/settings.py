"""What the user chose, and what the window remembers, in one small JSON file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.persistence.atomic import write_atomically

log = logging.getLogger(__name__)
_SAVE_AFTER_MS = 400


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """The settings a person makes.

    Attributes:
        theme: "system" follows the desktop.
        threads: for inference; 0 leaves it to the engine.
        remote_host: an ssh destination ("user@host"); "" runs the engine on this machine.
        pixel_precise: show enlarged pictures with hard pixel edges.
        fill_at_rest: make fills to choose from as soon as the mask brush rests.
    """

    theme: Literal["system", "dark", "light"] = "system"
    threads: int = 0
    remote_host: str = ""
    pixel_precise: bool = False
    fill_at_rest: bool = True


class _Stored(msgspec.Struct, kw_only=True):
    version: int = 1
    choices: Choices = Choices()
    memory: dict[str, Any] = {}


class Settings(QObject):
    """Choices and memory, written shortly after the last change and on :meth:`close`.

    Signals:
        changed: the name of the choice that changed.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Read the file; an unreadable one is set aside and the defaults count.

        Args:
            path: the file; None keeps everything in memory.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._path = path
        self._stored = _read(path) if path is not None else _Stored()
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    @property
    def choices(self) -> Choices:
        """The settings as they are now."""
        return self._stored.choices

    def choose(self, **changes: Any) -> None:
        """Change settings by name.

        Raises:
            msgspec.ValidationError: a value that the setting does not allow.
        """
        wanted = {**msgspec.to_builtins(self._stored.choices), **changes}
        fresh = msgspec.convert(wanted, Choices)
        before, self._stored.choices = self._stored.choices, fresh
        for name in changes:
            if getattr(before, name) != getattr(fresh, name):
                self._timer.start()
                self.changed.emit(name)

    def recall(self, key: str, default: Any = None) -> Any:
        """What was remembered under ``key``; the default also when it has another type."""
        value = self._stored.memory.get(key, default)
        fits = default is None or isinstance(value, type(default))
        return value if fits else default

    def remember(self, key: str, value: Any) -> None:
        """Keep a JSON value for the next session."""
        if self._stored.memory.get(key) != value:
            self._stored.memory[key] = value
            self._timer.start()

    def save(self) -> None:
        """Write the file now."""
        self._timer.stop()
        if self._path is None:
            return
        try:
            write_atomically(self._path, msgspec.json.format(msgspec.json.encode(self._stored)))
        except OSError as error:
            log.warning("The settings cannot be saved: %s", error)

    def close(self) -> None:
        """Write what is not written yet."""
        if self._timer.isActive():
            self.save()


def _read(path: Path) -> _Stored:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Stored)
    except FileNotFoundError:
        return _Stored()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("The settings were unreadable and start fresh: %s", error)
        _set_aside(path)
        return _Stored()


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_suffix(".unreadable"))
    except OSError as error:
        log.warning("The unreadable settings cannot be set aside: %s", error)
