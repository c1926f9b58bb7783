"""Ways from keyframe to keyframe, as geometry: arrays in, arrays out, no model.

Values are (levels, width) arrays; every level goes its own way. Three paths pass through all
keyframes: straight lines, great circles (Shoemake 1985; White 2016, "Sampling Generative
Networks", for latents), and the cubic of Catmull and Rom (1974) with the keyframes' times as its
knots, which has one velocity at every keyframe and, closed, at the seam too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engines.protocol.latent import Ease

Floats = NDArray[np.float64]
Course = Literal["linear", "spherical", "spline"]

#: Seconds that a moment may miss a keyframe by and still be its time: where a keyframe is held,
#: the last digit of a remainder would otherwise show the one before.
ROUNDING = 1e-9
#: Below this a direction means nothing.
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Timeline:
    """When keyframes are passed, and how the way to the next is gone.

    Attributes:
        times: in seconds, growing.
        eases: one a keyframe.
        period: after how many seconds it begins again, more than the last time; 0 for never.
    """

    times: tuple[float, ...]
    eases: tuple[Ease, ...]
    period: float = 0.0

    @property
    def closed(self) -> bool:
        """Whether it goes from the last keyframe back to the first."""
        return self.period > 0

    def gap(self, number: int) -> float:
        """Seconds from a keyframe to the next; of the last one, to the first of the next round."""
        if number + 1 < len(self.times):
            return self.times[number + 1] - self.times[number]
        return self.period - self.times[-1] + self.times[0]

    def locate(self, moment: float) -> tuple[int, int, float]:
        """The keyframe before a moment, the one after it, and how far between, eased: 0 .. 1."""
        count = len(self.times)
        if self.closed:
            since = (moment - self.times[0]) % self.period
            moment = self.times[0] + (since if self.period - since > ROUNDING else 0.0)
        if not self.closed and moment <= self.times[0]:
            return 0, 0, 0.0
        before = int(np.searchsorted(self.times, moment + ROUNDING, side="right")) - 1
        if before + 1 == count and not self.closed:
            return before, before, 0.0
        share = min(max((moment - self.times[before]) / self.gap(before), 0.0), 1.0)
        return before, (before + 1) % count, eased(share, self.eases[before])


def eased(share: float, ease: Ease) -> float:
    """How far along the way one is after a share of its time, 0 .. 1 both."""
    match ease:
        case "linear":
            return share
        case "in_out":
            return share * share * (3.0 - 2.0 * share)
        case "hold":
            return 0.0


class Curve:
    """A path through values at their times."""

    def __init__(self, timeline: Timeline, values: Sequence[Floats], path: Course) -> None:
        """A path through as many values, (levels, width) each, as the timeline has times."""
        self._timeline, self._path = timeline, path
        self._values = np.stack([np.asarray(value, np.float64) for value in values])
        self._tangents = tangents(timeline, self._values) if path == "spline" else self._values

    def at(self, moment: float) -> Floats:
        """The value at a moment, (levels, width)."""
        before, after, share = self._timeline.locate(moment)
        start, end = self._values[before], self._values[after]
        if before == after or share == 0.0:
            return start
        if self._path == "linear":
            return start + share * (end - start)
        if self._path == "spherical":
            return slerp(start, end, share)
        gap = self._timeline.gap(before)
        ways = self._tangents[before] * gap, self._tangents[after] * gap
        return hermite(start, end, *ways, share)


def slerp(start: Floats, end: Floats, share: float) -> Floats:
    """Along great circles, row by row: directions turn evenly, lengths change evenly.

    Opposite directions have no shortest way between them; one of the shortest is taken.
    """
    lengths = np.linalg.norm(start, axis=1), np.linalg.norm(end, axis=1)
    length = (1.0 - share) * lengths[0] + share * lengths[1]
    first, second = start / _safe(lengths[0]), end / _safe(lengths[1])
    along = np.clip((first * second).sum(axis=1), -1.0, 1.0)
    aside = second - along[:, None] * first
    across = np.linalg.norm(aside, axis=1)
    opposite = (across < TINY) & (along < 0)
    if opposite.any():
        aside[opposite] = _across(first[opposite])
    angle = share * np.arctan2(across, along)
    side = aside / _safe(np.linalg.norm(aside, axis=1))
    turned = first * np.cos(angle)[:, None] + side * np.sin(angle)[:, None]
    result = length[:, None] * turned
    nowhere = np.minimum(*lengths) < TINY  # the mean itself has no direction: go straight
    result[nowhere] = (start + share * (end - start))[nowhere]
    return result


def hermite(start: Floats, end: Floats, leaving: Floats, arriving: Floats, share: float) -> Floats:
    """A cubic by its ends and its velocities there, in lengths of the whole way."""
    square, cube = share * share, share * share * share
    return (
        (2 * cube - 3 * square + 1) * start
        + (cube - 2 * square + share) * leaving
        + (3 * square - 2 * cube) * end
        + (cube - square) * arriving
    )


def tangents(timeline: Timeline, values: Floats) -> Floats:
    """Velocities at the keyframes, in units a second: of the parabola through the neighbours.

    Args:
        timeline: the times.
        values: (keyframes, levels, width).
    """
    count = len(values)
    result = np.zeros_like(values)
    if count == 1:
        return result
    last = count if timeline.closed else count - 1
    gaps = [timeline.gap(number) for number in range(last)]
    slopes = [(values[(n + 1) % count] - values[n]) / gaps[n] for n in range(last)]
    for number in range(count):
        if not timeline.closed and number in (0, count - 1):
            result[number] = slopes[min(number, last - 1)]
            continue
        before, after = gaps[number - 1], gaps[number]
        result[number] = (after * slopes[number - 1] + before * slopes[number]) / (before + after)
    return result


def with_length(value: Floats, length: Floats) -> Floats:
    """The same directions with other lengths: (levels, width) and (levels, 1)."""
    return value * length / _safe(np.linalg.norm(value, axis=1))


def _safe(lengths: Floats) -> Floats:
    """Lengths to divide by, as a column: (levels, 1)."""
    return np.maximum(lengths, TINY)[:, None]


def _across(directions: Floats) -> Floats:
    """For each unit row a vector at right angles to it; the same one every time."""
    axis = np.abs(directions).argmin(axis=1)
    helper = np.eye(directions.shape[1])[axis]
    return helper - (helper * directions).sum(axis=1, keepdims=True) * directions
