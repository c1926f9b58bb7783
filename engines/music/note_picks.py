"""Which notes of a melody are meant, and which pitches they may have: selecting and snapping."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import numpy as np

from engines.music.chords import parse_chord
from engines.music.keys import MAJOR_SCALE, scale_of
from engines.music.note_edits import Stepper, Tuner
from engines.music.scales import scale_classes, snapped, stepped
from engines.music.score import Clip, Note

#: What pitches snap to.
Snap = Literal["off", "scale", "chord"]

_ALL = frozenset(range(12))


# --- selecting -----------------------------------------------------------------------------------


def in_box(notes: Iterable[Note], start: float, end: float, low: int, high: int) -> frozenset[Note]:
    """The notes that a rectangle touches.

    Args:
        notes: to choose from.
        start: its left edge, in steps.
        end: its right edge.
        low: its lowest pitch, inside.
        high: its highest pitch, inside.
    """
    return frozenset(n for n in notes if n.start < end and n.end > start and low <= n.pitch <= high)


def in_bars(clip: Clip, bars: Collection[int]) -> frozenset[Note]:
    """The notes that begin in some bars, counted from 0."""
    return frozenset(note for note in clip.notes if note.start // clip.bar_steps in bars)


def out_of_scale(clip: Clip) -> frozenset[Note]:
    """The notes that the clip's scale lacks."""
    classes = key_classes(clip.key, clip.chords)
    return frozenset(note for note in clip.notes if note.pitch % 12 not in classes)


# --- scales and chords ---------------------------------------------------------------------------


def key_classes(key: str, chords: Sequence[str]) -> frozenset[int]:
    """The pitch classes of a song's scale.

    Args:
        key: as a clip holds it; guessed from the chords when "".
        chords: one symbol a bar.

    Returns:
        All twelve when there is nothing to go by.
    """
    if key:
        return scale_classes(key)
    triads = [index for symbol in chords if (index := parse_chord(symbol).index) >= 0]
    if not triads:
        return _ALL
    root = scale_of(np.asarray(triads, dtype=np.int64))
    return frozenset((root + step) % 12 for step in MAJOR_SCALE)


def bar_classes(clip: Clip, snap: Snap) -> list[frozenset[int]]:
    """For every bar the pitch classes that may be drawn there; all twelve in one without chord."""
    if snap == "off":
        return [_ALL] * clip.bars
    if snap == "scale":
        return [key_classes(clip.key, clip.chords)] * clip.bars
    tones = [frozenset(parse_chord(symbol).tones) or _ALL for symbol in clip.chords]
    return (tones + [_ALL] * clip.bars)[: clip.bars]


def tuner(clip: Clip, snap: Snap) -> Tuner:
    """What brings a pitch to the nearest that may be where it stands."""
    classes = bar_classes(clip, snap)

    def tune(pitch: int, step: int) -> int:
        return snapped(pitch, classes[_bar(clip, step)])

    return tune


def stepper(clip: Clip, snap: Snap) -> Stepper:
    """What climbs by semitones, degrees of the scale or tones of the bar's chord."""
    classes = bar_classes(clip, snap)

    def climb(pitch: int, step: int, degrees: int) -> int:
        return stepped(pitch, classes[_bar(clip, step)], degrees)

    return climb


def _bar(clip: Clip, step: int) -> int:
    return max(0, min(step // clip.bar_steps, clip.bars - 1))
