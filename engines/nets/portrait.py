"""The stronger sibling of DCGAN: a mapped latent that reaches every resolution.

What is taken from where: the mapping network, its truncation and a style per resolution from
StyleGAN (Karras et al. 2019), modulation, demodulation and output skips from StyleGAN2 (Karras et
al. 2020), sub-pixel output from ESPCN (Shi et al. 2016), the residual discriminator without
normalisation from R3GAN (Huang et al. 2024). Width stands where the map is small: most of the
weights, little of the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import MinibatchStddev, PixelNorm, ResidualDown, smooth, smoothing_kernel

#: Brings what a LeakyReLU leaves of unit variance back to it.
LEAKY_GAIN = 2**0.5


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
        smoothing: what each neighbour weighs, 0 to 0.25, in the fixed filter (a, 1 - 2a, a) along
            both sides of the picture. It weakens patterns that alternate from pixel to pixel, which
            the last layer's four pixels a position make where they learn apart.
    """

    size: int = 128
    latent: int = 64
    style: int = 96
    generator: tuple[int, ...] = (256, 192, 128, 64, 32)
    discriminator: tuple[int, ...] = (32, 64, 128, 192, 256)
    smoothing: float = 0.0

    def __post_init__(self) -> None:
        levels = self.size.bit_length() - 3  # 128 -> 5 maps in 4x4 .. 64x64
        if self.size != 4 << levels or levels < 2:
            raise ValueError(f"size must be 16, 32, 64, 128, ...; it is {self.size}")
        for name in ("generator", "discriminator"):
            if len(getattr(self, name)) != levels:
                raise ValueError(f"{name} needs {levels} channel counts for size {self.size}")
        if not 0 <= self.smoothing <= 0.25:
            raise ValueError(f"smoothing must be 0 to 0.25; it is {self.smoothing}")

    @property
    def levels(self) -> int:
        """How many styles a picture has: of the 4x4 map, and of each block that doubles it."""
        return len(self.generator)


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
    """Doubles the map: modulated transposed 4x4 convolution, LeakyReLU.

    Modulation and demodulation are StyleGAN2's (Karras et al. 2020, section 2.2), written as gains
    of the maps before and after a convolution that the whole batch shares: the same numbers as a
    kernel for every sample, at the price of one. Nothing depends on the rest of the batch, so flat
    areas stay flat, where BatchNorm's statistics of a small batch tint them by chance.
    """

    def __init__(self, inputs: int, outputs: int, style: int) -> None:
        super().__init__()
        self.affine = nn.Linear(style, inputs)
        self.up = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
        self.bias = nn.Parameter(torch.zeros(outputs, 1, 1))
        nn.init.normal_(self.affine.weight, std=0.5 / style**0.5)
        nn.init.ones_(self.affine.bias)
        # Each output pixel sums 2x2 of the 4x4 taps over the inputs: fan-in 4 * inputs.
        nn.init.normal_(self.up.weight, std=(1 / (4 * inputs)) ** 0.5)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        gain = self.affine(w).float()  # (B, C)
        power = self.up.weight.square().sum(dim=(2, 3)) / 4  # (C, C')
        spread = torch.rsqrt(gain.square() @ power + 1e-8)  # (B, C'), brings y to unit variance
        y = self.up(x * gain.to(x.dtype)[:, :, None, None])  # (B, C', 2 H, 2 W)
        y = torch.addcmul(self.bias.to(y.dtype), y, spread.to(y.dtype)[:, :, None, None])
        return F.leaky_relu(y, 0.2, inplace=True) * LEAKY_GAIN


class Generator(nn.Module):
    """z to picture. Input (B, latent), output (B, 3, size, size) in -1 .. 1."""

    def __init__(self, config: PortraitConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.generator
        self.mapping = Mapping(config)
        self.project = nn.Linear(config.style, widths[0] * 4 * 4)
        nn.init.kaiming_normal_(self.project.weight, a=0.2)
        nn.init.zeros_(self.project.bias)
        self.blocks = nn.ModuleList(
            GeneratorBlock(inputs, outputs, config.style) for inputs, outputs in pairwise(widths)
        )
        # A picture from every map, added up: coarse ones settle shapes and flat areas early, fine
        # ones then only add detail (StyleGAN2, section 4.1: output skips).
        self.colours = nn.ModuleList(nn.Conv2d(width, 3, 1) for width in widths[1:])
        for colour in self.colours:
            assert isinstance(colour, nn.Conv2d)
            assert colour.bias is not None
            nn.init.normal_(colour.weight, std=0.2 / colour.in_channels**0.5)
            nn.init.zeros_(colour.bias)
        self.bilinear: Tensor
        self.register_buffer("bilinear", bilinear_kernel(3), persistent=False)
        self.last = nn.Conv2d(widths[-1], 12, 3, padding=1)
        self.filter: Tensor
        self.register_buffer("filter", smoothing_kernel(3, config.smoothing), persistent=False)
        self._start_smooth()

    def _start_smooth(self) -> None:
        """Make the four pixels of a position alike: no checkerboard has to be unlearned.

        Aitken et al. 2017, arXiv 1707.02937.
        """
        with torch.no_grad():
            one = torch.empty(3, *self.last.weight.shape[1:])
            nn.init.normal_(one, std=0.2 / one[0].numel() ** 0.5)
            self.last.weight.copy_(one.repeat_interleave(4, dim=0))
            self.last.bias = nn.Parameter(torch.zeros(12))

    def styles(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """The mapped latents (B, levels, style): mean + truncation (mapping(z) - mean) + offset."""
        w: Tensor = self.mapping(z)
        if truncation is not None:
            w = self.mapping.mean + truncation * (w - self.mapping.mean)
        w = w[:, None].expand(-1, self.config.levels, -1)
        return w if offset is None else w + offset

    @torch.no_grad()
    def centre(self, z: Tensor) -> None:
        """Set what truncation draws towards to the average w of (B, latent) samples."""
        self.mapping.mean.copy_(self.mapping.layers(z).mean(dim=0))

    def synthesis(self, w: Tensor) -> Tensor:
        """Picture (B, 3, size, size) of the mapped latents (B, levels, style), coarsest first."""
        x = self.project(w[:, 0]).reshape(-1, self.config.generator[0], 4, 4)  # (B, C, 4, 4)
        x = F.leaky_relu(x, 0.2)
        picture = x.new_zeros(())
        for level, (block, colour) in enumerate(zip(self.blocks, self.colours, strict=True)):
            x = block(x, w[:, level + 1])  # (B, C', 2 H, 2 W)
            coarser = F.pixel_shuffle(self._finer(picture), 2) if level else 0
            picture = colour(x) + coarser  # (B, 3, 2 H, 2 W)
        picture = F.pixel_shuffle(self.last(x) + self._finer(picture), 2)
        if self.config.smoothing:
            picture = smooth(picture, self.filter)
        return torch.tanh(picture)

    def _finer(self, picture: Tensor) -> Tensor:
        """The picture (B, 3, H, W) twice as large, as the (B, 12, H, W) of a pixel shuffle.

        Bilinear enlarging as a convolution, which is faster here than torch's own.
        """
        edged = F.pad(picture, (1, 1, 1, 1), mode="replicate")
        return F.conv2d(edged, self.bilinear.to(edged.dtype))

    def forward(
        self, z: Tensor, truncation: Tensor | None = None, offset: Tensor | None = None
    ) -> Tensor:
        """Generate.

        Args:
            z: (B, latent), standard normal.
            truncation: (1,), ψ of StyleGAN; None for 1.
            offset: (B, levels, style), added to the truncated w of each level; None for 0.
        """
        return self.synthesis(self.styles(z, truncation, offset))


def bilinear_kernel(channels: int) -> Tensor:
    """What doubles a map bilinearly before a pixel shuffle. Output (4 channels, channels, 3, 3)."""
    near = torch.tensor([[0.25, 0.75, 0.0], [0.0, 0.75, 0.25]])  # the two halves of a pixel
    taps = torch.einsum("iy,jx->ijyx", near, near).reshape(4, 3, 3)
    kernel = torch.zeros(channels, 4, channels, 3, 3)
    for channel in range(channels):
        kernel[channel, :, channel] = taps
    return kernel.reshape(4 * channels, channels, 3, 3)


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

    def finest(self, count: int) -> list[nn.Module]:
        """The layers at the ``count`` highest resolutions, without the lowest."""
        return [self.first, *self.blocks][: min(count, len(self.blocks))]

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.leaky_relu(self.first(x), 0.2))  # (B, C, 4, 4)
        x = F.leaky_relu(self.mix(self.spread(x)), 0.2)
        return self.last(x).reshape(-1)  # (B,)
