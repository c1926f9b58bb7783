"""The stronger sibling of DCGAN: a mapped latent that reaches every resolution.

What is taken from where: the mapping network, its truncation and a style per resolution from
StyleGAN (Karras et al. 2019), sub-pixel output from ESPCN (Shi et al. 2016), the residual
discriminator without normalisation from R3GAN (Huang et al. 2024). Width stands where the map is
small: most of the weights, little of the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import MinibatchStddev, PixelNorm, ResidualDown, Style


@dataclass(frozen=True)
class PortraitConfig:
    """Shape of a portrait model.

    Attributes:
        size: pixels along one side, 8 times a power of two.
        latent: length of z.
        style: length of the mapped latent w.
        generator: channels at 4x4, 8x8, ... up to half the size, where the last layer makes 2x2
            pixels from every position.
        discriminator: channels at half the size ... down to 4x4.
    """

    size: int = 128
    latent: int = 64
    style: int = 96
    generator: tuple[int, ...] = (256, 192, 96, 64, 24)
    discriminator: tuple[int, ...] = (24, 48, 96, 192, 256)

    def __post_init__(self) -> None:
        levels = self.size.bit_length() - 3  # 128 -> 5 maps in 4x4 .. 64x64
        if self.size != 4 << levels or levels < 2:
            raise ValueError(f"size must be 16, 32, 64, 128, ...; it is {self.size}")
        for name in ("generator", "discriminator"):
            if len(getattr(self, name)) != levels:
                raise ValueError(f"{name} needs {levels} channel counts for size {self.size}")


class Mapping(nn.Module):
    """z to w. Input (B, latent), output (B, style).

    ``mean`` follows the average w while training: what truncation draws towards.
    """

    mean: Tensor

    def __init__(self, config: PortraitConfig) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            PixelNorm(),
            nn.Linear(config.latent, config.style),
            nn.LeakyReLU(0.2),
            nn.Linear(config.style, config.style),
            nn.LeakyReLU(0.2),
            nn.Linear(config.style, config.style),
        )
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, a=0.2)
                nn.init.zeros_(layer.bias)
        self.register_buffer("mean", torch.zeros(config.style))

    def forward(self, z: Tensor) -> Tensor:
        w: Tensor = self.layers(z)
        if self.training:
            self.mean.lerp_(w.detach().float().mean(dim=0), 0.005)
        return w


class GeneratorBlock(nn.Module):
    """Doubles the map: style, transposed 4x4 convolution, BatchNorm (if any), LeakyReLU."""

    def __init__(self, inputs: int, outputs: int, style: int, norm: bool) -> None:
        super().__init__()
        self.style = Style(style, inputs)
        self.up = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=not norm)
        self.norm = nn.BatchNorm2d(outputs) if norm else nn.Identity()
        # Each output pixel sums 2x2 of the 4x4 taps over the inputs: fan-in 4 * inputs.
        nn.init.normal_(self.up.weight, std=(2 / (4 * inputs)) ** 0.5)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return F.leaky_relu(self.norm(self.up(self.style(x, w))), 0.2, inplace=True)


class Generator(nn.Module):
    """z to picture. Input (B, latent), output (B, 3, size, size) in -1 .. 1."""

    def __init__(self, config: PortraitConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.generator
        self.mapping = Mapping(config)
        self.project = nn.Linear(config.style, widths[0] * 4 * 4, bias=False)
        self.first = nn.BatchNorm2d(widths[0])
        last = len(widths) - 2
        # The widest map goes without BatchNorm: there it would cost a quarter of the whole step.
        self.blocks = nn.ModuleList(
            GeneratorBlock(inputs, outputs, config.style, norm=level < last)
            for level, (inputs, outputs) in enumerate(pairwise(widths))
        )
        self.last = nn.Conv2d(widths[-1], 12, 3, padding=1)
        self._start_smooth()

    def _start_smooth(self) -> None:
        """Make the four pixels of a position alike: no checkerboard has to be unlearned.

        Aitken et al. 2017, arXiv 1707.02937.
        """
        with torch.no_grad():
            one = torch.empty(3, *self.last.weight.shape[1:])
            nn.init.xavier_normal_(one)
            self.last.weight.copy_(one.repeat_interleave(4, dim=0))
            self.last.bias = nn.Parameter(torch.zeros(12))

    def styles(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """The mapped latent (B, style): mean + truncation (mapping(z) - mean) + offset."""
        w: Tensor = self.mapping(z)
        if truncation is not None:
            w = self.mapping.mean + truncation * (w - self.mapping.mean)
        return w if offset is None else w + offset

    @torch.no_grad()
    def centre(self, z: Tensor) -> None:
        """Set what truncation draws towards to the average w of (B, latent) samples."""
        self.mapping.mean.copy_(self.mapping.layers(z).mean(dim=0))

    def synthesis(self, w: Tensor) -> Tensor:
        """Picture (B, 3, size, size) of a mapped latent (B, style)."""
        x = self.project(w).reshape(-1, self.config.generator[0], 4, 4)  # (B, C, 4, 4)
        x = F.leaky_relu(self.first(x), 0.2)
        for block in self.blocks:
            x = block(x, w)  # (B, C', 2 H, 2 W)
        return torch.tanh(F.pixel_shuffle(self.last(x), 2))  # (B, 3, size, size)

    def forward(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """Generate.

        Args:
            z: (B, latent), standard normal.
            truncation: (1,), ψ of StyleGAN; None for 1.
            offset: (B, style), added to the truncated w; None for 0.
        """
        return self.synthesis(self.styles(z, truncation, offset))


class Discriminator(nn.Module):
    """Picture to one logit. Input (B, 3, size, size), output (B,)."""

    def __init__(self, config: PortraitConfig) -> None:
        super().__init__()
        widths = config.discriminator
        self.first = nn.Conv2d(3, widths[0], 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(ResidualDown(a, b) for a, b in pairwise(widths)))
        self.spread = MinibatchStddev()
        self.mix = nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1)
        self.last = nn.Conv2d(widths[-1], 1, 4)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=0.2)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.last.weight, std=0.02)  # starts undecided

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.leaky_relu(self.first(x), 0.2))  # (B, C, 4, 4)
        x = F.leaky_relu(self.mix(self.spread(x)), 0.2)
        return self.last(x).reshape(-1)  # (B,)
