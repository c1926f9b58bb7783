"""Fills holes of any form, in pictures of any size: what people use.

What is taken from where: a generator that only ever repairs its own smooth fill follows the
pyramid of Gortler et al. 1996 ("The Lumigraph", push and pull) for that fill; dilated convolutions
on a small map from Iizuka et al. 2017 ("Globally and Locally Consistent Image Completion",
section 3); a latent as gains of the maps from StyleGAN (Karras et al. 2019); judging patches from
Isola et al. 2017 (arXiv 1611.07004, section 3.2.2). Width stands where the map is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import ResidualDown

#: Heights and widths must be multiples of this: the smooth fill halves that often.
MULTIPLE = 16
#: The latent's own map, before it is enlarged to the body's: places where seeds differ.
LATENT_MAP, LATENT_CHANNELS = 4, 16
#: What a cell of the coarsest map takes from its surroundings, relative to its own pixels.
SPREAD, REACHES = 1e-2, (3, 5, 9, 17)
EVERYWHERE, TINY = 1e-7, 1e-12


@dataclass(frozen=True)
class InpaintConfig:
    """Shape of an inpainter.

    Attributes:
        size: pixels along one side of the crops it is trained on; it takes any multiple of 16.
        latent: length of z.
        style: length of the vector that sets the gains.
        widths: channels at a half, a quarter and an eighth of the size.
        dilations: one residual block each, on the map of an eighth. Their sum, times eight, is how
            many pixels the middle of a hole sees to every side.
        discriminator: channels at a half of the size, a quarter, ...
    """

    size: int = 128
    latent: int = 32
    style: int = 64
    widths: tuple[int, int, int] = (32, 64, 128)
    dilations: tuple[int, ...] = (1, 2, 4, 8, 2, 1)
    discriminator: tuple[int, ...] = (24, 48, 96)

    def __post_init__(self) -> None:
        if self.size < MULTIPLE or self.size % MULTIPLE:
            raise ValueError(f"size must be a multiple of {MULTIPLE}; it is {self.size}")
        if min(self.latent, self.style, *self.widths, *self.dilations, *self.discriminator) < 1:
            raise ValueError("every length, width and dilation must be 1 or more")
        if not self.dilations or len(self.discriminator) < 2:
            raise ValueError("it needs a dilation, and two widths in the discriminator")


def smooth_fill(image: Tensor, mask: Tensor) -> Tensor:
    """The holes filled with a smooth surface through what surrounds them; nothing is learned.

    Known pixels are averaged down a pyramid, where one of four makes a cell known, then the gaps of
    every level are filled from the coarser one (Gortler et al. 1996, section 3.4). It is as near
    to the original as Telea's method, so that no training is spent on learning to average.

    Args:
        image: (B, 3, H, W); what lies in the holes is ignored.
        mask: (B, 1, H, W), 1 in the holes.
    """
    known = 1 - mask
    level = torch.cat([image * known, known], dim=1)  # (B, 4, H, W): colour times weight, weight
    levels = []
    for _ in range(MULTIPLE.bit_length() - 1):
        levels.append(level)
        level = F.avg_pool2d(level, 2)
        share = level[:, 3:]
        level = level * ((4 * share).clamp(max=1) / (share + TINY))
    for reach in REACHES:  # cells without a known pixel take from ever farther ones
        level = level + SPREAD * F.avg_pool2d(level, reach, stride=1, padding=reach // 2)
    level = level + EVERYWHERE * level.mean(dim=(2, 3), keepdim=True)
    fill = level[:, :3] / (level[:, 3:] + TINY)  # (B, 3, H / 16, W / 16)
    for level in reversed(levels):
        finer = F.interpolate(fill, scale_factor=2.0, mode="bilinear", align_corners=False)
        fill = level[:, :3] + (1 - level[:, 3:]) * finer
    return fill


class Style(nn.Module):
    """z and what the picture looks like as a whole to the vector of gains. Output (B, style)."""

    def __init__(self, config: InpaintConfig) -> None:
        super().__init__()
        self.of_z = nn.Linear(config.latent, config.style)
        self.of_picture = nn.Linear(config.widths[-1], config.style)
        self.mix = nn.Linear(config.style, config.style)
        for layer in (self.of_z, self.of_picture, self.mix):
            nn.init.kaiming_normal_(layer.weight, a=0.2)
            nn.init.zeros_(layer.bias)

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        w = self.of_z(z) + self.of_picture(x.mean(dim=(2, 3)))
        return F.leaky_relu(self.mix(F.leaky_relu(w, 0.2)), 0.2)


class Block(nn.Module):
    """Residual: gains from the style, a dilated 3x3 convolution, a 1x1 convolution.

    The map is extended by its edge, not by zeros: at sizes larger than those of the training most
    places are far from an edge, and zeros would tell them apart.
    """

    def __init__(self, channels: int, style: int, dilation: int, blocks: int) -> None:
        super().__init__()
        self.gain = nn.Linear(style, channels)
        self.pad = nn.ReplicationPad2d(dilation)
        self.wide = nn.Conv2d(channels, channels, 3, dilation=dilation)
        self.mix = nn.Conv2d(channels, channels, 1)
        nn.init.normal_(self.gain.weight, std=0.5 / style**0.5)
        nn.init.ones_(self.gain.bias)
        nn.init.kaiming_normal_(self.wide.weight, a=0.2)
        nn.init.normal_(self.mix.weight, std=(1 / (channels * blocks)) ** 0.5)
        for layer in (self.wide, self.mix):
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        y = F.leaky_relu(x, 0.2) * self.gain(w)[:, :, None, None]
        y = F.leaky_relu(self.wide(self.pad(y)), 0.2)
        return x + self.mix(y)  # (B, C, H / 8, W / 8)


class Generator(nn.Module):
    """Picture, hole and latent to the picture without the hole."""

    def __init__(self, config: InpaintConfig) -> None:
        super().__init__()
        self.config = config
        half, quarter, eighth = config.widths
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise((4, *config.widths))
        )
        self.style = Style(config)
        self.spots = nn.Linear(config.latent, LATENT_CHANNELS * LATENT_MAP**2)
        self.place = nn.Conv2d(LATENT_CHANNELS, eighth, 1)
        self.blocks = nn.ModuleList(
            Block(eighth, config.style, dilation, len(config.dilations))
            for dilation in config.dilations
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, stride=2, padding=1)
            for a, b in ((eighth, quarter), (quarter, half))
        )
        self.gain = nn.Linear(config.style, quarter)
        self.last = nn.Conv2d(half, 12, 3, padding=1)
        self._initialise()

    def _initialise(self) -> None:
        for layer in (*self.down, *self.up, self.place, self.spots, self.gain, self.last):
            assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)
            assert layer.bias is not None
            nn.init.kaiming_normal_(layer.weight, a=0.2)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(self.gain.weight, std=0.5 / self.config.style**0.5)
        nn.init.ones_(self.gain.bias)
        # A loud latent is noise that hides what can be learned: a single batch took twice the
        # steps. The diversity loss raises it where it is of use.
        with torch.no_grad():
            self.place.weight.mul_(0.1)
            self.style.of_z.weight.mul_(0.3)
        with torch.no_grad():  # smooth enlarging to begin with: no checkerboard to be unlearned
            taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
            for up in self.up:
                assert isinstance(up, nn.ConvTranspose2d)
                mix = torch.randn(up.in_channels, up.out_channels) / up.in_channels**0.5
                up.weight.copy_(mix[:, :, None, None] * torch.outer(taps, taps))
            one = 0.02 * torch.randn(3, *self.last.weight.shape[1:]) / self.last.in_channels**0.5
            self.last.weight.copy_(one.repeat_interleave(4, dim=0))

    def forward(self, image: Tensor, mask: Tensor, z: Tensor) -> Tensor:
        """Fill the holes.

        Args:
            image: (B, 3, H, W) in -1 .. 1, H and W multiples of 16; the holes' content is ignored.
            mask: (B, 1, H, W), 1 in the holes.
            z: (B, latent), standard normal.

        Returns:
            (B, 3, H, W) in -1 .. 1 (while training, a little beyond); known pixels as they came.
        """
        known = image * (1 - mask)
        base = smooth_fill(image, mask)
        filled = base + self._detail(torch.cat([base, mask], dim=1), z)
        if not self.training:  # a clamp has no gradient where it holds
            filled = filled.clamp(-1, 1)
        return known + filled * mask

    def _detail(self, x: Tensor, z: Tensor) -> Tensor:
        """What to add to the smooth fill. Input (B, 4, H, W), output (B, 3, H, W)."""
        skips = []
        for down in self.down:
            x = down(x)  # halves the map
            skips.append(x)
            x = F.leaky_relu(x, 0.2)
        x = skips.pop() + self._spots(z, x)  # (B, C, H / 8, W / 8)
        w = self.style(z, x)
        for block in self.blocks:
            x = block(x, w)
        x = self.up[0](F.leaky_relu(x, 0.2)) * self.gain(w)[:, :, None, None] + skips.pop()
        x = self.up[1](F.leaky_relu(x, 0.2)) + skips.pop()  # (B, C, H / 2, W / 2)
        return F.pixel_shuffle(self.last(F.leaky_relu(x, 0.2)), 2)

    def _spots(self, z: Tensor, x: Tensor) -> Tensor:
        """The latent as a coarse map, laid over the whole of ``x`` (B, C, h, w).

        Gains alone change a hole everywhere alike; two seeds should also differ in what is where.
        """
        spots = self.spots(z).reshape(-1, LATENT_CHANNELS, LATENT_MAP, LATENT_MAP)
        spots = F.interpolate(spots, size=x.shape[2:], mode="bilinear", align_corners=False)
        return self.place(spots)


class Discriminator(nn.Module):
    """Picture and where its hole was to one logit for every patch. Output (B, H / 8, W / 8).

    With three widths a logit sees 46 pixels of a side: enough for texture and seams. Telling
    whole scenes apart would need more pictures than it is trained on.
    """

    def __init__(self, config: InpaintConfig) -> None:
        super().__init__()
        widths = config.discriminator
        self.first = nn.Conv2d(4, widths[0], 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(ResidualDown(a, b) for a, b in pairwise(widths)))
        self.mix = nn.Conv2d(widths[-1], widths[-1], 3, padding=1)
        self.last = nn.Conv2d(widths[-1], 1, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=0.2)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.last.weight, std=0.02)  # starts undecided

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        x = F.leaky_relu(self.first(torch.cat([image, mask], dim=1)), 0.2)
        x = F.leaky_relu(self.mix(self.blocks(x)), 0.2)
        return self.last(x).squeeze(1)
