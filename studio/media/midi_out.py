"""Playing on a MIDI device: the performance as messages, in time with the player."""

from __future__ import annotations

import logging
from bisect import bisect_left
from typing import Any, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from engines.music.files.midi import FULL_VOLUME
from engines.music.sound.performance import Performance
from studio.media.midi_ports import Ports, close_port, list_ports, open_port
from studio.media.player import Player

_log = logging.getLogger(__name__)

#: How often the device is served, and how far its clock may be from the player's, in seconds.
_TICK_MS, _DRIFT = 4, 0.08

_NOTE_OFF, _NOTE_ON, _CONTROL, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_VOLUME, _ALL_NOTES_OFF = 7, 123

Message = tuple[int, ...]


class Port(Protocol):
    """What a MIDI port of the library can do."""

    def send_message(self, message: Any) -> None:
        """Send one message's bytes now."""


class Sequence:
    """A performance as MIDI messages by their times in seconds.

    Attributes:
        setup: instruments and volumes, to be sent before anything else.
        channels: those that are played on.
    """

    def __init__(self, performance: Performance) -> None:
        self.channels = tuple(sorted(performance.programs))
        self.setup: list[Message] = []
        for channel in self.channels:
            volume = round(performance.volumes.get(channel, 1.0) * FULL_VOLUME)
            self.setup.append((_PROGRAM | channel, performance.programs[channel]))
            self.setup.append((_CONTROL | channel, _VOLUME, volume))
        events: list[tuple[float, Message]] = []
        for tone in performance.tones:
            events.append((tone.start, (_NOTE_ON | tone.channel, tone.pitch, tone.velocity)))
            events.append((tone.end, (_NOTE_OFF | tone.channel, tone.pitch, 0)))
        events.sort(key=lambda event: (round(event[0], 6), event[1][0] >= _NOTE_ON))
        self._events = events
        self._times = [time for time, _message in events]

    def between(self, start: float, end: float) -> list[Message]:
        """The messages at ``start`` and later, before ``end``."""
        first, last = bisect_left(self._times, start), bisect_left(self._times, end)
        return [message for _time, message in self._events[first:last]]

    def silence(self) -> list[Message]:
        """What ends every note."""
        return [(_CONTROL | channel, _ALL_NOTES_OFF, 0) for channel in self.channels]


class MidiOut(QObject):
    """Follows a player and sends what it plays to one MIDI port.

    Signals:
        lost: one sentence, when the device went away; nothing is sent to it any more.
    """

    lost = Signal(str)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._port: Port | None = None
        self._name = ""
        self._sequence = Sequence(Performance(()))
        self._sent = 0.0  # what lies before it has been sent
        self._anchor = 0.0  # the player's place when the clock began
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        player.playingChanged.connect(self._on_playing)

    @staticmethod
    def ports() -> Ports:
        """The devices that are connected, or a sentence why there are none."""
        return list_ports("out")

    @property
    def name(self) -> str:
        """The port that is played on, or ""."""
        return self._name

    def open(self, name: str) -> None:
        """Play on another port.

        Raises:
            EngineError: kind ``bad_input``: it cannot be opened; nothing is played on then.
        """
        self.close()
        self.attach(open_port("out", name), name)

    def attach(self, port: Port, name: str) -> None:
        """Play on an open port."""
        self._port, self._name = port, name
        self._on_playing(self._player.playing)

    def close(self) -> None:
        """End every note and let go of the port."""
        self._on_playing(False)
        if self._port is not None and hasattr(self._port, "close_port"):
            close_port(self._port)
        self._port, self._name = None, ""

    def load(self, performance: Performance) -> None:
        """Play something else from now on, at the same place."""
        playing = self._timer.isActive()
        self._send(self._sequence.silence() if playing else [])
        self._sequence = Sequence(performance)
        self._send(self._sequence.setup if playing else [])

    # --- in time -----------------------------------------------------------------------------

    def _on_playing(self, playing: bool) -> None:
        if self._port is None:
            return
        if playing and not self._timer.isActive():
            self._send(self._sequence.setup)
            self._jump(self._player.position)
            self._timer.start()
        elif not playing and self._timer.isActive():
            self._timer.stop()
            self._send(self._sequence.silence())

    def _jump(self, place: float) -> None:
        self._sent = self._anchor = place
        self._clock.start()

    def _tick(self) -> None:
        if self._player.counting_in:
            self._jump(self._player.position)
            return
        first, end = self._player.round
        place = self._anchor + self._clock.nsecsElapsed() / 1e9
        if self._player.looping and self._sent <= end <= place:
            self._send(self._sequence.between(self._sent, end))
            self._send(self._sequence.silence())
            late = place - end
            self._jump(first)
            self._anchor = first + late
            place = self._anchor
        if self._astray(place, first, end):
            self._send(self._sequence.silence())
            self._jump(self._player.position)
            return
        self._send(self._sequence.between(self._sent, place))
        self._sent = max(self._sent, place)

    def _astray(self, place: float, first: float, end: float) -> bool:
        """Whether the player is somewhere else: it was moved, or the clocks have parted."""
        apart = abs(place - self._player.position)
        if self._player.looping and end > first:
            apart = min(apart, abs(end - first - apart))
        return apart > _DRIFT

    def _send(self, messages: list[Message]) -> None:
        if self._port is None:
            return
        try:
            for message in messages:
                self._port.send_message(list(message))
        except Exception as error:  # noqa: BLE001  whatever the library says, the device is gone
            _log.warning("The MIDI device %s went away: %s", self._name, error)
            name, self._port, self._name = self._name, None, ""
            self._timer.stop()
            self.lost.emit(f"The MIDI device {name} went away. Notes sound on this computer again.")
