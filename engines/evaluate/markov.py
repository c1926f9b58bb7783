"""The simple rival of a melody network: a first-order Markov chain of notes over the chords.

A note is where it stands in its chord (semitones above the root, major or minor) and how long it
lasts; the next one is an interval and a length, as often as they followed such a note in the
training songs. Keys do not matter, since everything is counted from the chord's root.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.data.melodies import NO_FIT, Segment, in_key
from engines.evaluate.melody_pieces import Piece
from engines.music.encoding import Steps
from engines.music.metrics import Triads, runs
from engines.music.score import STEPS_PER_BAR

#: Semitones above the chord's root 0..11, minor, length in steps.
State = tuple[int, bool, int]
#: Interval in semitones to the next note, and its length in steps.
Move = tuple[int, int]
#: A pitch 0..127 and a length in steps.
Tone = tuple[int, int]


class Markov:
    """Counts of what follows what.

    Args:
        segments: the training songs.
        low: lowest MIDI pitch that may be written.
        high: highest; at least an octave above.
    """

    def __init__(self, segments: Sequence[Segment], low: int, high: int) -> None:
        self.low, self.high = low, high
        moves: defaultdict[State, Counter[Move]] = defaultdict(Counter)
        #: What begins a melody, by whether its first chord is minor: degree, length.
        openings: defaultdict[bool, Counter[Tone]] = defaultdict(Counter)
        first_pitches = []
        for segment in segments:
            pitches, lengths = runs(segment.steps)
            triads = segment.triads[(np.cumsum(lengths) - lengths) // STEPS_PER_BAR]
            states = [_state(*each) for each in zip(pitches, lengths, triads, strict=True)]
            openings[states[0][1]][states[0][0], states[0][2]] += 1
            for state, interval, length in zip(states, np.diff(pitches), lengths[1:], strict=False):
                moves[state][int(interval), int(length)] += 1
            keys = [key for key in range(12) if segment.shifts[key] != NO_FIT]
            first_pitches += [int(in_key(segment, key)[0][0, 0]) for key in keys]
        if not moves:
            raise ValueError("there is no note after another to count")
        self.moves, self.openings = dict(moves), dict(openings)
        self.middle = float(np.mean(first_pitches))

    def write(self, triads: Triads, rng: np.random.Generator) -> Piece:
        """A melody over a progression (bars,) of 0..23."""
        size = len(triads) * STEPS_PER_BAR
        steps = np.zeros(size, dtype=np.uint8)
        pitch, length = self._open(int(triads[0]), rng)
        at = 0
        while True:
            steps[at : at + length] = pitch
            if at + length >= size:
                return Piece(_bars(steps), triads)
            state = _state(pitch, length, int(triads[at // STEPS_PER_BAR]))
            interval, after = self._move(state, pitch, rng)
            at, pitch, length = at + length, pitch + interval, after

    def _open(self, triad: int, rng: np.random.Generator) -> Tone:
        minor = triad >= 12
        known = self.openings.get(minor) or next(iter(self.openings.values()))
        degree, length = _draw(known, rng)
        pitch_class = (triad + degree) % 12
        fitting = [p for p in range(self.low, self.high + 1) if p % 12 == pitch_class]
        return min(fitting, key=lambda p: abs(p - self.middle)), length

    def _move(self, state: State, pitch: int, rng: np.random.Generator) -> Move:
        """What follows a note; where nothing fits, what followed notes like it."""
        alike = (
            [state],
            [other for other in self.moves if other[:2] == state[:2]],
            list(self.moves),
        )
        for states in alike:
            possible = Counter[Move]()
            for each in states:
                for move, count in self.moves.get(each, {}).items():
                    if self.low <= pitch + move[0] <= self.high:
                        possible[move] += count
            if possible:
                return _draw(possible, rng)
        return 0, STEPS_PER_BAR  # only where the songs never turn back into the window


def _state(pitch: int, length: int, triad: int) -> State:
    return (int(pitch) - int(triad)) % 12, bool(triad >= 12), int(length)


def _draw(counts: Counter[tuple[int, int]], rng: np.random.Generator) -> tuple[int, int]:
    values = list(counts)
    shares = np.fromiter(counts.values(), dtype=np.float64)
    return values[int(rng.choice(len(values), p=shares / shares.sum()))]


def _bars(steps: NDArray[np.uint8]) -> Steps:
    return steps.reshape(-1, STEPS_PER_BAR)
