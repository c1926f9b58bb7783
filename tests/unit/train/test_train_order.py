"""The order of training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.protocol.errors import EngineError
from engines.train.order import batch_indices, places_shown


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 100))
def test_every_epoch_shows_every_sample_once(count: int, batch: int, seed: int) -> None:
    steps = -(-2 * count // batch)
    order = np.concatenate([batch_indices(count, batch, s, seed) for s in range(steps)])
    for epoch in range(2):
        part = order[epoch * count : (epoch + 1) * count]
        assert sorted(part) == list(range(count))


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.floats(0.3, 3.0))
def test_shares_are_moved_and_no_picture_is_left_out(kinds: list[str], weight: float) -> None:
    rows = [{"kind": kind} for kind in kinds]
    often = {"kind": {"a": weight}} if "a" in kinds else {}
    places = places_shown(rows, often)
    times = np.bincount(places, minlength=len(rows))
    assert list(places) == sorted(places)
    assert times.min() >= 1
    chosen = np.array([kind == "a" for kind in kinds])
    others = times[~chosen].sum(), (~chosen).sum()
    if chosen.all() or not chosen.any():  # all alike: each once
        assert times.max() == 1
        return
    least = min(1.0, weight)
    assert abs(times[chosen].sum() - weight / least * chosen.sum()) < 1 + 1e-6
    assert abs(others[0] - others[1] / least) < 1 + 1e-6


def test_weights_of_one_picture_multiply() -> None:
    rows = [{"hat": 1, "sky": "red"}, {"hat": 1}, {}]
    places = places_shown(rows, {"hat": {"1": 2.0}, "sky": {"red": 1.5}})
    assert list(np.bincount(places)) == [3, 2, 1]


@pytest.mark.parametrize("often", [{"sky": {"red": 0.0}}, {"sky": {"blue": 2.0}}])
def test_a_weight_that_can_show_nothing_is_refused(often: dict[str, dict[str, float]]) -> None:
    with pytest.raises(EngineError, match="sky"):
        places_shown([{"sky": "red"}], often)
