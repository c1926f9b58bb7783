"""DiffAugment's three changes, and turning, zooming and shifting at once."""

from __future__ import annotations

import pytest
import torch

from engines.train import augment as changes
from engines.train.augment import POLICIES, TINT, affine, augment, cutout, tint, translation


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


def test_tint_leaves_every_other_picture_as_it_is_and_leads_from_colour_to_grey() -> None:
    torch.manual_seed(5)
    pink = torch.tensor([0.91, 0.76, 0.84]).reshape(1, 3, 1, 1).expand(400, 3, 8, 8)
    tinted = tint(pink)[:, :, 0, 0]
    same = (tinted == pink[:, :, 0, 0]).all(dim=1)
    assert 160 < same.sum() < 240
    others = tinted[~same]
    away = (others - others.mean(dim=1, keepdim=True)).abs().amax(dim=1)
    assert away.min() < 0.02, "some are grey"
    assert away.max() > 0.12, "some are stronger than they were"
    assert (others - 0.8367).abs().max() < 2 * 0.0767 + TINT


def test_affine_draws_edges_out_and_moves_each_picture_its_own_way() -> None:
    torch.manual_seed(3)
    x = torch.full((16, 3, 32, 32), -1.0)
    x[:, :, 14:18, 8:24] = 1  # a lying bar
    changed = affine(x)
    assert changed[:, :, :2].max() < -0.99, "black stays black at the edge"
    assert len({tuple(p[0].flatten().tolist()) for p in changed}) == 16
    ink = (changed[:, 0] + 1).sum(dim=(1, 2)) / (x[0, 0] + 1).sum()
    assert ink.min() > 0.6, "half of the size squared is far off"
    assert ink.max() < 1.6


def test_affine_changes_nothing_when_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TURN", "ZOOM", "SHIFT"):
        monkeypatch.setattr(changes, name, 0.0)
    x = torch.rand(2, 3, 16, 16)
    assert torch.allclose(affine(x), x, atol=1e-5)
