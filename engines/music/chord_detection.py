"""Which chord a bar of notes is likeliest over: major and minor triads, told from what sounds.

Each triad is a template of three pitch classes (Fujishima 1999, "Realtime Chord Recognition of
Musical Sound"); the one that most of the bar's sounding time lies on wins.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import NO_CHORD, chord_from_index, triad_tones
from engines.music.score import Note

TRIADS = 24
#: What a root counts more than third and fifth, and the bar's lowest tone more as a root; what
#: going on with the chord before counts, and what a tone that all bars share counts, so that a
#: third which is not played is the key's. In shares of the bar's sounding time.
ROOT, LOWEST, STAYING, SHARED = 0.05, 0.2, 0.02, 0.1


def detect_chords(notes: Sequence[Note], bars: int, bar_steps: int) -> tuple[str, ...]:
    """A chord symbol for every bar.

    Args:
        notes: all that sounds, in any order; a melody alone will do. No drums.
        bars: how many bars, at least 1.
        bar_steps: steps of each.

    Returns:
        ``bars`` symbols, "N.C." for a bar in which nothing sounds.
    """
    time, lowest = _sounding(notes, bars, bar_steps)
    shared = SHARED * time.sum(axis=0) / max(time.sum(), 1)
    found: list[str] = []
    before = -1
    for bar in range(bars):
        total = time[bar].sum()
        if total == 0:
            found.append(NO_CHORD)
            continue
        weights = time[bar] / total + shared
        likeness = np.array([_likeness(triad, weights, lowest[bar]) for triad in range(TRIADS)])
        if before >= 0:
            likeness[before] += STAYING
        before = int(likeness.argmax())
        found.append(str(chord_from_index(before)))
    return tuple(found)


def _likeness(triad: int, weights: NDArray[np.float64], lowest: int) -> float:
    root, third, fifth = (tone % 12 for tone in triad_tones(triad))
    on = weights[root] + weights[third] + weights[fifth]
    return float(on + ROOT * weights[root] + LOWEST * (lowest % 12 == root) * on)


def _sounding(
    notes: Sequence[Note], bars: int, bar_steps: int
) -> tuple[NDArray[np.float64], list[int]]:
    """(bars, 12) steps that each pitch class sounds, and the lowest pitch of every bar.

    Of the lowest tones only what is struck on the beat that opens the bar counts as the bass; in
    a bar that opens with a rest or a held note, the lowest of all.
    """
    time = np.zeros((bars, 12))
    lowest, opening = [128] * bars, [128] * bars
    for note in notes:
        for bar in range(max(note.start // bar_steps, 0), bars):
            start, end = max(note.start, bar * bar_steps), min(note.end, (bar + 1) * bar_steps)
            if end <= start:
                break
            time[bar, note.pitch % 12] += end - start
            lowest[bar] = min(lowest[bar], note.pitch)
            if start == bar * bar_steps:
                opening[bar] = min(opening[bar], note.pitch)
    return time, [o if o < 128 else low for o, low in zip(opening, lowest, strict=True)]
