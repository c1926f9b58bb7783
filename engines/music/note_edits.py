"""Edits of a melody by hand, as functions from a clip to notes: one voice before and after.

The notes that are edited win: others are cut short where they reach into one, lose their beginning
where they start inside one, and vanish when nothing is left of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import pairwise
from operator import attrgetter
from typing import Literal

import msgspec

from engines.music.score import Clip, Note

#: The pitch that a note gets for the one it should have, at a step: see ``note_picks.tuner``.
Tuner = Callable[[int, int], int]
#: The pitch some degrees higher or lower, at a step: see ``note_picks.stepper``.
Stepper = Callable[[int, int, int], int]
Edge = Literal["left", "right"]

_START = attrgetter("start")
_PITCHES, _VELOCITIES = (0, 127), (1, 127)


class Edited(msgspec.Struct, frozen=True):
    """What an edit leaves.

    Attributes:
        notes: sorted by start, no two overlap.
        chosen: which of them were edited, so that they stay selected.
    """

    notes: tuple[Note, ...]
    chosen: frozenset[Note] = frozenset()


def settle(others: Collection[Note], edited: Iterable[Note], steps: int) -> Edited:
    """Put edited notes among the others, by the rule of this module.

    Of edited notes that begin together the longest stays; each is cut where the next begins.

    Args:
        others: sorted by start, no two overlap.
        edited: any notes; what lies outside the clip or MIDI's ranges is brought inside.
        steps: length of the clip.
    """
    winners = _one_voice(_inside(edited, steps))
    if not winners:
        return Edited(tuple(others))
    line = others if isinstance(others, tuple) else tuple(others)
    # Only what lies between the first and the last edited note can be in their way.
    first = bisect_left(line, winners[0].start, key=_START)
    first -= bool(first and line[first - 1].end > winners[0].start)
    last = bisect_left(line, winners[-1].end, key=_START)
    kept = [rest for note in line[first:last] if (rest := _beside(note, winners)) is not None]
    middle = sorted([*kept, *winners]) if kept else winners
    return Edited((*line[:first], *middle, *line[last:]), frozenset(winners))


def _inside(notes: Iterable[Note], steps: int) -> list[Note]:
    found = []
    for note in notes:
        start, end = note.start, note.start + note.length
        pitch, velocity = note.pitch, note.velocity
        if 0 <= start < end <= steps and 0 <= pitch <= 127 and 1 <= velocity <= 127:
            found.append(note)  # as it mostly is
        elif max(start, 0) < min(end, steps):
            start, end = max(start, 0), min(end, steps)
            pitch, velocity = _within(pitch, _PITCHES), _within(velocity, _VELOCITIES)
            found.append(Note(start, end - start, pitch, velocity))
    return found


def _within(value: int, limits: tuple[int, int]) -> int:
    return max(limits[0], min(value, limits[1]))


def _one_voice(notes: list[Note]) -> list[Note]:
    notes.sort()
    if all(a.start + a.length <= b.start for a, b in pairwise(notes)):
        return notes
    longest = {note.start: note for note in notes}  # of equal starts the last, longest
    line = list(longest.values())
    cut = [_until(note, after.start) for note, after in pairwise(line)]
    return [*cut, line[-1]] if line else []


def _until(note: Note, end: int) -> Note:
    return (
        note if note.end <= end else Note(note.start, end - note.start, note.pitch, note.velocity)
    )


def _beside(note: Note, winners: list[Note]) -> Note | None:
    """What is left of another note, or None."""
    start = note.start
    at = bisect_right(winners, start, key=_START)
    while at and winners[at - 1].end > start:  # it starts inside a winner
        start = winners[at - 1].end
        at += at < len(winners) and winners[at].start <= start
    end = min(note.end, winners[at].start) if at < len(winners) else note.end
    if start >= end:
        return None
    if (start, end) == (note.start, note.end):
        return note
    return Note(start, end - start, note.pitch, note.velocity)


def _split(clip: Clip, chosen: Collection[Note]) -> tuple[tuple[Note, ...], list[Note]]:
    """The other notes, and those of the clip that are chosen, in order."""
    wanted = frozenset(chosen)
    mine = [note for note in clip.notes if note in wanted]
    if len(mine) == len(clip.notes):
        return (), mine
    return tuple([note for note in clip.notes if note not in wanted]), mine


def _rewrite(clip: Clip, chosen: Collection[Note], change: Callable[[Note], Note | None]) -> Edited:
    others, mine = _split(clip, chosen)
    changed = [fresh for note in mine if (fresh := change(note)) is not None]
    return settle(others, changed, clip.steps)


# --- drawing, erasing, moving --------------------------------------------------------------------


def draw(clip: Clip, note: Note) -> Edited:
    """Write one note."""
    return settle(clip.notes, (note,), clip.steps)


def erase(clip: Clip, chosen: Collection[Note]) -> Edited:
    """Take notes away; the rest stays as it is."""
    return Edited(_split(clip, chosen)[0])


def move(
    clip: Clip,
    chosen: Collection[Note],
    steps: int,
    pitches: int,
    tune: Tuner | None = None,
    copy: bool = False,
) -> Edited:
    """Move notes together, as far as there is room for all of them.

    Args:
        clip: the melody.
        chosen: which notes.
        steps: later, or earlier when negative.
        pitches: semitones up, or down when negative.
        tune: brings every pitch where it may be.
        copy: the notes stay, and copies of them move.
    """
    others, mine = _split(clip, chosen)
    if not mine:
        return Edited(clip.notes)
    steps = max(-mine[0].start, min(steps, clip.steps - mine[-1].end))
    heights = [note.pitch for note in mine]
    pitches = max(-min(heights), min(pitches, 127 - max(heights)))
    if tune is None or not (steps or pitches):
        moved = [Note(n.start + steps, n.length, n.pitch + pitches, n.velocity) for n in mine]
    else:
        moved = [
            Note(n.start + steps, n.length, tune(n.pitch + pitches, n.start + steps), n.velocity)
            for n in mine
        ]
    return settle(clip.notes if copy else others, moved, clip.steps)


def resize(clip: Clip, chosen: Collection[Note], edge: Edge, steps: int) -> Edited:
    """Move the left or right edges of notes; at least one step of each is left.

    Args:
        clip: the melody.
        chosen: which notes.
        edge: which edge moves; the other one stays.
        steps: later, or earlier when negative.
    """

    def change(note: Note) -> Note:
        if edge == "right":
            return Note(note.start, max(1, note.length + steps), note.pitch, note.velocity)
        start = max(0, min(note.start + steps, note.end - 1))
        return Note(start, note.end - start, note.pitch, note.velocity)

    return _rewrite(clip, chosen, change)


# --- what a command does to the selection --------------------------------------------------------


def transpose(clip: Clip, chosen: Collection[Note], degrees: int, step: Stepper) -> Edited:
    """Move every note by degrees of the scale or chord it stands in.

    Args:
        clip: the melody.
        chosen: which notes.
        degrees: up, or down when negative.
        step: see ``note_picks.stepper``.
    """

    def change(note: Note) -> Note:
        pitch = step(note.pitch, note.start, degrees)
        return Note(note.start, note.length, pitch, note.velocity)

    return _rewrite(clip, chosen, change)


def quantise(clip: Clip, chosen: Collection[Note], grid: int) -> Edited:
    """Bring starts and ends onto the grid; no note becomes shorter than it.

    Args:
        clip: the melody.
        chosen: which notes.
        grid: in steps; of places equally near the later one is taken.
    """

    def nearest(step: int) -> int:
        return (step + grid // 2) // grid * grid

    def change(note: Note) -> Note | None:
        start = min(nearest(note.start), (clip.steps - 1) // grid * grid)
        length = max(grid, nearest(note.end) - start)
        return Note(start, length, note.pitch, note.velocity)

    return _rewrite(clip, chosen, change)


def stretch(clip: Clip, chosen: Collection[Note], factor: float) -> Edited:
    """Play notes slower or faster: lengths, and distances from the first, times a factor.

    Args:
        clip: the melody.
        chosen: which notes.
        factor: 2 for twice as long, 0.5 for half; no note becomes shorter than one step.
    """
    mine = _split(clip, chosen)[1]
    origin = mine[0].start if mine else 0

    def change(note: Note) -> Note:
        start = origin + int((note.start - origin) * factor)
        return Note(start, max(1, int(note.length * factor)), note.pitch, note.velocity)

    return _rewrite(clip, chosen, change)


def legato(clip: Clip, chosen: Collection[Note]) -> Edited:
    """Let every note sound until the next one begins; the last of the clip stays as it is."""
    after = {note: follower.start for note, follower in pairwise(clip.notes)}

    def change(note: Note) -> Note:
        end = after.get(note, note.end)
        return Note(note.start, end - note.start, note.pitch, note.velocity)

    return _rewrite(clip, chosen, change)


def set_velocities(clip: Clip, velocities: Mapping[Note, int]) -> Edited:
    """Give notes other velocities.

    Args:
        clip: the melody.
        velocities: by note of the clip; kept within 1..127.
    """

    def change(note: Note) -> Note:
        return Note(note.start, note.length, note.pitch, velocities[note])

    return _rewrite(clip, velocities.keys(), change)


# --- copies --------------------------------------------------------------------------------------


def place(clip: Clip, notes: Iterable[Note], at: int) -> Edited:
    """Write copies of notes, the first of them at a step; what reaches past the end is cut.

    Args:
        clip: the melody.
        notes: from this clip or another one.
        at: where the earliest of them begins.
    """
    line = sorted(notes)
    by = at - line[0].start if line else 0
    moved = [Note(note.start + by, note.length, note.pitch, note.velocity) for note in line]
    return settle(clip.notes, moved, clip.steps)


def duplicate(clip: Clip, chosen: Collection[Note], grid: int) -> Edited:
    """Write the chosen notes once more right behind themselves, on the grid."""
    mine = _split(clip, chosen)[1]
    if not mine:
        return Edited(clip.notes)
    span = mine[-1].end - mine[0].start
    return place(clip, mine, mine[0].start + -(-span // grid) * grid)


# --- what an edit touched ------------------------------------------------------------------------


def changed_bars(before: Clip, notes: tuple[Note, ...]) -> frozenset[int]:
    """The bars in which something sounds otherwise than before, counted from 0.

    Args:
        before: the melody as it was.
        notes: its notes as they are now.
    """
    size = before.bar_steps
    bars: set[int] = set()
    for note in frozenset(before.notes) ^ frozenset(notes):
        bars.update(range(note.start // size, (note.end - 1) // size + 1))
    return frozenset(bars)


def rewritten(before: Clip, notes: tuple[Note, ...]) -> Clip:
    """The clip with other notes; bars that changed are marked as written by hand."""
    seeds = before.seeds
    if seeds:
        touched = changed_bars(before, notes)
        seeds = tuple(-1 if bar in touched else seed for bar, seed in enumerate(seeds))
    return msgspec.structs.replace(before, notes=notes, seeds=seeds)
