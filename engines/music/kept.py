"""Bars that stand while others are written around them: their notes, and the ties across bar lines.

A kept note belongs to the locked bars it sounds in. It is cut where they end, unless what was
written there goes on with its pitch: then it is one note, as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from engines.music.encoding import Steps, steps_from_notes
from engines.music.score import Note


@dataclass(frozen=True)
class Piece:
    """A note, or what of it lies in a stretch of locked bars.

    Attributes:
        note: the part.
        began: whether the whole note began before the stretch.
        goes_on: whether it ends behind it.
    """

    note: Note
    began: bool = False
    goes_on: bool = False


def kept_pieces(notes: Iterable[Note], locked: Iterable[int], bar_steps: int) -> list[Piece]:
    """What of a melody stands in locked bars, sorted.

    Args:
        notes: the melody.
        locked: bars, counted from 0.
        bar_steps: steps of a bar.
    """
    stretches: list[list[int]] = []
    for bar in sorted(set(locked)):
        if stretches and stretches[-1][1] == bar * bar_steps:
            stretches[-1][1] += bar_steps
        else:
            stretches.append([bar * bar_steps, (bar + 1) * bar_steps])
    found = []
    for note in sorted(notes):
        for first, end in stretches:
            start, stop = max(note.start, first), min(note.end, end)
            if start < stop:
                part = msgspec.structs.replace(note, start=start, length=stop - start)
                found.append(Piece(part, note.start < first, note.end > end))
    return found


def by_bar(
    pieces: Iterable[Piece], locked: Iterable[int], bar_steps: int
) -> dict[int, tuple[Note, ...]]:
    """The notes of every locked bar, counted from its own start; a resting bar has none."""
    found: dict[int, list[Note]] = defaultdict(list)
    for note in (piece.note for piece in pieces):
        for bar in range(note.start // bar_steps, (note.end - 1) // bar_steps + 1):
            first = bar * bar_steps
            start, stop = max(note.start - first, 0), min(note.end - first, bar_steps)
            found[bar].append(Note(start, stop - start, note.pitch, note.velocity))
    return {bar: tuple(found[bar]) for bar in locked}


def heard(notes: Sequence[Note], before: int | None) -> Steps | None:
    """A kept bar as the network hears it, (16,); None for silence that nothing comes before.

    Args:
        notes: of the bar, counted from its start.
        before: the pitch that sounded last.
    """
    known = [] if before is None else [Note(0, 1, before)]
    known += notes  # what begins on the first step takes the place of the pitch before
    return steps_from_notes(known, 1) if known else None


def heard_by_all(notes: Sequence[Note], before: np.ndarray | None, count: int) -> Steps | None:
    """:func:`heard` for ``count`` melodies at once, (count, 16), by what came before in each."""
    lasts = [None] * count if before is None else before.tolist()
    bars = [heard(notes, last) for last in lasts]
    known = [bar for bar in bars if bar is not None]
    return np.stack(known) if known else None


def joined(pieces: Iterable[Piece], written: Iterable[Note]) -> tuple[Note, ...]:
    """Kept and newly written notes as one melody, its ties whole.

    A kept note that was cut at a bar line goes on when the written bar begins with its pitch,
    and one that began in the bar before is not struck again when that ends on its pitch.
    """
    parts = [*pieces, *(Piece(note) for note in written)]
    melody: list[Piece] = []
    for part in sorted(parts, key=lambda part: part.note):
        last = melody[-1] if melody else None
        if last is None or not _tied(last, part):
            melody.append(part)
            continue
        kept = last if last.began or last.goes_on else part
        note = msgspec.structs.replace(
            last.note, length=part.note.end - last.note.start, velocity=kept.note.velocity
        )
        melody[-1] = Piece(note, last.began, part.goes_on)
    return tuple(part.note for part in melody)


def _tied(last: Piece, part: Piece) -> bool:
    touches = last.note.end == part.note.start and last.note.pitch == part.note.pitch
    return touches and (last.goes_on or part.began)


def leaps(steps: Steps, locked: Iterable[int]) -> list[int]:
    """Semitones of every step from a locked bar to another, or back.

    Args:
        steps: (bars, steps of a bar) pitches.
        locked: bars, counted from 0.
    """
    kept = set(locked)
    found: Mapping[int, int] = {
        bar: abs(int(steps[bar, 0]) - int(steps[bar - 1, -1])) for bar in range(1, len(steps))
    }
    return [leap for bar, leap in found.items() if (bar in kept) != (bar - 1 in kept)]
