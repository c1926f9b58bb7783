"""Melodies as pictures: what a training run shows of itself, and a model's preview."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.music.encoding import Steps
from engines.music.score import STEPS_PER_BAR

PAPER, BAR_LINE, NOTE = (31, 34, 41), (52, 57, 70), (255, 125, 92)


def draw_melody(steps: Steps, height: int, low: int, high: int) -> NDArray[np.uint8]:
    """A piano roll: time to the right two pixels a step, high notes above.

    Args:
        steps: (bars, 16) pitches.
        height: pixels.
        low: MIDI pitch at the lower edge.
        high: MIDI pitch at the upper edge.

    Returns:
        (height, bars * 32, 3).
    """
    flat = steps.reshape(-1)
    picture = np.empty((height, 2 * len(flat), 3), dtype=np.uint8)
    picture[:] = PAPER
    picture[:, :: 2 * STEPS_PER_BAR] = BAR_LINE
    row = height / (high - low + 1)
    for step, pitch in enumerate(flat.tolist()):
        if not low <= pitch <= high:
            continue
        top, bottom = round((high - pitch) * row), round((high - pitch + 1) * row)
        gap = int(step + 1 < len(flat) and flat[step + 1] != pitch)  # notes end before the next
        picture[top:bottom, 2 * step : 2 * step + 2 - gap] = NOTE
    return picture


def draw_melodies(
    pieces: Sequence[Steps], height: int, low: int, high: int, columns: int
) -> NDArray[np.uint8]:
    """Several melodies in rows of ``columns`` with a gap between."""
    gap = 4
    drawn = [
        np.pad(draw_melody(p, height, low, high), ((0, gap), (0, gap), (0, 0))) for p in pieces
    ]
    rows = [np.concatenate(drawn[i : i + columns], axis=1) for i in range(0, len(drawn), columns)]
    return np.concatenate(rows, axis=0)
