"""Holes: the same for a seed, of the share that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.data.masks import KINDS, SCRATCH_SHARE, centre, draw_mask, scratches
from engines.protocol.errors import EngineError

SIDES = st.integers(16, 160)
RANDOM = sorted(KINDS.keys() - {"centre"})


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32), SIDES, SIDES)
def test_the_same_seed_gives_the_same_hole(kind: str, seed: int, height: int, width: int) -> None:
    one, other = (draw_mask(np.random.default_rng(seed), height, width, (kind,)) for _ in range(2))
    assert one.shape == (height, width)
    assert one.dtype == np.bool_
    assert np.array_equal(one, other)
    assert 0 < one.sum() < one.size


@given(
    st.sampled_from(RANDOM),
    st.integers(0, 2**32),
    SIDES,
    SIDES,
    st.floats(0.02, 0.6),
    st.floats(0.02, 0.3),
)
def test_holes_take_the_share_asked_for(
    kind: str, seed: int, height: int, width: int, low: float, more: float
) -> None:
    high = low + more
    mask = draw_mask(np.random.default_rng(seed), height, width, (kind,), (low, high))
    # A strip is of whole lines, and at sixteen lines one is a sixteenth.
    slack = 1 / min(height, width) if kind == "half" else 1 / mask.size
    assert low - 1e-9 <= mask.mean() <= high + slack


def test_every_seed_gives_another_hole_of_every_random_kind() -> None:
    for kind in RANDOM:
        made = {draw_mask(np.random.default_rng(s), 64, 64, (kind,)).tobytes() for s in range(20)}
        assert len(made) > 10, kind


def test_the_centre_is_a_quarter_and_scratches_are_thin() -> None:
    rng = np.random.default_rng(0)
    mask = centre(rng, 128, 128)
    assert mask.mean() == 0.25
    assert mask[32:96, 32:96].all()
    thin = scratches(rng, 128, 128)
    assert SCRATCH_SHARE[0] <= thin.mean() <= SCRATCH_SHARE[1]
    squares = thin[:-4, :-4] & thin[4:, :-4] & thin[:-4, 4:] & thin[4:, 4:] & thin[2:-2, 2:-2]
    assert squares.mean() < 0.002


@pytest.mark.parametrize("share", [(0.0, 0.4), (0.4, 0.1), (0.2, 0.21), (0.5, 1.0)])
def test_impossible_shares_are_refused(share: tuple[float, float]) -> None:
    with pytest.raises(EngineError, match="A hole cannot take"):
        draw_mask(np.random.default_rng(0), 32, 32, share=share)
