"""How well categories found without labels agree with the labels, when each may name one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int64]

#: The exact matching looks at every set of labels: 2 to this many.
MOST_LABELS = 16


def contingency(found: NDArray[np.int64], labels: NDArray[np.int64], categories: int) -> Table:
    """How often each category met each label, (categories, labels).

    Args:
        found: (N,), the category of each picture.
        labels: (N,).
        categories: how many there are, met or not.
    """
    table = np.zeros((categories, int(labels.max()) + 1), np.int64)
    np.add.at(table, (found, labels), 1)
    return table


def best_matching(table: Table) -> list[int | None]:
    """Give every category a label of its own so that most pictures are named right.

    Exact, by the best result for every set of labels already given: what the Hungarian algorithm
    finds (Kuhn 1955), in a few lines for as few labels as there are here.

    Args:
        table: (categories, labels), of which labels may be fewer or more than categories.

    Returns:
        The label of each category; None for one that went without.

    Raises:
        ValueError: for more than :data:`MOST_LABELS` labels.
    """
    categories, labels = table.shape
    if labels > MOST_LABELS:
        raise ValueError(f"{labels} labels are more than can be matched")
    # By the set of labels that are taken, as bits: how many are right, and who has which.
    best: dict[int, tuple[int, tuple[int | None, ...]]] = {0: (0, ())}
    for row in table.tolist():
        after: dict[int, tuple[int, tuple[int | None, ...]]] = {}
        for taken, (right, given) in best.items():
            choices: list[int | None] = [None, *(i for i in range(labels) if not taken >> i & 1)]
            for label in choices:
                now = taken if label is None else taken | 1 << label
                sum_now = right + (0 if label is None else row[label])
                if now not in after or sum_now > after[now][0]:
                    after[now] = (sum_now, (*given, label))
        best = after
    _, given = max(best.values(), key=lambda one: (one[0], categories - one[1].count(None)))
    return list(given)


def purity(table: Table, matching: list[int | None]) -> float:
    """The share of pictures whose category is matched to their label."""
    right = sum(int(table[row, label]) for row, label in enumerate(matching) if label is not None)
    return right / int(table.sum())
