"""A - B + C on a model whose pictures give their latents back: the right answer is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import tiny_models
from safetensors.numpy import load_file

from engines.evaluate import arithmetic
from engines.evaluate.judge import Judge
from engines.evaluate.traits import WARM, Trait
from engines.protocol.errors import EngineError
from engines.protocol.latent import Direction, Examples
from engines.runtime import direction_notes, directions
from engines.runtime.backend import make_backend
from engines.runtime.cards import WEIGHTS
from engines.runtime.directions import Way
from engines.runtime.latent import LatentSpace
from engines.runtime.library import Library, Model

HAT, SMILE = Trait("hat", "Hat", "head", ("hat",)), Trait("smile", "Smile", "face", ("smile",))
TINT = Trait("tint", "Tint", "background", axis=WARM)


class ToyJudge:
    """Says the first three numbers of the latent, read back from the pixels."""

    traits = (HAT, SMILE, TINT)

    def __init__(self, model: Model) -> None:
        weight = load_file(model.path / WEIGHTS)["weight"].astype(np.float64)
        self.back = np.linalg.pinv(weight)

    def read(self, pictures: np.ndarray) -> np.ndarray:
        x = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1) / 127.5 - 1
        z = np.arctanh(np.clip(x, -0.995, 0.995)) @ self.back
        return (1 / (1 + np.exp(-3 * z[:, :3]))).astype(np.float32)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    folder = tiny_models.make_generator(tmp_path, "toy")
    return Library([folder.parent]).get("toy")


@pytest.fixture
def space(model: Model) -> LatentSpace:
    return LatentSpace(model, make_backend("onnx").open(model))


def pairs(space: LatentSpace, axis: int) -> Examples:
    """Seeds far along one axis, each with its like on the other side."""
    places = np.stack([space.of_seed(seed)[0] for seed in range(600)])
    having = np.argsort(-places[:, axis])[:12]
    lacking = np.argsort(places[:, axis])[:12]
    return Examples(
        title=("Hat", "Smile")[axis],
        having=tuple(int(seed) for seed in having),
        lacking=tuple(int(seed) for seed in lacking),
    )


def test_sums_reach_what_they_ask_for_and_chance_does_not(model: Model, space: LatentSpace) -> None:
    judge = cast(Judge, ToyJudge(model))
    session = make_backend("onnx").open(model)
    pool = range(arithmetic.FIRST, arithmetic.FIRST + 60)
    answers = judge.read(arithmetic.render(space, session, [space.of_seed(s) for s in pool]))
    found = {"hat": pairs(space, 0), "smile": pairs(space, 1)}
    rng = np.random.default_rng(0)
    chosen = arithmetic.choose(judge, found, [0, 1], pool, answers, 40, rng)
    assert {triple.trait for triple in chosen} == {0, 1}
    for triple in chosen:
        assert len(triple.a) == len(triple.b) == len(set(triple.c)) == 3
        assert answers[[pool.index(seed) for seed in triple.c], triple.trait].max() < 0.2
    figures = {f.name: f for f in arithmetic.measure(space, session, judge, chosen, rng)}
    assert figures["arithmetic_reached_share"].value > 0.9
    assert figures["arithmetic_reached_share"].ok
    assert figures["arithmetic_reached_by_random_move_share"].value < 0.5
    assert figures["arithmetic_hat_reached_share"].value > 0.9
    assert 0 <= figures["arithmetic_kept_share"].value <= 1


def test_sums_are_averages_of_their_wells() -> None:
    triple = arithmetic.Triple(0, (1, 2, 3), (4, 5, 6), (7, 8, 9))
    weights = [anchor.weight for anchor in triple.point.anchors]
    np.testing.assert_allclose(weights, [1 / 3] * 3 + [-1 / 3] * 3 + [1 / 3] * 3)
    assert [anchor.seed for anchor in triple.start.anchors] == [7, 8, 9]


def test_only_what_is_steered_is_asked_for(model: Model) -> None:
    judge = cast(Judge, ToyJudge(model))
    examples = {
        trait.name: Examples(title=trait.title, having=(1,), lacking=(2,))
        for trait in ToyJudge.traits
    }
    vectors = np.ones((1, 8), np.float32)
    ways = [
        Way(Direction(name=name, title=title, method=cast(Any, method)), vectors)
        for name, title, method in (
            ("hat", "Hat", "supervised"), ("smile", "Smile", "pca"), ("tint", "Tint", "supervised"),
        )
    ]  # fmt: skip
    directions.write(model.path / direction_notes.DIRECTIONS, ways, model, examples)
    assert arithmetic._asked(model, judge, examples) == [0]  # no component, and no scale


def test_a_model_without_examples_says_what_to_do(model: Model, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"no examples by attribute") as caught:
        arithmetic.evaluate_arithmetic(model.path, tmp_path)
    assert "--find" in caught.value.advice
