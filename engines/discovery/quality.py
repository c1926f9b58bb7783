"""What a direction does to pictures: what changes with it and besides it, and how far it goes.

Measured on pictures that no direction was fitted to. How far a direction goes is decided by the
model's own critic: as long as it takes moved pictures for no less real than ordinary ones, within
one standard deviation of what it thinks of those. A slider also ends where its attribute turns
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.discovery.bench import Bench
from engines.evaluate.judge import Answers, Judge

Floats = NDArray[np.float32]

#: Pictures that a direction is measured on; a multiple of four, see :mod:`engines.discovery.bench`.
PICTURES = 20
#: Pictures that tell what the critic thinks of ordinary ones.
ORDINARY = 96
#: How far directions are followed, in standard deviations of the latents along them.
NEAREST, FARTHEST = 1.0, 4.0
#: Steps from the lowest to the highest end, as on a contact sheet.
STEPS = 7
#: Answers wobble by this without anything having changed to see.
WOBBLE = 0.02


@dataclass(frozen=True)
class Change:
    """What a direction does between its ends.

    Attributes:
        low: the end below 0.
        high: the end above.
        change: (T,) how much each trait's mean answer rises from low to high.
        spill: (T,) how much each answer differs between the ends, whichever way.
        answers: (STEPS, N, T) on the way.
    """

    low: float
    high: float
    change: Floats
    spill: Floats
    answers: Answers

    def effect(self, trait: int) -> float:
        """How much one trait changes, 0 to 1."""
        return abs(float(self.change[trait]))

    def leakage(self, trait: int, judge: Judge) -> float:
        """How much the traits of other attributes change besides it, 0 to 1, on average."""
        others = others_of(judge, trait)
        return float(self.spill[others].mean()) if others else 0.0

    def monotony(self, trait: int) -> float:
        """The share of steps in which one trait does not turn back."""
        rising = np.sign(self.change[trait]) * np.diff(self.answers[:, :, trait], axis=0)
        return float((rising >= -WOBBLE).mean())


def others_of(judge: Judge, trait: int) -> list[int]:
    """The traits that are about other attributes than this one."""
    key = judge.traits[trait].key
    return [i for i, other in enumerate(judge.traits) if other.key != key]


class Meter:
    """Measures directions of one model on the same pictures."""

    def __init__(self, bench: Bench, judge: Judge, first_seed: int) -> None:
        """Look at ordinary pictures first.

        Args:
            bench: the model.
            judge: who says what pictures show.
            first_seed: of pictures that nothing was fitted to.
        """
        self.bench, self.judge = bench, judge
        self.places = bench.places(range(first_seed, first_seed + PICTURES))
        others = range(first_seed + PICTURES, first_seed + PICTURES + ORDINARY)
        self.spread = 0.0
        if bench.critic is not None:
            logits = bench.logits(bench.pictures(bench.places(others)))
            self.spread = float(logits.std())
            self._usual = self._realness(bench.pictures(self.places))

    def answers(self, way: Floats, amounts: Sequence[float]) -> Answers:
        """(amounts, N, T) what the judge says of the pictures, moved along (levels, width)."""
        return np.stack([self.judge.read(self._moved(way, amount)) for amount in amounts])

    def quick(self, way: Floats, reach: float, trait: int) -> float:
        """What a direction is worth before it is measured in full: effect without leakage."""
        ends = self.answers(way, (-reach, reach))
        others = others_of(self.judge, trait)
        spill = np.abs(ends[1] - ends[0]).mean(axis=0)[others].mean() if others else 0.0
        return float(abs((ends[1] - ends[0])[:, trait].mean()) - spill)

    def measure(self, way: Floats, trait: int | None = None) -> Change:
        """Find the plausible range of a direction (levels, width), and what happens in it.

        Args:
            way: one standard deviation along it.
            trait: also end where this one turns back.
        """
        high = self._end(way, 1.0, trait)
        low = -self._end(way, -1.0, trait)
        answers = self.answers(way, np.linspace(low, high, STEPS).tolist())
        apart = answers[-1] - answers[0]  # (N, T)
        return Change(low, high, apart.mean(axis=0), np.abs(apart).mean(axis=0), answers)

    def _end(self, way: Floats, sign: float, trait: int | None) -> float:
        """How far it goes on one side, in half steps."""
        best = 0.0
        start = self.answers(way, (0.0,))[0] if trait is not None else None
        end = NEAREST
        for amount in np.arange(NEAREST, FARTHEST + 0.1, 0.5):
            pictures = self._moved(way, sign * float(amount))
            if self.bench.critic is not None:
                worse = self._usual - self._realness(pictures)
                if worse > self.spread and amount > NEAREST:
                    break
            if start is not None and trait is not None:
                gain = self.judge.read(pictures)[:, trait].mean() - start[:, trait].mean()
                if sign * gain < best - WOBBLE and amount > NEAREST:
                    break
                best = max(best, sign * float(gain))
            end = float(amount)
        return end

    def _moved(self, way: Floats, amount: float) -> NDArray[np.uint8]:
        return self.bench.pictures((self.places + np.float32(amount) * way).astype(np.float32))

    def _realness(self, pictures: NDArray[np.uint8]) -> float:
        return float(self.bench.logits(pictures).mean())
