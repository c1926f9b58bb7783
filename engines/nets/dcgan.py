"""DCGAN, the first deep convolutional pair that trains.

Radford, Metz, Chintala 2016, "Unsupervised Representation Learning with Deep Convolutional
Generative Adversarial Networks" (arXiv 1511.06434), section 3.

Strided convolutions in place of pooling, BatchNorm in both networks, no hidden fully connected
layer, ReLU in the generator with tanh at its end, LeakyReLU in the discriminator.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import MinibatchStddev, doubling


@dataclass(frozen=True)
class DCGANConfig:
    """Shape of a DCGAN; the defaults of the two switches are the paper's.

    Attributes:
        size: pixels along one side, 4 times a power of two.
        latent: length of z.
        generator: channels at 4x4, 8x8, ... up to half the size.
        discriminator: channels at half the size ... down to 4x4.
        discriminator_norm: BatchNorm in the discriminator. Off under gradient penalties, which
            speak of one picture at a time while BatchNorm mixes the batch.
        minibatch_stddev: one extra map before the last layer (Karras et al. 2018).
    """

    size: int = 64
    latent: int = 100
    generator: tuple[int, ...] = (256, 128, 96, 64)
    discriminator: tuple[int, ...] = (48, 96, 160, 224)
    discriminator_norm: bool = True
    minibatch_stddev: bool = False

    def __post_init__(self) -> None:
        levels = self.size.bit_length() - 3  # 64 -> 4 doublings from 4x4
        if self.size != 4 << levels or levels < 1:
            raise ValueError(f"size must be 8, 16, 32, 64, ...; it is {self.size}")
        for name in ("generator", "discriminator"):
            if len(getattr(self, name)) != levels:
                raise ValueError(f"{name} needs {levels} channel counts for size {self.size}")


class Generator(nn.Module):
    """z to picture. Input (B, latent), output (B, 3, size, size) in -1 .. 1."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.generator
        # "Project and reshape" (figure 1); the bias is left to BatchNorm.
        self.project = nn.Linear(config.latent, widths[0] * 4 * 4, bias=False)
        self.first = nn.BatchNorm2d(widths[0])
        self.blocks = doubling(widths)
        self.last = nn.ConvTranspose2d(widths[-1], 3, 4, stride=2, padding=1)
        self.apply(init_weights)

    def forward(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """Generate.

        Args:
            z: (B, latent), standard normal.
            truncation: (1,), scales z; None for 1.
            offset: (B, 1, latent), added to the scaled z; None for 0.
        """
        if truncation is not None:
            z = z * truncation
        if offset is not None:
            z = z + offset[:, 0]
        x = self.project(z).reshape(-1, self.config.generator[0], 4, 4)  # (B, C, 4, 4)
        x = self.blocks(F.relu(self.first(x)))  # (B, C', size / 2, size / 2)
        return torch.tanh(self.last(x))  # (B, 3, size, size)


class Discriminator(nn.Module):
    """Picture to one logit. Input (B, 3, size, size), output (B,)."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        widths = config.discriminator
        blocks: list[nn.Module] = []
        for level, (inputs, outputs) in enumerate(zip((3, *widths[:-1]), widths, strict=True)):
            norm = config.discriminator_norm and level > 0  # not on the input layer (section 3)
            blocks.append(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=not norm))
            if norm:
                blocks.append(nn.BatchNorm2d(outputs))
            blocks.append(nn.LeakyReLU(0.2, inplace=True))
        if config.minibatch_stddev:
            blocks.append(MinibatchStddev())
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Conv2d(widths[-1] + config.minibatch_stddev, 1, 4)
        self.apply(init_weights)

    def finest(self, count: int) -> list[nn.Module]:
        """The layers at the ``count`` highest resolutions, without the lowest."""
        starts = [at for at, layer in enumerate(self.blocks) if isinstance(layer, nn.Conv2d)]
        return list(self.blocks[: starts[min(count, len(starts) - 1)]])

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.blocks(x)).reshape(-1)  # (B,)


def init_weights(module: nn.Module) -> None:
    """Zero-centred normal with standard deviation 0.02 (section 4)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
