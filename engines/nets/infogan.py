"""InfoGAN: part of the latent is a code that the discriminator's sibling can read off the picture.

Chen, Duan, Houthooft, Schulman, Sutskever, Abbeel 2016, "InfoGAN: Interpretable Representation
Learning by Information Maximizing Generative Adversarial Nets" (arXiv 1606.03657), sections 5 and
6 and appendix C.1. One category and several continuous codes stand beside plain noise; a small
head, Q, on the discriminator's trunk says which codes a picture was made with, and the generator
is rewarded where it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.dcgan import init_weights
from engines.nets.layers import doubling, smooth, smoothing_kernel


@dataclass(frozen=True)
class InfoGANConfig:
    """Shape of an InfoGAN; the defaults are for handwritten digits, narrower than the paper's.

    Attributes:
        size: pixels along one side, 4 times a power of two; smaller pictures are padded.
        grey: one channel inside both networks, and three equal ones outside.
        noise: length of the part of z that nothing is asked to read.
        categories: choices of the categorical code; 0 for none.
        continuous: how many codes from -1 to 1.
        generator: channels at 4x4, 8x8, ... up to half the size.
        discriminator: channels at half the size ... down to 4x4.
        features: length of the trunk's last layer, which both heads read.
        recognition: length of Q's own hidden layer.
        norm: BatchNorm in discriminator and Q, as published. Off under gradient penalties, which
            speak of one picture at a time while BatchNorm mixes the batch.
        spread: Q says how sure it is of each continuous code; without it its variance is 1.
        smoothing: what each neighbour weighs, 0 to 0.25, in a fixed filter (a, 1 - 2a, a) over the
            picture: transposed convolutions alternate from pixel to pixel for long.
    """

    size: int = 32
    grey: bool = True
    noise: int = 62
    categories: int = 10
    continuous: int = 2
    generator: tuple[int, ...] = (128, 64, 32)
    discriminator: tuple[int, ...] = (32, 64, 128)
    features: int = 256
    recognition: int = 128
    norm: bool = True
    spread: bool = False
    smoothing: float = 0.0

    def __post_init__(self) -> None:
        levels = self.size.bit_length() - 3  # 32 -> 3 doublings from 4x4
        if self.size != 4 << levels or levels < 1:
            raise ValueError(f"size must be 8, 16, 32, 64, ...; it is {self.size}")
        for name in ("generator", "discriminator"):
            if len(getattr(self, name)) != levels:
                raise ValueError(f"{name} needs {levels} channel counts for size {self.size}")
        if min(self.noise, self.categories, self.continuous) < 0 or self.codes < 1:
            raise ValueError("there must be a code, and no length can be negative")
        if self.categories == 1:
            raise ValueError("one category says nothing; categories must be 0, or 2 and more")
        if not 0 <= self.smoothing <= 0.25:
            raise ValueError(f"smoothing must be 0 to 0.25; it is {self.smoothing}")

    @property
    def codes(self) -> int:
        """Length of the codes: the category, one place a choice, before the continuous ones."""
        return self.categories + self.continuous

    @property
    def latent(self) -> int:
        """Length of z."""
        return self.noise + self.codes


class Generator(nn.Module):
    """z to picture. Input (B, latent), output (B, 3, size, size) in -1 .. 1."""

    def __init__(self, config: InfoGANConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.generator
        self.project = nn.Linear(config.latent, widths[0] * 4 * 4, bias=False)
        self.first = nn.BatchNorm2d(widths[0])
        self.blocks = doubling(widths)
        colours = 1 if config.grey else 3
        self.last = nn.ConvTranspose2d(widths[-1], colours, 4, stride=2, padding=1)
        self.filter: Tensor
        kernel = smoothing_kernel(colours, config.smoothing)
        self.register_buffer("filter", kernel, persistent=False)
        self.choices: Tensor
        self.register_buffer("choices", torch.eye(config.categories), persistent=False)
        self.apply(init_weights)

    def codes(self, z: Tensor, offset: Tensor | None = None) -> Tensor:
        """The codes (B, codes) that the last places of a standard normal z stand for.

        Every model's z is normal. The greatest of ten equal normals falls on each with the same
        chance, and erf of a normal over √2 lies evenly between -1 and 1: the paper's priors.

        Args:
            z: (B, latent).
            offset: (B, 1, codes); added before the greatest is taken, and to the even values.
        """
        moved = z.new_zeros(len(z), self.config.codes) if offset is None else offset[:, 0]
        choice, values = z[:, self.config.noise :].split(self._lengths(), dim=1)
        choice_moved, values_moved = moved.split(self._lengths(), dim=1)
        found = torch.erf(values * 0.5**0.5) + values_moved
        if not self.config.categories:
            return found
        return torch.cat([self.choices[(choice + choice_moved).argmax(dim=1)], found], dim=1)

    def _lengths(self) -> list[int]:
        return [self.config.categories, self.config.continuous]

    def from_codes(self, noise: Tensor, codes: Tensor) -> Tensor:
        """Picture of codes that are given.

        Args:
            noise: (B, noise).
            codes: (B, codes), one-hot before continuous.
        """
        x = self.project(torch.cat([noise, codes], dim=1))
        x = x.reshape(-1, self.config.generator[0], 4, 4)  # (B, C, 4, 4)
        x = self.blocks(F.relu(self.first(x)))  # (B, C', size / 2, size / 2)
        x = self.last(x)
        if self.config.smoothing:
            x = smooth(x, self.filter)
        return torch.tanh(x).expand(-1, 3, -1, -1)  # (B, 3, size, size)

    def forward(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """Generate.

        Args:
            z: (B, latent), standard normal.
            truncation: (1,), scales the noise and leaves the codes, which are asked for; None
                for 1.
            offset: (B, 1, codes), moves the codes; None for 0.
        """
        noise = z[:, : self.config.noise]
        if truncation is not None:
            noise = noise * truncation
        return self.from_codes(noise, self.codes(z, offset))


class Answer(NamedTuple):
    """What Q makes of a picture.

    Attributes:
        choice: (B, categories), logits.
        mean: (B, continuous).
        log_variance: (B, continuous), zeros where the config has no spread.
    """

    choice: Tensor
    mean: Tensor
    log_variance: Tensor


class Discriminator(nn.Module):
    """Picture to one logit. Input (B, 3, size, size), output (B,); Q shares all but the heads."""

    def __init__(self, config: InfoGANConfig) -> None:
        super().__init__()
        self.config = config
        widths = (1 if config.grey else 3, *config.discriminator)
        layers: list[nn.Module] = []
        for level, (inputs, outputs) in enumerate(pairwise(widths)):
            norm = config.norm and level > 0  # not on the input layer
            layers.append(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=not norm))
            layers += [nn.BatchNorm2d(outputs)] if norm else []
            layers.append(nn.LeakyReLU(0.1, inplace=True))
        layers += [nn.Flatten(), *self._dense(widths[-1] * 4 * 4, config.features)]
        self.trunk = nn.Sequential(*layers)
        self.last = nn.Linear(config.features, 1)
        answers = config.categories + config.continuous * (1 + config.spread)
        self.recognition = nn.Sequential(
            *self._dense(config.features, config.recognition),
            nn.Linear(config.recognition, answers),
        )
        self.apply(init_weights if config.norm else init_unscaled)

    def finest(self, count: int) -> list[nn.Module]:
        """The layers at the ``count`` highest resolutions, without the lowest."""
        starts = [at for at, layer in enumerate(self.trunk) if isinstance(layer, nn.Conv2d)]
        return list(self.trunk[: starts[min(count, len(starts) - 1)]])

    def _dense(self, inputs: int, outputs: int) -> list[nn.Module]:
        norm: list[nn.Module] = [nn.BatchNorm1d(outputs)] if self.config.norm else []
        linear = nn.Linear(inputs, outputs, bias=not self.config.norm)
        return [linear, *norm, nn.LeakyReLU(0.1, inplace=True)]

    def features(self, x: Tensor) -> Tensor:
        """What both heads read, (B, features), of a picture (B, 3, size, size)."""
        return self.trunk(x[:, :1] if self.config.grey else x)

    def judge(self, features: Tensor) -> Tensor:
        """Real or made: logits (B,) of the trunk's features."""
        return self.last(features).reshape(-1)

    def read(self, features: Tensor) -> Answer:
        """Q: the codes, of the trunk's features."""
        config = self.config
        lengths = [config.categories, config.continuous, config.continuous * config.spread]
        choice, mean, log_variance = self.recognition(features).split(lengths, dim=1)
        return Answer(choice, mean, log_variance if config.spread else torch.zeros_like(mean))

    def forward(self, x: Tensor) -> Tensor:
        return self.judge(self.features(x))  # (B,)


def init_unscaled(module: nn.Module) -> None:
    """Keeps the variance from layer to layer where no BatchNorm restores it (He et al. 2015)."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, a=0.1)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
