"""What every reader of other people's music does: one voice of many notes, and sane tempi."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from engines.music.score import STEPS_PER_BAR, Note

#: Longer than any song; what lies behind it is a broken tick, not music.
MAX_BARS = 1024
#: What tracks and staves with the melody are called.
MELODY_NAMES = ("melody", "lead", "vocal", "voice", "solo")
#: Beats a minute that a tempo is kept within.
SLOWEST, FASTEST = 10.0, 1000.0

#: Start and end in steps, not yet rounded; pitch and velocity.
Heard = tuple[float, float, int, int]


def one_voice(notes: Iterable[Heard]) -> tuple[Note, ...]:
    """A melody on the grid: of notes struck together the highest, cut where the next begins."""
    top: dict[int, Note] = {}
    for start, end, pitch, velocity in notes:
        step = round(start)
        note = Note(step, max(round(end) - step, 1), pitch, velocity)
        inside = 0 <= step < MAX_BARS * STEPS_PER_BAR
        if inside and (step not in top or top[step].pitch < pitch):
            top[step] = note
    voice = [top[step] for step in sorted(top)]
    cut = [
        msgspec.structs.replace(note, length=min(note.length, after.start - note.start))
        for note, after in pairwise(voice)
    ]
    return (*cut, *voice[-1:])


def sane_tempo(tempo: float) -> float:
    """A tempo with two decimals (whole microseconds hold no more), within what can be played."""
    return round(min(max(tempo, SLOWEST), FASTEST), 2)
