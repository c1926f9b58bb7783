"""Which of several melodies over the same chords is most like a real song, and why.

The loss of a network does not rank what it writes, so plain figures do: each has a range in which
real songs lie (the structure set of POP909 in eight-bar windows: scale .996, resolved chord tones
.80, intervals 2.9, notes a bar 4.6), and being outside costs by how far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engines.music.encoding import Steps
from engines.music.kept import leaps
from engines.music.metrics import (
    Triads,
    chord_tone_or_resolved_ratio,
    copies_of_previous,
    mean_interval,
    runs,
    scale_consistency,
)


@dataclass(frozen=True)
class Range:
    """Where a figure of real songs lies.

    Attributes:
        least: smallest good value.
        most: largest.
        unit: how far outside costs 1.
    """

    least: float
    most: float
    unit: float

    def cost(self, value: float) -> float:
        """0 inside, and how many units outside otherwise."""
        return max(self.least - value, value - self.most, 0.0) / self.unit


RANGES: Mapping[str, Range] = {
    "scale_consistency": Range(1.0, 1.0, 0.05),
    "chord_tone_or_resolved_ratio": Range(0.8, 0.95, 0.1),
    "mean_interval": Range(2.0, 3.2, 1.0),
    "notes_per_bar": Range(3.5, 6.0, 1.0),
    "copies_of_previous_bar": Range(0.0, 0.15, 0.2),
    "join_leap": Range(0.0, 4.0, 3.0),
}


@dataclass(frozen=True)
class Verdict:
    """What is said of one melody.

    Attributes:
        figures: the names of :data:`RANGES` that were asked for, with their values.
        cost: 0 when all lie where real songs do.
    """

    figures: Mapping[str, float]
    cost: float


def judge(
    steps: Steps, triads: Triads, locked: Sequence[int] = (), without: Sequence[str] = ()
) -> Verdict:
    """Measure one melody against :data:`RANGES`.

    Args:
        steps: (bars, steps of a bar) pitches, all of them sounding.
        triads: (bars,) numbers 0..23.
        locked: bars that stand: the leaps at their edges count.
        without: figures that do not count, because something else was wished for.
    """
    joins = leaps(steps, locked)
    figures = {
        "scale_consistency": scale_consistency(steps),
        "chord_tone_or_resolved_ratio": chord_tone_or_resolved_ratio(steps, triads),
        "mean_interval": mean_interval(steps),
        "notes_per_bar": len(runs(steps)[0]) / len(steps),
        "copies_of_previous_bar": copies_of_previous(steps),
        "join_leap": float(np.mean(joins)) if joins else 0.0,
    }
    counted = {name: value for name, value in figures.items() if name not in without}
    return Verdict(figures, sum(RANGES[name].cost(value) for name, value in counted.items()))


def best(verdicts: Sequence[Verdict]) -> int:
    """Index of the melody most like a real song, the first of several such."""
    return min(range(len(verdicts)), key=lambda index: verdicts[index].cost)


def reason(count: int, verdict: Verdict) -> str:
    """One sentence on why a melody was chosen among ``count``."""
    figures = verdict.figures
    return (
        f"Best of {count}: {figures['scale_consistency']:.0%} in key, "
        f"{figures['chord_tone_or_resolved_ratio']:.0%} on the chord, "
        f"average leap {figures['mean_interval']:.1f}."
    )
