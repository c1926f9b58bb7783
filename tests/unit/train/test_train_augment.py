"""DiffAugment's three changes."""

from __future__ import annotations

import pytest
import torch

from engines.train.augment import POLICIES, augment, cutout, translation


@pytest.mark.parametrize("name", POLICIES)
def test_every_change_keeps_the_shape_and_lets_gradients_through(name: str) -> None:
    torch.manual_seed(0)
    x = torch.rand(4, 3, 16, 16, requires_grad=True)
    y = augment(x, [name])
    assert y.shape == x.shape
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_translation_only_moves_pixels_and_fills_with_grey() -> None:
    torch.manual_seed(1)
    x = torch.arange(1.0, 65.0).reshape(1, 1, 8, 8).expand(32, 3, 8, 8)
    moved = translation(x)
    for picture in moved:
        values = picture[0][picture[0] != 0]
        assert len(values) >= 7 * 7
        assert len(values.unique()) == len(values), "no pixel twice"
    assert len({tuple(p[0].flatten().tolist()) for p in moved}) > 4, "not all alike"


def test_cutout_blanks_at_most_half_the_side_squared() -> None:
    torch.manual_seed(2)
    left = cutout(torch.ones(64, 3, 16, 16))[:, 0].sum(dim=(1, 2))
    assert left.min() == 16 * 16 - 8 * 8
    assert left.max() <= 16 * 16 - 4 * 4
