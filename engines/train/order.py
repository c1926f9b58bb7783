"""The order that training shows its samples in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def batch_indices(count: int, batch: int, step: int, seed: int) -> NDArray[np.int64]:
    """Which samples step number ``step`` trains on.

    A pure function of its arguments, so that the order of the data needs no state to resume: each
    epoch is a permutation of its own, and a batch may straddle two.

    Args:
        count: samples in the set.
        batch: samples a step.
        step: 0, 1, ...
        seed: of the run.
    """
    places = np.arange(step * batch, (step + 1) * batch)
    epochs = places // count
    order = {int(e): np.random.default_rng([seed, int(e)]).permutation(count) for e in set(epochs)}
    return np.array(
        [order[int(e)][p % count] for e, p in zip(epochs, places, strict=True)], dtype=np.int64
    )
