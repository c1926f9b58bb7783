"""Small layers that several families share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class MinibatchStddev(nn.Module):
    """Appends one map: the spread of the features over groups of the batch.

    It lets the discriminator see that samples resemble one another, which a collapsed generator
    cannot hide. Karras et al. 2018 (Progressive Growing of GANs), section 3.

    Args:
        group: samples compared with one another; a last, smaller batch uses what it has.
    """

    def __init__(self, group: int = 4) -> None:
        super().__init__()
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        g = self.group if b % self.group == 0 else 1
        y = x.float().reshape(g, b // g, c, h, w)  # (G, B/G, C, H, W)
        y = (y - y.mean(dim=0)).square().mean(dim=0)  # several times faster here than y.var
        # The small constant keeps the second derivative finite where a group is all alike.
        y = (y + 1e-8).sqrt().mean(dim=(1, 2, 3))  # (B/G,)
        y = y.repeat(g).reshape(b, 1, 1, 1).expand(b, 1, h, w)
        return torch.cat([x, y.to(x.dtype)], dim=1)  # (B, C + 1, H, W)


class PixelNorm(nn.Module):
    """Scales every vector to unit root mean square (Karras et al. 2018, section 4.2)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def doubling(widths: Sequence[int]) -> nn.Sequential:
    """Blocks that double the map each: fractionally strided 4x4 convolution, BatchNorm, ReLU.

    Radford et al. 2016 (DCGAN), section 3.

    Args:
        widths: channels in, and out of each block.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


class ResidualDown(nn.Module):
    """Halves the map: a strided 4x4 convolution beside a pooled 1x1 shortcut.

    Args:
        inputs: channels in.
        outputs: channels out.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.conv(x), 0.2)
        return (y + self.shortcut(F.avg_pool2d(x, 2))) * 0.5**0.5


def smoothing_kernel(channels: int, neighbour: float) -> Tensor:
    """The filter (a, 1 - 2a, a) along both sides, for every channel by itself: (C, 1, 3, 3)."""
    taps = torch.tensor([neighbour, 1 - 2 * neighbour, neighbour])
    return torch.outer(taps, taps).expand(channels, 1, 3, 3).clone()


def smooth(picture: Tensor, kernel: Tensor) -> Tensor:
    """The picture (B, C, H, W) through the filter of :func:`smoothing_kernel`, edges repeated."""
    edged = F.pad(picture, (1, 1, 1, 1), mode="replicate")
    return F.conv2d(edged, kernel.to(edged.dtype), groups=picture.shape[1])
