"""Places in a latent space as plain values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.protocol.errors import EngineError
from engines.protocol.latent import Anchor, Key, Point, keys, plain, point, points
from engines.protocol.params import resolve
from engines.protocol.tools import LATENT

NUMBERS = st.floats(-9, 9, allow_nan=False)
ANCHORS = st.builds(
    Anchor,
    seed=st.integers(0, 2**32 - 1),
    vector=st.lists(NUMBERS, max_size=3).map(tuple),
    weight=NUMBERS,
)
POINTS = st.builds(
    Point,
    anchors=st.lists(ANCHORS, max_size=3).map(tuple),
    fine=st.lists(ANCHORS, max_size=2).map(tuple),
    split=st.integers(0, 64),
    moves=st.dictionaries(st.text(max_size=5), NUMBERS, max_size=3),
)


@given(POINTS)
def test_a_point_comes_back_from_plain_values(where: Point) -> None:
    assert point(plain(where)) == where
    assert plain(point(plain(where))) == plain(where)


def test_what_is_left_at_its_default_is_not_written() -> None:
    assert plain(Point()) == {}
    assert plain(Point(anchors=(Anchor(seed=3, weight=float("1.0")),))) == {
        "anchors": [{"seed": 3}]
    }


@pytest.mark.parametrize(
    "wrong",
    [
        3,
        {"anchor": []},
        {"anchors": [{"seed": -1}]},
        {"anchors": [{"weight": "much"}]},
        {"moves": {"smile": None}},
    ],
)
def test_what_is_no_point_is_one_sentence(wrong: object) -> None:
    with pytest.raises(EngineError, match="no point in a latent space") as caught:
        resolve(LATENT, {"point": wrong})
    assert caught.value.kind == "bad_input"


def test_keyframes_are_sorted_and_not_two_at_a_time() -> None:
    first, second = Key(at=0.0, seed=1), Key(at=2.0, seed=2)
    assert keys(plain((second, first))) == (first, second)
    with pytest.raises(EngineError, match="Two keyframes lie at 2 s"):
        keys([{"at": 2}, {"at": 2.0}])


def test_a_list_of_points() -> None:
    assert points([{}, {"moves": {"a": 1}}]) == (Point(), Point(moves={"a": 1.0}))
