"""From a picture back to its place in a generator's latent space.

A first guess in one pass, where optimisation alone needs hundreds of steps: what iGAN calls the
predictive network (Zhu et al. 2016, arXiv 1609.03552, section 3.2), with a place for every level as
in pSp (Richardson et al. 2021, arXiv 2008.00951). Small on purpose: it lies beside the model's
other files and runs on every drop of a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import ResidualDown

#: Largest side that is looked at; larger pictures are averaged down to it first. The places of
#: portraits are decided by shapes and colours, which are all there at 64 pixels.
WORKING = 64


@dataclass(frozen=True)
class EncoderConfig:
    """Shape of an encoder.

    Attributes:
        size: pixels along one side of the model's pictures.
        levels: how many styles a picture of the model has.
        width: length of each.
        channels: maps after each halving of the working side.
        hidden: length of the last hidden layer.
    """

    size: int = 128
    levels: int = 5
    width: int = 96
    channels: tuple[int, ...] = (32, 48, 64, 64)
    hidden: int = 128

    def __post_init__(self) -> None:
        if self.size > WORKING and self.size % WORKING:
            raise ValueError(f"size must be a multiple of {WORKING}; it is {self.size}")
        if not self.channels or self.working % 2 ** len(self.channels):
            raise ValueError(f"{len(self.channels)} halvings do not divide {self.working} pixels")

    @property
    def working(self) -> int:
        """The side that is looked at."""
        return min(self.size, WORKING)


class Encoder(nn.Module):
    """Input (B, 3, size, size) in -1 .. 1, output (B, levels, width).

    The network itself speaks of standard deviations from the mean place: ``mean`` and ``spread``
    (levels, width) are measured on the generator before training.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.channels
        side = config.working >> len(widths)
        self.first = nn.Conv2d(3, widths[0], 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(ResidualDown(a, b) for a, b in pairwise(widths)))
        self.hidden = nn.Linear(widths[-1] * side * side, config.hidden)
        self.last = nn.Linear(config.hidden, config.levels * config.width)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, a=0.2)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        with torch.no_grad():  # starts near the mean, with one and the same style for all levels
            one = torch.randn(config.width, config.hidden) * 0.1 / config.hidden**0.5
            self.last.weight.copy_(one.repeat(config.levels, 1))
        self.register_buffer("mean", torch.zeros(config.levels, config.width))
        self.register_buffer("spread", torch.ones(config.levels, config.width))

    def deviations(self, x: Tensor) -> Tensor:
        """(B, 3, size, size) to standard deviations from the mean place, (B, levels, width)."""
        if self.config.size > WORKING:
            x = F.avg_pool2d(x, self.config.size // WORKING)
        x = F.leaky_relu(self.first(x), 0.2)  # (B, C, working / 2, working / 2)
        x = self.blocks(x).flatten(1)
        x = self.last(F.leaky_relu(self.hidden(x), 0.2))
        return x.reshape(-1, self.config.levels, self.config.width)

    def forward(self, x: Tensor) -> Tensor:
        return self.mean + self.spread * self.deviations(x)
