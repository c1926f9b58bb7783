"""Songs as training bars: segments inside a pitch window, in all keys, split by song.

Nothing is cached beside the input: reading 900 songs takes a second or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.data.melody_files import NO_TRIAD, REST, Report, Song, read_songs
from engines.music.encoding import fill_rests, fit_window
from engines.music.score import STEPS_PER_BAR
from engines.protocol.errors import bad_input

KEYS = 12
#: Lowest and highest MIDI pitch of two octaves of singing, where nothing else is asked for.
WINDOW = (60, 83)
#: The keys 0..11 by how far they are from the song's own.
NEAREST_KEYS = (0, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6)
SEGMENT_BARS = 8
#: A run shorter than this says nothing about how melodies go on.
SHORTEST_SEGMENT = 4
HOLD_OUT_EVERY = 10
#: Marks a key in which the segment does not fit the window.
NO_FIT = 127


@dataclass(frozen=True)
class Segment:
    """Up to eight bars of one song without a silent bar between.

    Attributes:
        song: number of the song.
        steps: (bars, 16) pitches, rests filled.
        triads: (bars,) 0..23.
        shifts: (12,) semitones that bring it into key +0..+11 inside the window, or
            :data:`NO_FIT`.
    """

    song: int
    steps: NDArray[np.uint8]
    triads: NDArray[np.int64]
    shifts: NDArray[np.int8]


@dataclass(frozen=True)
class Batch:
    """Bars for one training step.

    Attributes:
        bar: (B, 16) pitches.
        previous: (B, 16) pitches of the bar before.
        opening: (B,) whether there is no bar before (the network then sees zeros).
        triad: (B,) 0..23.
    """

    bar: NDArray[np.uint8]
    previous: NDArray[np.uint8]
    opening: NDArray[np.bool_]
    triad: NDArray[np.int64]


class Bars:
    """Every bar of some segments in every key that fits, drawn at random."""

    def __init__(self, segments: list[Segment]) -> None:
        self.bar = np.concatenate([s.steps for s in segments])
        self.triad = np.concatenate([s.triads for s in segments])
        lengths = [len(s.steps) for s in segments]
        self.shifts = np.repeat([s.shifts for s in segments], lengths, axis=0)  # (N, 12)
        starts = np.cumsum([0, *lengths[:-1]])
        self.opening = np.zeros(len(self.bar), dtype=np.bool_)
        self.opening[starts] = True
        self.choices = np.argwhere(self.shifts != NO_FIT)  # (M, 2): bar, key

    def __len__(self) -> int:
        """How many bars there are, each counted once."""
        return len(self.bar)

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """A batch of ``size`` bars, each in a random key."""
        index, key = self.choices[rng.integers(len(self.choices), size=size)].T
        shift = self.shifts[index, key][:, None].astype(np.int64)
        opening = self.opening[index]
        before = np.where(opening, index, index - 1)
        triad = self.triad[index]
        return Batch(
            bar=(self.bar[index] + shift).astype(np.uint8),
            previous=(self.bar[before] + shift).astype(np.uint8),
            opening=opening,
            triad=(triad + key) % KEYS + KEYS * (triad >= KEYS),
        )


@dataclass(frozen=True)
class Melodies:
    """A data set, split by song.

    Attributes:
        training: segments of nine songs in ten.
        held_out: segments of every tenth song.
        names: the songs' names, by number.
        low: lowest MIDI pitch of the window.
        high: highest.
        report: what was dropped and why.
    """

    training: list[Segment]
    held_out: list[Segment]
    names: list[str]
    low: int
    high: int
    report: Report

    def pieces(self) -> list[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """The whole eight-bar segments held out, in their own key or the nearest that fits.

        Each is ((8, 16) pitches, (8,) triads).
        """
        found = []
        for segment in self.held_out:
            keys = [key for key in NEAREST_KEYS if segment.shifts[key] != NO_FIT]
            if len(segment.steps) == SEGMENT_BARS and keys:
                found.append(in_key(segment, keys[0]))
        return found


def in_key(segment: Segment, key: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pitches and triads of a segment moved up by ``key`` 0..11 semitones, inside the window."""
    shift = int(segment.shifts[key])
    triads = (segment.triads + key) % KEYS + KEYS * (segment.triads >= KEYS)
    return (segment.steps.astype(np.int64) + shift).astype(np.uint8), triads


def load_melodies(path: Path, low: int = 60, high: int = 83) -> Melodies:
    """Read a data set.

    Args:
        path: zip or folder, see :func:`engines.data.melody_files.read_songs`.
        low: lowest MIDI pitch that training may contain.
        high: highest, two octaves or so above ``low``.

    Raises:
        EngineError: kind ``bad_input``, when nothing usable is there.
    """
    songs, report = read_songs(path)
    training: list[Segment] = []
    held_out: list[Segment] = []
    for number, song in enumerate(songs):
        segments = cut(song, number, low, high, report)
        (held_out if number % HOLD_OUT_EVERY == 0 else training).extend(segments)
    if not training:
        raise bad_input(
            f"There is nothing to learn from in {path}: {' '.join(report.lines()[-3:])}",
            "Give more songs, of four bars and more: of ten, one is kept apart to measure with.",
        )
    return Melodies(training, held_out, [song.name for song in songs], low, high, report)


def cut(song: Song, number: int, low: int, high: int, report: Report) -> list[Segment]:
    """The segments of one song; bars that are silent or without a chord end a segment."""
    bars = song.steps.reshape(-1, STEPS_PER_BAR)
    silent = (bars == REST).all(axis=1)
    usable = ~silent & (song.triads != NO_TRIAD)
    report.dropped["bars silent"] += int(silent.sum())
    report.dropped["bars without a chord"] += int((~silent & ~usable).sum())
    segments = []
    for first, last in _runs(usable):
        for start in range(first, last, SEGMENT_BARS):
            end = min(start + SEGMENT_BARS, last)
            if end - start < SHORTEST_SEGMENT:
                report.dropped["bars in segments too short"] += end - start
                continue
            steps = fill_rests(bars[start:end].reshape(-1), REST)
            shifts = _shifts(steps, low, high)
            if (shifts == NO_FIT).all():
                report.dropped["bars in segments too wide for the window"] += end - start
                continue
            segments.append(
                Segment(number, steps.reshape(-1, STEPS_PER_BAR), song.triads[start:end], shifts)
            )
    return segments


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _shifts(steps: NDArray[np.uint8], low: int, high: int) -> NDArray[np.int8]:
    shifts = np.full(KEYS, NO_FIT, dtype=np.int8)
    for key in range(KEYS):
        moved = steps.astype(np.int64) + key
        octaves = fit_window(moved, low, high)
        if octaves is not None:
            shifts[key] = key + octaves
    return shifts
