"""Bars to begin with: out of selected notes, or as they are played on a MIDI keyboard."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, Signal

from engines.music.chords import NO_CHORD
from engines.music.score import BAR_STEPS, STEPS_PER_BEAT, Clip, Meter, Note
from engines.music.voice import Heard, one_voice
from studio.media.midi_in import Keyboard


def primer_of(clip: Clip, notes: Sequence[Note]) -> Clip:
    """The whole bars that some notes of a clip are in, those notes alone, from bar 1 on.

    Args:
        clip: where they are from.
        notes: at least one.
    """
    first = min(note.start for note in notes) // clip.bar_steps
    end = -(-max(note.end for note in notes) // clip.bar_steps)
    moved = (
        msgspec.structs.replace(note, start=note.start - first * clip.bar_steps) for note in notes
    )
    return msgspec.structs.replace(
        clip,
        bars=end - first,
        chords=clip.chords[first:end],
        notes=tuple(sorted(moved)),
        tempos=(),
        seeds=(),
    )


def primer_heard(heard: Sequence[Heard], tempo: float, meter: Meter) -> Clip:
    """What was played, on the grid of sixteenths; it begins with its first note.

    Args:
        heard: (start, end, pitch, velocity) in seconds.
        tempo: beats a minute it was played at.
        meter: of its bars.
    """
    per_step = 60.0 / tempo / STEPS_PER_BEAT
    begin = min(start for start, *_ in heard)
    notes = one_voice(
        ((start - begin) / per_step, (end - begin) / per_step, pitch, velocity)
        for start, end, pitch, velocity in heard
    )
    bars = -(-max(note.end for note in notes) // BAR_STEPS[meter])
    return Clip(bars=bars, tempo=tempo, chords=(NO_CHORD,) * bars, notes=notes, meter=meter)


class Recorder(QObject):
    """Takes down what is played on the first MIDI keyboard there is.

    Signals:
        changed: whether it listens, or how many notes it has.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keyboard = Keyboard(self)
        self.clock = time.monotonic
        self._down: dict[int, tuple[float, int]] = {}  # pitch: since when, velocity
        self.heard: list[Heard] = []
        self.keyboard.noteOn.connect(self._on_down)
        self.keyboard.noteOff.connect(self._on_up)

    @property
    def listening(self) -> bool:
        """Whether keys are taken down."""
        return bool(self.keyboard.name)

    def start(self) -> str:
        """Listen from now on.

        Returns:
            Why there is nothing to listen to, or "".

        Raises:
            EngineError: kind ``bad_input``: the keyboard cannot be opened.
        """
        ports = self.keyboard.ports()
        if not ports.names:
            return ports.reason
        self.heard.clear()
        self._down.clear()
        self.keyboard.open(ports.names[0])
        self.changed.emit()
        return ""

    def stop(self) -> list[Heard]:
        """Listen no more.

        Returns:
            Every note: start and end in seconds, pitch, velocity.
        """
        for pitch in list(self._down):
            self._on_up(pitch)
        self.keyboard.close()
        self.changed.emit()
        return list(self.heard)

    def _on_down(self, pitch: int, velocity: int) -> None:
        self._on_up(pitch)
        self._down[pitch] = self.clock(), velocity

    def _on_up(self, pitch: int) -> None:
        if pitch in self._down:
            start, velocity = self._down.pop(pitch)
            self.heard.append((start, self.clock(), pitch, velocity))
            self.changed.emit()
