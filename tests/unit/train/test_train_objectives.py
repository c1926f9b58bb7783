"""Objectives against values worked out by hand, and their gradients."""

from __future__ import annotations

import math

import pytest
import torch

from engines.protocol.errors import EngineError
from engines.train import objectives
from engines.train.objectives import OBJECTIVES, objective, zero_centred_penalty

REAL, FAKE = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 1.0])


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        (
            "gan",
            (softplus(-2) + softplus(0)) / 2 + (softplus(-1) + softplus(1)) / 2,
            (softplus(1) + softplus(-1)) / 2,
        ),
        (
            "gan-saturating",
            (softplus(-2) + softplus(0)) / 2 + (softplus(-1) + softplus(1)) / 2,
            -(softplus(-1) + softplus(1)) / 2,
        ),
        ("hinge", (0 + 1) / 2 + (0 + 2) / 2, 0.0),
        ("rpgan", (softplus(-3) + softplus(1)) / 2, (softplus(3) + softplus(-1)) / 2),
    ],
)
def test_losses_are_the_papers_formulas(name: str, discriminator: float, generator: float) -> None:
    pair = objective(name)
    assert float(pair.discriminator(REAL, FAKE)) == pytest.approx(discriminator, rel=1e-5)
    assert float(pair.generator(REAL, FAKE)) == pytest.approx(generator, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_two_networks_pull_the_fake_logit_apart(name: str) -> None:
    pair = objective(name)
    fake = torch.zeros(4, requires_grad=True)
    (down,) = torch.autograd.grad(pair.discriminator(torch.ones(4), fake), fake)
    (up,) = torch.autograd.grad(pair.generator(torch.ones(4), fake), fake)
    assert (down > 0).all(), "the discriminator lowers the logits of generated samples"
    assert (up < 0).all(), "the generator raises them"


def test_only_the_saturating_loss_dies_under_a_sure_discriminator() -> None:
    gradients = {}
    for name in ("gan", "gan-saturating"):
        fake = torch.full((4,), -10.0, requires_grad=True)
        (gradient,) = torch.autograd.grad(objective(name).generator(REAL, fake), fake)
        gradients[name] = float(gradient.abs().mean())
    assert gradients["gan"] > 1000 * gradients["gan-saturating"]


def test_the_penalty_of_a_linear_discriminator_is_its_squared_weight() -> None:
    weight = torch.tensor([3.0, -4.0], requires_grad=True)
    x = torch.randn(5, 2, requires_grad=True)
    penalty = zero_centred_penalty(x @ weight, x)
    assert float(penalty.detach()) == pytest.approx(25.0)
    (gradient,) = torch.autograd.grad(penalty, weight)  # differentiable a second time
    assert gradient.tolist() == pytest.approx([6.0, -8.0])


def test_an_unknown_objective_is_named() -> None:
    with pytest.raises(EngineError, match=r"'wishful'.*Known are gan"):
        objectives.objective("wishful")
