"""Categories matched to labels: cases worked out by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from engines.evaluate.purity import best_matching, contingency, purity


def test_counts_by_hand() -> None:
    found, labels = np.array([0, 0, 1, 2, 2]), np.array([1, 1, 0, 1, 2])
    assert contingency(found, labels, 4).tolist() == [[0, 2, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_the_greedy_choice_is_not_the_best() -> None:
    # Taking the 10 first leaves 1: 11 right. Giving it up gives 9 + 8.
    table = np.array([[10, 9], [8, 1]])
    assert best_matching(table) == [1, 0]
    assert purity(table, [1, 0]) == pytest.approx(17 / 28)


def test_no_label_is_named_twice() -> None:
    table = np.array([[5, 0], [4, 0], [0, 3]])
    assert best_matching(table) == [0, None, 1]
    assert purity(table, [0, None, 1]) == pytest.approx(8 / 12)


def test_a_category_that_was_never_met_takes_the_label_that_is_left() -> None:
    assert best_matching(np.array([[0, 0], [3, 4]])) == [0, 1]


def test_fewer_categories_than_labels() -> None:
    assert best_matching(np.array([[1, 2, 7]])) == [2]


def test_equal_to_trying_every_order() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        table = rng.integers(0, 30, (5, 5))
        best = max(
            sum(table[row, order[row]] for row in range(5)) for order in permutations(range(5))
        )
        assert purity(table, best_matching(table)) == pytest.approx(best / table.sum())


def test_ten_labels_are_quick_and_too_many_refused() -> None:
    assert best_matching(np.eye(10, dtype=np.int64)[::-1]) == list(range(10))[::-1]
    with pytest.raises(ValueError, match="17 labels"):
        best_matching(np.zeros((2, 17), np.int64))
