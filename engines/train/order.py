"""The order that training shows its samples in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engines.data.attributes import Row
from engines.protocol.errors import bad_input

#: By attribute, by its value: how often such pictures are shown, beside 1 for all others.
Often = Mapping[str, Mapping[str, float]]


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


def places_shown(rows: Sequence[Row], often: Often) -> NDArray[np.int64]:
    """Which pictures make an epoch, each at least once, some of them again.

    A generator that makes a kind of picture too seldom is told so by its discriminator, but the
    less loudly the less it lacks; a share that is moved on purpose tells it louder. (Shown by hand
    what Lee et al. 2021, "Self-Diagnosing GAN", arXiv 2102.12033, show by the discriminator's
    opinion.)

    Args:
        rows: the attributes of each picture.
        often: weights above 0; those of a picture with several multiply.

    Returns:
        Places in ``rows``, in their order. Weights are kept to one picture in each of their kinds.

    Raises:
        EngineError: kind ``bad_input``, for a weight of 0 or less, or of what no picture shows.
    """
    _check(rows, often)
    weights = [_weight(row, often) for row in rows]
    least = min(weights)
    met: Counter[float] = Counter()
    times = []
    for weight in weights:
        ratio = weight / least
        times.append(int((met[weight] + 1) * ratio) - int(met[weight] * ratio))
        met[weight] += 1
    return np.repeat(np.arange(len(rows)), times)


def _weight(row: Row, often: Often) -> float:
    weight = 1.0
    for key, values in often.items():
        weight *= values.get(str(row.get(key)), 1.0)
    return weight


def _check(rows: Sequence[Row], often: Often) -> None:
    for key, values in often.items():
        there = {str(row.get(key)) for row in rows}
        for value, weight in values.items():
            if not weight > 0:
                raise bad_input(
                    f"Pictures of {key} {value} cannot be shown {weight:g} times as often.",
                    "Give a number above 0.",
                )
            if value not in there:
                raise bad_input(
                    f"No picture has {key} {value}, which the recipe would show at another rate.",
                    "Compare the recipe with the pictures' attributes.jsonl.",
                )
