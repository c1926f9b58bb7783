"""A MIDI keyboard: its keys as signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.media.midi_ports import Ports, close_port, list_ports, open_port

_NOTE_OFF, _NOTE_ON = 0x80, 0x90


class Keyboard(QObject):
    """Listens to one MIDI port.

    Signals:
        noteOn: a key went down: pitch 0..127, velocity 1..127.
        noteOff: a key came up: pitch.
    """

    noteOn = Signal(int, int)
    noteOff = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port: Any = None
        self._name = ""

    @staticmethod
    def ports() -> Ports:
        """The keyboards that are connected, or a sentence why there are none."""
        return list_ports("in")

    @property
    def name(self) -> str:
        """The port that is listened to, or ""."""
        return self._name

    def open(self, name: str) -> None:
        """Listen to a port instead of the one before.

        Raises:
            EngineError: kind ``bad_input``: it cannot be opened; nothing is listened to then.
        """
        self.close()
        port = open_port("in", name)
        # The library calls from a thread of its own; signals bring it over to this one.
        port.set_callback(lambda event, _data: self.feed(event[0]))
        self._port, self._name = port, name

    def close(self) -> None:
        """Stop listening."""
        if self._port is not None:
            self._port.cancel_callback()
            close_port(self._port)
        self._port, self._name = None, ""

    def feed(self, message: Sequence[int]) -> None:
        """Take in one MIDI message; whatever is no key is passed over."""
        if len(message) < 3:
            return
        status, pitch, velocity = message[0] & 0xF0, message[1] & 0x7F, message[2] & 0x7F
        if status == _NOTE_ON and velocity:
            self.noteOn.emit(pitch, velocity)
        elif status in (_NOTE_OFF, _NOTE_ON):
            self.noteOff.emit(pitch)
