"""Chord lines to begin with, and which chord usually stands between two others.

The table counts how triads follow each other in the melodies the shipped models learned from,
with every song moved to C: ``packaging/chord_table.py`` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import (
    Chord,
    chord_from_index,
    fill_bars,
    parse_chords,
    print_chords,
)
from engines.music.keys import scale_of

TABLE = Path(__file__).with_name("chord_table.json")
#: What every pair counts that the songs never had: nothing is impossible.
_UNSEEN = 0.5

#: Chord lines in C or A minor, by the name a musician knows them under.
PROGRESSIONS: tuple[tuple[str, str], ...] = (
    ("Fifties", "C Am F G"),
    ("Pop", "C G Am F"),
    ("Minor pop", "Am F C G"),
    ("Folk", "C F C G"),
    ("Canon", "C G Am Em F C F G"),
    ("Royal road", "F G Em Am"),
    ("Andalusian", "Am G F E"),
    ("Dorian vamp", "Dm G"),
    ("Mixolydian rock", "C Bb F C"),
    ("Jazz turnaround", "Dm7 G7 Cmaj7 Am7"),
    ("Minor two five", "Bm7b5 E7 Am7 Am7"),
    ("Twelve-bar blues", "C7 % % % F7 % C7 % G7 F7 C7 G7"),
    ("Falling fifths", "Am Dm G C F Bdim E Am"),
)


def in_key(line: str, semitones: int) -> str:
    """A chord line moved by semitones; the nearer way, up or down, makes no difference."""
    return print_chords(chord.transposed(semitones) for chord in parse_chords(line))


def shortened(chords: Sequence[Chord]) -> list[Chord]:
    """The shortest line that fills the same bars when it is repeated."""
    for length in range(1, len(chords)):
        if fill_bars(list(chords[:length]), len(chords)) == list(chords):
            return list(chords[:length])
    return list(chords)


def tonic(chords: Sequence[Chord]) -> int:
    """The root 0..11 of the major scale that holds a progression best; 0 when it is silent."""
    known = [chord.index for chord in chords if not chord.silent]
    return scale_of(np.array(known)) if known else 0


def suggest(chords: Sequence[Chord], bar: int, count: int = 6) -> list[Chord]:
    """Triads that would go well in a bar, the likeliest first, the present one left out.

    Args:
        chords: the chord of every bar.
        bar: which one to replace.
        count: how many at most.
    """
    root = tonic([chord for place, chord in enumerate(chords) if place != bar])
    follows = _follows()
    weight = follows.sum(axis=0) / follows.sum()  # how common each chord is at all
    before = chords[bar - 1] if bar else None
    after = chords[bar + 1] if bar + 1 < len(chords) else None
    if before is not None and not before.silent:
        weight = weight * follows[_moved(before.index, -root)]
    if after is not None and not after.silent:
        weight = weight * follows[:, _moved(after.index, -root)]
    best = [_moved(int(index), root) for index in np.argsort(-weight, kind="stable")]
    return [chord_from_index(i) for i in best if i != chords[bar].index][:count]


def _moved(index: int, semitones: int) -> int:
    """Triad 0..23 transposed."""
    return (index + semitones) % 12 + (12 if index >= 12 else 0)


@cache
def _follows() -> NDArray[np.float64]:
    """(24, 24) share of every triad after each, in songs moved to C."""
    counts = np.array(json.loads(TABLE.read_text(encoding="utf-8"))["follows"], float) + _UNSEEN
    shares: NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
    return shares
