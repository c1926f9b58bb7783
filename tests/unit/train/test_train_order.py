"""The order of training."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.train.order import batch_indices


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 100))
def test_every_epoch_shows_every_sample_once(count: int, batch: int, seed: int) -> None:
    steps = -(-2 * count // batch)
    order = np.concatenate([batch_indices(count, batch, s, seed) for s in range(steps)])
    for epoch in range(2):
        part = order[epoch * count : (epoch + 1) * count]
        assert sorted(part) == list(range(count))
