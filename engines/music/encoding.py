"""Between notes and what the network reads and writes: bars of 16 steps by 128 pitches.

In the network's form every step holds exactly one pitch: no rests (they take the pitch before
them) and no repeated notes. ``steps`` below is always such an array of MIDI pitches, ``uint8``,
and ``roll`` the same as numbers per step and pitch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT, Note

PITCHES = 128

Restrike = Literal["never", "chord", "bar", "beat"]
Steps = NDArray[np.uint8]
Roll = NDArray[np.float32]

#: Cost of a change of pitch, by position in the beat, in nats at smoothness 1: melodies move on
#: beats and their halves, seldom between. Sized, with the defaults of smoothness and temperature,
#: so that rhythm and intervals of both trained networks come nearest to those of the songs they
#: learned from: with cheap changes between, a third of the notes lasted one step.
CHANGE_COST = np.array([0.0, 2.5, 0.15, 2.5])
#: Further cost for each semitone that a change leaps beyond a fourth.
LEAP_COST = 4.0
LEAP_FREE = 5
#: What density 1 takes off the cost of a change, and what -1 puts on it, in nats. So sized that
#: either end about doubles or halves the notes a bar of the trained networks.
DENSER, SPARSER = 0.6, 2.0
#: Cost of each semitone that a join to a bar which stands leaps beyond a third, in nats. The
#: bar behind it cannot answer, so it weighs as much at any smoothness.
JOIN_COST = 0.4
JOIN_FREE = 4

#: Smaller shares of a step count as this much: no pitch is impossible.
FLOOR = 1e-4


def one_hot(steps: Steps) -> Roll:
    """Pitches (..., 16) to a roll (..., 16, 128) with a single 1.0 a step."""
    roll = np.zeros((*steps.shape, PITCHES), dtype=np.float32)
    np.put_along_axis(roll, steps[..., None].astype(np.int64), 1.0, axis=-1)
    return roll


def binarise(roll: Roll) -> Roll:
    """The roll with only the strongest pitch of each step left, as 1.0."""
    return one_hot(roll.argmax(axis=-1).astype(np.uint8))


def decode_steps(
    roll: Roll,
    smoothness: float = 0.0,
    before: NDArray[np.int64] | None = None,
    foreign: NDArray[np.float32] | None = None,
    *,
    after: int | None = None,
    density: float = 0.0,
    allowed: tuple[int, int] = (0, PITCHES - 1),
) -> Steps:
    """The most likely pitches of rolls when changing pitch costs something (Viterbi).

    Args:
        roll: (B, steps, 128) in [0, 1]; the first step is on a beat.
        smoothness: 0 takes the strongest pitch of every step; 1 follows the roll only where it
            is sure.
        before: (B,) the pitch that sounded just before the first step, if any.
        foreign: (B, 12) cost of each pitch class at every step, in nats, if any.
        after: the pitch that stands behind the last step, if any: a leap to it costs something.
        density: -1..1, taken off the cost of every change: above 0 more notes, below fewer.
        allowed: lowest and highest pitch that may come out.

    Returns:
        (B, steps) pitches.
    """
    free = density == 0.0 and after is None and allowed == (0, PITCHES - 1)
    if smoothness <= 0.0 and foreign is None and free:
        strongest: Steps = roll.argmax(axis=-1).astype(np.uint8)
        return strongest
    share = roll / np.maximum(roll.sum(axis=-1, keepdims=True), FLOOR)
    low, high = _alive(share, before, allowed)
    count = high - low
    cost = -np.log(np.maximum(share[..., low:high], FLOOR))  # (B, steps, pitches)
    if foreign is not None:
        cost = cost + foreign[:, None, np.arange(low, high) % 12]
    total = cost[:, 0]
    if before is not None:
        distance = np.abs(np.arange(low, high) - before[:, None])  # (B, pitches)
        total = total + _change_costs(smoothness, density)[0][distance]
    tables = np.ascontiguousarray(_by_pairs(smoothness, density)[:, :count, :count])
    paths = np.empty((len(roll), count, count), total.dtype)  # (B, to, from)
    rows = np.arange(len(roll) * count)
    came_from = []
    for step in range(1, roll.shape[1]):
        np.add(total[:, None, :], tables[step % STEPS_PER_BEAT], out=paths)
        came_from.append(paths.argmin(axis=-1))
        least = paths.reshape(-1, count)[rows, came_from[-1].reshape(-1)]
        total = least.reshape(-1, count) + cost[:, step]
    if after is not None:
        total = total + _join_cost(np.abs(np.arange(low, high) - after))
    return (_walk_back(came_from, total.argmin(axis=-1)) + low).astype(np.uint8)


def _alive(
    share: Roll, before: NDArray[np.int64] | None, allowed: tuple[int, int]
) -> tuple[int, int]:
    """First and last + 1 of the pitches that can matter; the search is quadratic in them."""
    possible = np.flatnonzero((share.reshape(-1, PITCHES) > FLOOR).any(axis=0))
    known = possible if before is None else np.concatenate([possible, before])
    lowest, highest = allowed
    inside = known[(known >= lowest) & (known <= highest)]
    return (int(inside.min()), int(inside.max()) + 1) if len(inside) else (lowest, highest + 1)


@lru_cache(maxsize=16)
def _change_costs(smoothness: float, density: float) -> NDArray[np.float32]:
    """(4, 128) cost of a change at each position of the beat, by the distance it leaps."""
    distance = np.arange(PITCHES)
    leap = LEAP_COST * np.maximum(distance - LEAP_FREE, 0)
    wish = density * (DENSER if density > 0.0 else SPARSER)
    costs = smoothness * (CHANGE_COST[:, None] + leap) - wish
    return np.where(distance == 0, 0.0, costs).astype(np.float32)


@lru_cache(maxsize=16)
def _by_pairs(smoothness: float, density: float) -> NDArray[np.float32]:
    """(4, 128, 128) the same, for going from one pitch to another; symmetric."""
    pitches = np.arange(PITCHES)
    table: NDArray[np.float32] = _change_costs(smoothness, density)[
        :, np.abs(pitches[:, None] - pitches[None, :])
    ]
    return table


def _join_cost(distance: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cost of leaping so far to a bar that stands already."""
    return (JOIN_COST * np.maximum(distance - JOIN_FREE, 0)).astype(np.float32)


def _walk_back(came_from: list[NDArray[np.int64]], last: NDArray[np.int64]) -> NDArray[np.int64]:
    rows, steps = np.arange(len(last)), [last]
    for sources in reversed(came_from):
        steps.append(sources[rows, steps[-1]])
    return np.stack(steps[::-1], axis=1)


def notes_from_steps(
    steps: Steps,
    restrike: Restrike = "never",
    chords: Sequence[object] = (),
    velocity: int = 90,
    bar_steps: int = STEPS_PER_BAR,
) -> tuple[Note, ...]:
    """Notes of a flat array of pitches; equal neighbours are one held note.

    Args:
        steps: (bars * bar_steps,) pitches.
        restrike: where a held note is struck again: "never", where the "chord" changes from one
            bar to the next, at every "bar", or at every "beat".
        chords: one entry a bar, compared for equality; needed for "chord".
        velocity: given to every note, 1..127.
        bar_steps: steps of a bar.
    """
    notes: list[Note] = []
    start = 0
    for step in range(1, len(steps) + 1):
        if (
            step < len(steps)
            and steps[step] == steps[start]
            and not _strikes(step, restrike, chords, bar_steps)
        ):
            continue
        notes.append(Note(start, step - start, int(steps[start]), velocity))
        start = step
    return tuple(notes) if len(steps) else ()


def _strikes(step: int, restrike: Restrike, chords: Sequence[object], bar_steps: int) -> bool:
    if restrike == "beat":
        return step % STEPS_PER_BEAT == 0
    if restrike == "never" or step % bar_steps:
        return False
    bar = step // bar_steps
    return restrike == "bar" or (bar < len(chords) and chords[bar] != chords[bar - 1])


def steps_from_notes(notes: Sequence[Note], bars: int) -> Steps:
    """The network's form of a melody: (bars * 16,) pitches, every rest filled.

    A rest takes the pitch before it and a leading rest that of the first note. Where notes
    overlap the later one wins.

    Raises:
        ValueError: there is no note inside the bars.
    """
    steps = np.full(bars * STEPS_PER_BAR, 255, dtype=np.uint8)
    for note in sorted(notes):
        steps[max(note.start, 0) : max(note.start + note.length, 0)] = note.pitch
    return fill_rests(steps, 255)


def fill_rests(steps: Steps, rest: int) -> Steps:
    """Give every step that equals ``rest`` the pitch before it, or the first pitch there is.

    Raises:
        ValueError: nothing but rests.
    """
    sounding = np.flatnonzero(steps != rest)
    if not len(sounding):
        raise ValueError("there is no note to fill the rests with")
    positions = np.arange(len(steps))
    last = np.searchsorted(sounding, positions, side="right") - 1
    filled: Steps = steps[sounding[np.maximum(last, 0)]]
    return filled


def fit_window(steps: NDArray[np.integer[Any]], low: int, high: int) -> int | None:
    """The octaves' shift, in semitones, that brings a whole segment nearest the window's middle.

    The segment moves as one: folding note by note would turn steps into leaps.

    Returns:
        A multiple of 12, or None when no shift fits every pitch into ``low..high``.
    """
    bottom, top = int(steps.min()), int(steps.max())
    shifts = [s for s in range(-132, 133, 12) if bottom + s >= low and top + s <= high]
    middle = (low + high) / 2
    return min(shifts, key=lambda s: abs((bottom + top) / 2 + s - middle)) if shifts else None
