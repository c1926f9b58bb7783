"""Finds the notes of a melody by place without looking at all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter

from engines.music.score import Note

_START = attrgetter("start")
#: More changed notes than this are not looked at one by one: everything is painted.
MANY = 200


class NoteIndex:
    """The notes of one voice, sorted by start; every question takes a few comparisons."""

    def __init__(self, notes: tuple[Note, ...] = ()) -> None:
        self.notes = notes

    def between(self, start: float, end: float) -> tuple[Note, ...]:
        """The notes that sound somewhere from one step to another."""
        first = bisect_right(self.notes, start, key=_START)
        if first and self.notes[first - 1].end > start:
            first -= 1
        return self.notes[first : bisect_left(self.notes, end, lo=first, key=_START)]

    def sounding(self, step: float) -> Note | None:
        """The note that sounds at a step, or None."""
        before = bisect_right(self.notes, step, key=_START)
        note = self.notes[before - 1] if before else None
        return note if note is not None and step < note.end else None

    def at(self, step: float, pitch: int) -> Note | None:
        """The note under a place of the grid, or None."""
        note = self.sounding(step)
        return note if note is not None and note.pitch == pitch else None

    def changes(self, other: NoteIndex) -> tuple[Note, ...]:
        """Notes of either that the other lacks, and perhaps some between them."""
        mine, theirs = self.notes, other.notes
        if mine is theirs:
            return ()
        most = min(len(mine), len(theirs))
        head = 0
        while head < most and mine[head] is theirs[head]:
            head += 1
        tail = 0
        while tail < most - head and mine[-1 - tail] is theirs[-1 - tail]:
            tail += 1
        return mine[head : len(mine) - tail] + theirs[head : len(theirs) - tail]
