"""A melody over chords, as the studio keeps it: notes on a grid of sixteenth-note steps."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

import msgspec

#: A bar of the network, and of 4/4.
STEPS_PER_BAR = 16
STEPS_PER_BEAT = 4

Meter = Literal["4/4", "3/4"]
#: Steps of one bar by meter. Over 3/4 the network's bar of sixteen is cut after twelve.
BAR_STEPS: dict[Meter, int] = {"4/4": STEPS_PER_BAR, "3/4": 12}

PartKind = Literal["melody", "chords", "bass", "drums"]


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

    @property
    def end(self) -> int:
        """The step after its last."""
        return self.start + self.length


class TempoChange(msgspec.Struct, frozen=True, order=True):
    """Another tempo from a bar on.

    Attributes:
        bar: where it begins, from 1 (the second bar) on.
        tempo: beats (quarter notes) a minute.
    """

    bar: int
    tempo: float


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """How one track of a song is played; only the melody's notes come from the network.

    Attributes:
        kind: the melody itself, or a pattern made from the chords.
        on: whether it is heard and exported.
        program: General MIDI program 0..127; drums have none.
        volume: loudness 0..1.
        pattern: which pattern plays it (:mod:`engines.music.sound.patterns`); "" for the melody.
    """

    kind: PartKind
    on: bool = True
    program: int = 0
    volume: float = 1.0
    pattern: str = ""


#: One part of every kind, the melody first.
Band = tuple[Part, ...]

DEFAULT_BAND: Band = (
    Part(kind="melody"),
    Part(kind="chords", pattern="held"),
    Part(kind="bass", on=False, program=33, pattern="roots"),
    Part(kind="drums", on=False, pattern="backbeat"),
)


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A melody of whole bars.

    Attributes:
        bars: how many bars.
        tempo: beats (quarter notes) a minute at the start.
        chords: one chord symbol a bar, as the chord parser prints it ("C", "Am", ...).
        notes: sorted by start; a melody, so no two overlap.
        meter: what a bar is.
        key: root and mode ("A minor", "D dorian"); "" where nobody has said.
        tempos: later tempi, sorted by bar.
        seeds: for each bar the seed of the noise that wrote it, -1 for one written by hand;
            empty when no bar came from the network.
    """

    bars: int
    tempo: float
    chords: tuple[str, ...]
    notes: tuple[Note, ...]
    meter: Meter = "4/4"
    key: str = ""
    tempos: tuple[TempoChange, ...] = ()
    seeds: tuple[int, ...] = ()

    @property
    def bar_steps(self) -> int:
        """Steps of one bar."""
        return BAR_STEPS[self.meter]

    @property
    def steps(self) -> int:
        """Length of the clip in steps."""
        return self.bars * self.bar_steps

    @property
    def seconds(self) -> float:
        """Length of the clip at its tempi."""
        return self.seconds_at(self.steps)

    def seconds_at(self, step: float) -> float:
        """When a step begins, in seconds from the start; goes on behind the end."""
        marks = self._tempo_marks()
        first, begins, each = marks[bisect_right([mark[0] for mark in marks], step, lo=1) - 1]
        return begins + (step - first) * each

    def step_at(self, seconds: float) -> float:
        """The step that sounds at a time, with its fraction: :meth:`seconds_at` backwards."""
        marks = self._tempo_marks()
        first, begins, each = marks[bisect_right([mark[1] for mark in marks], seconds, lo=1) - 1]
        return first + (seconds - begins) / each

    def _tempo_marks(self) -> list[tuple[int, float, float]]:
        """For every tempo its first step, when that begins, and the seconds of one step."""
        marks = [(0, 0.0, _step_seconds(self.tempo))]
        for change in self.tempos:
            first, begins, each = marks[-1]
            step = change.bar * self.bar_steps
            marks.append((step, begins + (step - first) * each, _step_seconds(change.tempo)))
        return marks


def _step_seconds(tempo: float) -> float:
    return 60.0 / tempo / STEPS_PER_BEAT
