"""Traits of a data set, and a judge that is tried before it is trusted."""

from __future__ import annotations

import drawn_faces
import numpy as np
import pytest

from engines.evaluate.judge import Judge, train_judge
from engines.evaluate.pictures import RealPictures
from engines.evaluate.traits import LIGHT, Trait, find_traits
from engines.protocol.errors import EngineError

ROWS = (
    {"accessories": "glasses2", "head": "hatBeanie", "skinColor": "#000000"},
    {"accessories": "sunglasses", "head": "noHair1", "skinColor": "#ffffff"},
    {"head": "long", "skinColor": "#808080"},
    {"head": "bun2", "skinColor": "#ffffff", "facialHair": "full2"},
)


def test_declared_traits_are_asked_where_their_key_is() -> None:
    traits = {trait.name: trait for trait in find_traits(ROWS)}
    assert traits["glasses"].encode(ROWS).tolist() == [1, 0, 0, 0]
    assert traits["sunglasses"].encode(ROWS).tolist() == [0, 1, 0, 0]
    assert traits["hat"].encode(ROWS).tolist() == [1, 0, 0, 0]
    assert traits["bald"].encode(ROWS).tolist() == [0, 1, 0, 0]
    assert traits["facial-hair"].encode(ROWS).tolist() == [0, 0, 0, 1]
    assert traits["light-skin"].is_scale
    assert "beard" not in traits  # no such key
    assert "smile" not in traits


def test_other_keys_give_a_trait_a_value() -> None:
    rows = [{"shape": "roundFace"}, {"shape": "square"}, {}, {"tint": "#ff0000"}]
    rows += [{"tint": "#00ff00", "shape": "square"}]
    traits = {trait.name: trait for trait in find_traits(rows)}
    assert traits["shape-square"].encode(rows).tolist() == [0, 1, 0, 0, 1]
    assert traits["shape-roundFace"].title == "Shape: round face"


def test_a_scale_weighs_colours() -> None:
    trait = Trait("light", "Light", "skin", axis=LIGHT)
    black, white = trait.scale(np.array([[0, 0, 0], [255, 255, 255]]))
    assert (black, white) == (0, pytest.approx(255))


@pytest.fixture(scope="module")
def real() -> RealPictures:
    training, rows = drawn_faces.draw_faces(400, 64, seed=1)
    held_out, more = drawn_faces.draw_faces(120, 64, seed=2)
    luck = np.random.default_rng(0)
    for row in (*rows, *more):  # something that no picture shows
        row["mood"] = "glad" if luck.random() < 0.5 else "sad"
    return RealPictures(training, held_out, rows, more)


@pytest.fixture(scope="module")
def judge(real: RealPictures) -> Judge:
    return train_judge(real, pictures_seen=5000)


def test_what_held_out_pictures_confirm_is_judged(judge: Judge, real: RealPictures) -> None:
    told = {trait.name: i for i, trait in enumerate(judge.traits)}
    assert {"glasses", "warm-background", "green-background"} <= set(told)
    assert min(judge.accuracy) >= 0.85
    answers = judge.read(real.held_out)
    assert answers.shape == (120, len(judge.traits))
    assert 0 <= answers.min() <= answers.max() <= 1
    truth = judge.traits[told["glasses"]].encode(real.held_out_rows)
    assert ((answers[:, told["glasses"]] > 0.5) == truth).mean() > 0.85


def test_what_they_do_not_confirm_is_dropped_and_named(judge: Judge) -> None:
    dropped = {trait.name: accuracy for trait, accuracy in judge.dropped}
    assert {"mood-glad", "mood-sad"} <= set(dropped)
    assert dropped["mood-glad"] < 0.7


def test_pictures_without_attributes_cannot_be_judged(real: RealPictures) -> None:
    bare = RealPictures(real.training, real.held_out, ({},) * 400, ({},) * 120)
    with pytest.raises(EngineError, match="without attributes"):
        train_judge(bare)
