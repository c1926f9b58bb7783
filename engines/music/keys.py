"""The key that a chord progression suggests, and which notes lie outside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import triad_tones

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
#: Bars on either side of a bar that decide its key: songs modulate.
REACH = 4
#: What a tonic chord counts beside the 3 of a triad inside the scale: it settles ties.
TONIC_BONUS = 0.5

_CLASSES = range(12)
_SCALES = np.array([[(tone - root) % 12 in MAJOR_SCALE for tone in _CLASSES] for root in _CLASSES])
_TRIADS = np.array([[tone in triad_tones(index) for tone in _CLASSES] for index in range(24)])


def scale_of(triads: NDArray[np.int64]) -> int:
    """The root 0..11 of the major scale that holds a progression best.

    A natural minor key has the notes of its relative major; of scales that hold the chords
    equally well the one whose tonic triads, major or relative minor, sound more often is chosen.

    Args:
        triads: (n,) numbers 0..23.
    """
    inside = (_TRIADS[triads] @ _SCALES.T.astype(np.int64)).sum(axis=0).astype(np.float64)  # (12,)
    for root in range(12):
        tonics = (triads == root) | (triads == 12 + (root + 9) % 12)
        inside[root] += TONIC_BONUS * float(tonics.sum())
    return int(inside.argmax())


def outside_key(triads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pitch classes are foreign: in neither the key around a bar nor the bar's own triad.

    Args:
        triads: (bars,) numbers 0..23.

    Returns:
        (bars, 12).
    """
    keys = [scale_of(triads[max(bar - REACH, 0) : bar + REACH + 1]) for bar in range(len(triads))]
    foreign: NDArray[np.bool_] = ~(_SCALES[keys] | _TRIADS[triads])
    return foreign
