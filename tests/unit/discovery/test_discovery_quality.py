"""How far a direction goes and what it does, on a bench whose pictures are their own places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from engines.discovery import examples, naming
from engines.discovery.quality import FARTHEST, NEAREST, Change, Meter
from engines.evaluate.judge import Judge
from engines.evaluate.traits import Trait

HAT, SMILE = Trait("hat", "Hat", "head", ("hat",)), Trait("smile", "Smile", "face", ("smile",))
BUN = Trait("bun", "Bun", "head", ("bun",))


class ToyBench:
    """Pictures are places; the critic dislikes whatever lies beyond ``limit`` on the first axis."""

    def __init__(self, limit: float) -> None:
        self.limit, self.critic = limit, object()

    def places(self, seeds: Sequence[int]) -> np.ndarray:
        rows = [np.random.default_rng(seed).standard_normal((1, 3)) for seed in seeds]
        return (0.3 * np.stack(rows)).astype(np.float32)

    def pictures(self, places: np.ndarray) -> np.ndarray:
        return places

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        return np.where(np.abs(pictures[:, 0, 0]) > self.limit, -9.0, pictures[:, 0, 2])


class ToyJudge:
    """Says the axes, between 0 and 1; the first turns back beyond ``turn``."""

    traits = (HAT, SMILE, BUN)

    def __init__(self, turn: float = 99.0) -> None:
        self.turn = turn

    def read(self, pictures: np.ndarray) -> np.ndarray:
        x = pictures[:, 0].copy()
        x[:, 0] = np.where(x[:, 0] > self.turn, 2 * self.turn - x[:, 0], x[:, 0])
        return 1 / (1 + np.exp(-2 * x))


def meter(limit: float = 99.0, turn: float = 99.0) -> Meter:
    return Meter(cast(Any, ToyBench(limit)), cast(Any, ToyJudge(turn)), 0)


FIRST = np.array([[1, 0, 0]], np.float32)


def test_a_direction_goes_as_far_as_the_critic_follows() -> None:
    change = meter(limit=2.9).measure(FIRST, 0)
    assert change.high == pytest.approx(2.0, abs=0.5)
    assert change.low == pytest.approx(-2.0, abs=0.5)


def test_nothing_goes_less_far_than_one_deviation_or_farther_than_four() -> None:
    assert meter(limit=0.9).measure(FIRST, 0).high == NEAREST
    change = meter().measure(FIRST, 0)
    assert (change.low, change.high) == (-FARTHEST, FARTHEST)


def test_a_slider_ends_where_its_attribute_turns_back() -> None:
    assert meter(turn=2.0).measure(FIRST, 0).high <= 2.5
    assert meter(turn=2.0).measure(FIRST).high == FARTHEST


def test_a_clean_direction_has_effect_and_no_leakage() -> None:
    one = meter()
    change = one.measure(FIRST, 0)
    assert change.effect(0) > 0.95
    assert change.leakage(0, one.judge) == pytest.approx(0, abs=1e-6)
    assert change.monotony(0) == 1.0


def test_leakage_counts_other_attributes_only() -> None:
    one = meter()
    both = one.measure(np.array([[1, 1, 0]], np.float32), 0)
    assert both.leakage(0, one.judge) > 0.9  # a smile comes along
    same = one.measure(np.array([[1, 0, 1]], np.float32), 0)
    assert same.leakage(0, one.judge) == pytest.approx(0, abs=1e-6)  # a bun is of the head too
    assert one.quick(FIRST, 2.0, 0) > one.quick(np.array([[1, 1, 0]], np.float32), 2.0, 0) + 0.5


def named(*change: float) -> naming.Name:
    values = np.array(change, np.float32)
    judge = cast(Judge, ToyJudge())
    return naming.name_after(Change(-1, 1, values, abs(values), np.zeros((2, 1, 3))), judge, 3)


def test_directions_are_named_after_what_they_change() -> None:
    assert named(0.6, 0.1, 0.0) == naming.Name("Hat", 0)
    assert named(0.6, 0.5, 0.0).title == "Hat and smile"
    assert named(0.6, -0.5, 0.0).title == "Hat, less smile"
    assert named(0.6, 0.0, -0.6).title == "Hat"  # hat or bun: that goes without saying
    assert named(0.1, 0.1, 0.0) == naming.Name("Component 3", None)


def test_no_two_have_one_title() -> None:
    assert naming.distinct("Hat", {"Hat", "Hat 2"}) == "Hat 3"
    assert naming.distinct("Bun", {"Hat"}) == "Bun"


def test_examples_are_the_clearest_and_in_pairs() -> None:
    rng = np.random.default_rng(1)
    white = rng.standard_normal((400, 3))
    answers = (1 / (1 + np.exp(-4 * white))).astype(np.float32)
    normals = list(np.eye(3))
    found = examples.choose(answers, white, normals, cast(Judge, ToyJudge()), 200)
    assert set(found) == {"hat", "smile", "bun"}
    hats = found["hat"]
    assert len(hats.having) == len(hats.lacking) == examples.PAIRS
    assert max(hats.having + hats.lacking) < 200
    clearness = white[list(hats.having), 0]
    assert (np.diff(clearness) <= 0).all()
    assert answers[list(hats.having), 0].min() >= examples.SURE
    assert answers[list(hats.lacking), 0].max() <= 1 - examples.SURE
    # A counterpart is liker in other things than another would be.
    paired = np.abs(answers[list(hats.having), 1] - answers[list(hats.lacking), 1]).mean()
    rolled = np.roll(hats.lacking, 5)
    assert paired < 0.6 * np.abs(answers[list(hats.having), 1] - answers[rolled, 1]).mean()


def test_a_trait_that_hardly_anybody_shows_has_no_examples() -> None:
    answers = np.zeros((100, 3), np.float32)
    answers[:3] = 1
    found = examples.choose(
        answers, np.zeros((100, 3)), list(np.eye(3)), cast(Judge, ToyJudge()), 100
    )
    assert found == {}
