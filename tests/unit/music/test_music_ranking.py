"""Which melody is most like a real song."""

from __future__ import annotations

import numpy as np
import pytest

from engines.music.ranking import RANGES, best, judge, reason

#: Over C: a scale in steps, and the same with tones of no key and leaps of tritones.
GOOD = np.array([[60] * 4 + [62] * 2 + [64] * 6 + [67] * 4] * 2, dtype=np.uint8)
GOOD[1] = [64] * 4 + [60] * 4 + [62] * 2 + [60] * 6
BAD = np.array([[60, 66] * 8, [61, 71] * 8], dtype=np.uint8)
TRIADS = np.array([0, 0])


def test_a_figure_costs_by_how_far_it_lies_outside() -> None:
    leaps = RANGES["mean_interval"]
    assert leaps.cost(leaps.least) == leaps.cost(leaps.most) == 0.0
    assert leaps.cost(leaps.most + 2 * leaps.unit) == pytest.approx(2.0)
    assert leaps.cost(leaps.least - leaps.unit) == pytest.approx(1.0)


def test_a_melody_in_key_is_better_than_a_wild_one() -> None:
    verdicts = [judge(BAD, TRIADS), judge(GOOD, TRIADS)]
    assert verdicts[1].cost < verdicts[0].cost
    assert best(verdicts) == 1
    assert best([verdicts[1]] * 3) == 0


def test_copies_joins_and_crowds_cost() -> None:
    copied = np.array([GOOD[0], GOOD[0]])
    assert judge(copied, TRIADS).cost > judge(GOOD, TRIADS).cost
    far = np.array([GOOD[0], GOOD[1] + 12], dtype=np.uint8)
    assert judge(far, TRIADS, [1]).cost > judge(far, TRIADS).cost
    crowded = np.array([[60, 62, 64, 62] * 4, [60, 64, 62, 64] * 4], dtype=np.uint8)
    wished = judge(crowded, TRIADS, without=("notes_per_bar",))
    assert wished.cost < judge(crowded, TRIADS).cost


def test_bars_of_three_beats_are_measured_too() -> None:
    assert judge(GOOD[:, :12], TRIADS).figures["notes_per_bar"] == 3.0


def test_the_reason_is_one_sentence() -> None:
    said = reason(8, judge(GOOD, TRIADS))
    assert said == "Best of 8: 100% in key, 100% on the chord, average leap 2.6."
