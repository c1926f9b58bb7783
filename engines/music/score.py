"""A melody over chords, as the studio keeps it: notes on a grid of sixteenth-note steps."""

from __future__ import annotations

import msgspec

STEPS_PER_BAR = 16
STEPS_PER_BEAT = 4


class Note(msgspec.Struct, frozen=True, order=True):
    """One note.

    Attributes:
        start: first step, counted from the start of the clip.
        length: steps it sounds, at least 1.
        pitch: MIDI pitch 0..127, 60 is middle C.
        velocity: MIDI velocity 1..127.
    """

    start: int
    length: int
    pitch: int
    velocity: int = 90


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A melody of whole 4/4 bars.

    Attributes:
        bars: how many bars.
        tempo: beats (quarter notes) a minute.
        chords: one chord symbol a bar, as the chord parser prints it ("C", "Am", ...).
        notes: sorted by start; a melody, so no two overlap.
    """

    bars: int
    tempo: float
    chords: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def steps(self) -> int:
        """Length of the clip in steps."""
        return self.bars * STEPS_PER_BAR

    @property
    def seconds(self) -> float:
        """Length of the clip at its tempo."""
        return self.steps / STEPS_PER_BEAT * 60.0 / self.tempo
