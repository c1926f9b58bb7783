"""The average of the generator's weights over training: what people see and what is shipped."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """An exponential moving average counted in samples, not steps.

    The half-life starts at 5% of the samples seen, so that the average is worth looking at early
    (Karras et al. 2020, "Training GANs with Limited Data", appendix).

    Args:
        network: what is averaged.
        half_life: samples after which half is forgotten.
        ramp: whether the half-life grows up to that.
    """

    def __init__(self, network: nn.Module, half_life: int, ramp: bool = True) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.half_life, self.ramp = half_life, ramp

    @torch.no_grad()
    def update(self, network: nn.Module, seen: int, batch: int) -> None:
        """Move towards ``network`` after a step of ``batch`` samples, ``seen`` in all."""
        half_life = max(min(self.half_life, 0.05 * seen), 1e-8) if self.ramp else self.half_life
        weight = 1 - 0.5 ** (batch / half_life)
        for mine, theirs in zip(self.network.parameters(), network.parameters(), strict=True):
            mine.lerp_(theirs, weight)
        # BatchNorm's statistics belong to other weights: copied here, counted anew when it matters.
        for kept, buffer in zip(self.network.buffers(), network.buffers(), strict=True):
            kept.copy_(buffer)


@torch.no_grad()
def recount_statistics(network: nn.Module, batches: list[tuple[torch.Tensor, ...]]) -> None:
    """Give every BatchNorm the mean and variance its inputs have under the network's own weights.

    Averaging weights without this gives grey ghosts.

    Args:
        network: changed in place, left in eval mode.
        batches: positional inputs of one forward pass each.
    """
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the batches
    network.train()
    for inputs in batches:
        network(*inputs)
    network.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
