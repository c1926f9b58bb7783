"""What the loop asks of a kind of training, and the pieces every kind needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from engines.train.ema import Average
from engines.train.recipe import Optimiser, Recipe


class Steps(Protocol):
    """A kind of training: pictures, melodies, ...

    Attributes:
        networks: "generator", "discriminator" and "average", all that a checkpoint keeps.
        optimisers: "generator" and "discriminator".
    """

    networks: dict[str, nn.Module]
    optimisers: dict[str, Optimizer]

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        """One step of both networks.

        Args:
            index: 0, 1, ...; with the seed it decides data and noise.
            progress: 0 at the start of the run, 1 at its end.

        Returns:
            Scalars worth reporting.
        """
        ...

    def settle(self) -> None:
        """Make the average worth looking at (its BatchNorm statistics counted anew)."""
        ...

    def sheet(self) -> NDArray[np.uint8]:
        """A picture (H, W, 3) of what fixed latents give now."""
        ...

    def measure(self) -> dict[str, float]:
        """Quality on held-out data; the key "score" (higher is better) chooses the best."""
        ...


@runtime_checkable
class Resolved(Protocol):
    """A discriminator whose layers can be told by the resolution they see."""

    def finest(self, count: int) -> list[nn.Module]:
        """The layers at the ``count`` highest resolutions, without the lowest."""
        ...


@dataclass(frozen=True)
class Pair:
    """The two networks, the average, and their optimisers.

    Attributes:
        frozen: parts of the discriminator that stay as they are.
    """

    generator: nn.Module
    discriminator: nn.Module
    average: Average
    generator_optimiser: Adam
    discriminator_optimiser: Adam
    frozen: Sequence[nn.Module] = ()

    def let_discriminator_learn(self) -> None:
        """Ask for its gradients, except those that nobody would follow."""
        self.discriminator.requires_grad_(True)
        for part in self.frozen:
            part.requires_grad_(False)

    @property
    def networks(self) -> dict[str, nn.Module]:
        """By the names that checkpoints use."""
        return {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average.network,
        }

    @property
    def optimisers(self) -> dict[str, Optimizer]:
        """By the names that checkpoints use."""
        return {
            "generator": self.generator_optimiser,
            "discriminator": self.discriminator_optimiser,
        }


def make_pair(generator: nn.Module, discriminator: nn.Module, recipe: Recipe) -> Pair:
    """Optimisers and average for two networks that are already on their device."""
    settings, schedule = recipe.optimiser, recipe.schedule
    frozen: Sequence[nn.Module] = ()
    if settings.frozen:
        assert isinstance(discriminator, Resolved), "recipes freeze layers of pictures only"
        frozen = discriminator.finest(settings.frozen)
    still = {id(parameter) for part in frozen for parameter in part.parameters()}
    learning = [p for p in discriminator.parameters() if id(p) not in still]
    mine, theirs = (
        Adam(parameters, lr=settings.rate, betas=settings.betas, fused=True)
        for parameters in (list(generator.parameters()), learning)
    )
    average = Average(generator, schedule.ema_half_life, schedule.ema_ramp)
    return Pair(generator, discriminator, average, mine, theirs, frozen)


def seed_step(seed: int, index: int, rank: int) -> None:
    """Seed torch so that a step's noise depends on nothing before it."""
    state = np.random.SeedSequence([seed, index, rank]).generate_state(2)
    torch.manual_seed(int(state[0]) << 32 | int(state[1]))


def descend(fabric: Fabric, optimiser: Optimizer, loss: Tensor) -> None:
    """One optimiser step, with gradients averaged over the processes.

    Averaging by hand, as penalties differentiate twice and a network is called several times a
    step, neither of which DistributedDataParallel's hooks allow.
    """
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    average_over_processes(fabric, [p.grad for p in parameters if p.grad is not None])
    optimiser.step()


@torch.no_grad()
def average_over_processes(fabric: Fabric, tensors: Iterable[Tensor]) -> None:
    """Replace each tensor by its mean over the processes, in one message."""
    found = [t for t in tensors if t.is_floating_point()]
    if fabric.world_size == 1 or not found:
        return
    flat = fabric.all_reduce(torch.cat([t.flatten() for t in found]), reduce_op="mean")
    assert isinstance(flat, Tensor)
    for tensor, part in zip(found, flat.split([t.numel() for t in found]), strict=True):
        tensor.copy_(part.view_as(tensor))


def set_rate(optimisers: Iterable[Optimizer], settings: Optimiser, progress: float) -> None:
    """The learning rate at ``progress`` (0 .. 1): half a cosine from ``rate`` to ``final_rate``."""
    rate = settings.rate
    if settings.final_rate:
        fall = 0.5 + 0.5 * np.cos(np.pi * min(progress, 1.0))
        rate = settings.final_rate + (settings.rate - settings.final_rate) * float(fall)
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate
