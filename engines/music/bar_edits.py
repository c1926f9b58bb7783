"""Whole bars put in another order: left out, repeated, and empty ones between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from engines.music.score import Clip, Note, TempoChange

_T = TypeVar("_T")

#: An empty bar, where the number of an old one is meant.
EMPTY = None
#: For every bar of the new clip which old bar it is, or :data:`EMPTY`.
Order = Sequence[int | None]


def arranged(clip: Clip, order: Order) -> Clip:
    """The clip with its bars in another order.

    A note that is held over a bar line goes on as far as the bars behind it are still there; what
    is left of one whose beginning is gone, goes with it. Empty bars have the chord and the tempo
    of the bar before them, the first ones those of the first bar that is not empty.

    Args:
        clip: as it is.
        order: at least one bar.
    """
    tempi = _tempi(clip, order)
    return msgspec.structs.replace(
        clip,
        bars=len(order),
        tempo=tempi[0],
        chords=tuple(_carried(order, clip.chords)),
        notes=_notes(clip, order),
        tempos=_changes(tempi),
        seeds=tuple(-1 if old is None else clip.seeds[old] for old in order) if clip.seeds else (),
    )


def moved_marks(marks: Sequence[int], order: Order) -> tuple[int, ...]:
    """Where bars that are marked (locked, say) are in the new order."""
    return tuple(new for new, old in enumerate(order) if old is not None and old in marks)


def _notes(clip: Clip, order: Order) -> tuple[Note, ...]:
    size, found = clip.bar_steps, []
    for new, old in enumerate(order):
        if old is None:
            continue
        room = size * _run(order, new)
        for note in clip.notes:
            into = note.start - old * size
            if 0 <= into < size:
                length = min(note.length, room - into)
                found.append(msgspec.structs.replace(note, start=new * size + into, length=length))
    return tuple(found)


def _run(order: Order, new: int) -> int:
    """How many bars from here on follow each other as they did."""
    first = order[new]
    assert first is not None
    count = 1
    while new + count < len(order) and order[new + count] == first + count:
        count += 1
    return count


def _carried(order: Order, values: Sequence[_T]) -> list[_T]:
    """The old bars' values in the new order; an empty bar has that of the bar before."""
    held = next((values[old] for old in order if old is not None), values[0])
    line = []
    for old in order:
        held = held if old is None else values[old]
        line.append(held)
    return line


def _tempi(clip: Clip, order: Order) -> list[float]:
    """The tempo of every bar of the new order."""
    by_bar, now = [], clip.tempo
    changes = {change.bar: change.tempo for change in clip.tempos}
    for bar in range(clip.bars):
        now = changes.get(bar, now)
        by_bar.append(now)
    return _carried(order, by_bar)


def _changes(tempi: Sequence[float]) -> tuple[TempoChange, ...]:
    return tuple(
        TempoChange(bar, tempi[bar]) for bar in range(1, len(tempi)) if tempi[bar] != tempi[bar - 1]
    )
