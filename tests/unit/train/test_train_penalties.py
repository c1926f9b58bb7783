"""Gradient penalties come at the steps that are due them, and weigh for those between."""

from __future__ import annotations

import pytest
import torch

from engines.train.penalties import let_be_penalised, with_penalties
from engines.train.recipe import Objective


@pytest.mark.parametrize(
    ("gamma", "penalties", "index", "marked"),
    [
        (2.0, ("r1", "r2"), 0, (True, True)),
        (2.0, ("r1", "r2"), 5, (False, False)),
        (2.0, ("r1",), 4, (True, False)),
        (2.0, ("r2",), 8, (False, True)),
        (0.0, ("r1", "r2"), 0, (False, False)),
    ],
)
def test_a_step_in_so_many_is_due(
    gamma: float, penalties: tuple[str, ...], index: int, marked: tuple[bool, bool]
) -> None:
    settings = Objective(name="rpgan", gamma=gamma, penalties=penalties, lazy=4)
    real, fake = torch.ones(2, 3), torch.ones(2, 3)
    let_be_penalised(settings, index, real, fake)
    assert (real.requires_grad, fake.requires_grad) == marked


def test_the_weight_counts_for_the_steps_between() -> None:
    settings = Objective(name="rpgan", gamma=2.0, penalties=("r1",), lazy=4)
    real, fake = torch.ones(2, 3), torch.ones(2, 3)
    let_be_penalised(settings, 0, real, fake)
    weight = torch.tensor([1.0, 2.0, 2.0])
    loss, report = with_penalties(
        torch.tensor(1.0), settings, (real @ weight, real), (fake @ weight, fake)
    )
    assert set(report) == {"r1"}
    assert report["r1"].item() == pytest.approx(9.0)  # |gradient|^2
    assert loss.item() == pytest.approx(1.0 + 9.0 * 2.0 / 2 * 4)
