"""Context Encoders: the middle of a picture from what surrounds it.

Pathak, Krähenbühl, Donahue, Darrell, Efros 2016, "Context Encoders: Feature Learning by
Inpainting" (arXiv 1604.07379): section 3.1 for the encoder, the channel-wise fully connected layer
and the decoder, section 3.2 for the discriminator of the hole alone. As published, but for the
size: 128 pixels and fewer channels, so that one core trains it in an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class ContextEncoderConfig:
    """Shape of a context encoder.

    Attributes:
        size: pixels along one side, always; the hole it fills is the central square of half that.
        encoder: channels at half the size ... down to a 32nd, the map of the fully connected layer.
        decoder: channels of the four maps that grow from there to the hole.
        discriminator: channels at half the hole's size, a quarter, ...
    """

    size: int = 128
    encoder: tuple[int, ...] = (32, 64, 128, 160, 192)
    decoder: tuple[int, ...] = (160, 128, 64, 32)
    discriminator: tuple[int, ...] = (32, 64, 96, 128)

    def __post_init__(self) -> None:
        if self.size < 32 or self.size & (self.size - 1):
            raise ValueError(f"size must be 32, 64, 128, ...; it is {self.size}")
        if len(self.encoder) != 5 or len(self.decoder) != 4:
            raise ValueError("it needs five widths in the encoder and four in the decoder")
        if not 1 <= len(self.discriminator) <= self.size.bit_length() - 2:
            raise ValueError(f"the discriminator cannot halve {self.size // 2} pixels that often")
        if min(*self.encoder, *self.decoder, *self.discriminator) < 1:
            raise ValueError("every width must be 1 or more")

    @property
    def hole(self) -> tuple[int, int]:
        """Where the central square begins and ends, along both sides."""
        return self.size // 4, self.size // 4 + self.size // 2


class ChannelwiseLinear(nn.Module):
    """Connects every place of a map with every other, each channel by itself.

    Pathak et al. 2016, section 3.1: without it nothing could pass from one side of a feature map to
    the other; a full layer would have C times as many weights. Mixing channels is left to the 1x1
    convolution that follows. Input and output (B, C, H, W) for fixed H and W.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        places = side * side
        self.weight = nn.Parameter(torch.randn(channels, places, places) / places**0.5)
        self.bias = nn.Parameter(torch.zeros(channels, 1, places))

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        y = x.reshape(b, c, h * w).transpose(0, 1)  # (C, B, H W)
        y = torch.baddbmm(self.bias.to(y.dtype), y, self.weight.to(y.dtype))  # one matrix a channel
        return y.transpose(0, 1).reshape(b, c, h, w)


class Generator(nn.Module):
    """Picture with a hole to the picture without. Fixed height and width."""

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.encoder
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1)]
        for a, b in pairwise(widths):
            layers += [nn.LeakyReLU(0.2), *_norm(nn.Conv2d(a, b, 4, 2, 1, bias=False))]
        self.encoder = nn.Sequential(*layers, nn.LeakyReLU(0.2))  # (B, C, size / 32, size / 32)
        self.across = ChannelwiseLinear(widths[-1], config.size // 32)
        self.mix = nn.Sequential(*_norm(nn.Conv2d(widths[-1], widths[-1], 1, bias=False)))
        ups: list[nn.Module] = []
        for a, b in pairwise((widths[-1], *config.decoder)):
            ups += [nn.ReLU(), *_norm(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False))]
        # The fifth keeps the size: four doublings lead from the small map to the hole.
        last = nn.ConvTranspose2d(config.decoder[-1], 3, 3, padding=1)
        self.decoder = nn.Sequential(*ups, nn.ReLU(), last)
        _initialise(self)

    def forward(self, image: Tensor, mask: Tensor, z: Tensor) -> Tensor:
        """Fill the central square.

        Args:
            image: (B, 3, size, size) in -1 .. 1; the hole's content is ignored. A hole is shown to
                the network as mid-grey, which is near the mean of pictures.
            mask: (B, 1, size, size), 1 in the hole. Only the central square can be filled: what is
                masked beyond it stays mid-grey.
            z: (B, 1), ignored: the published network is a function of the picture alone.

        Returns:
            (B, 3, size, size) in -1 .. 1; known pixels as they came.
        """
        known = image * (1 - mask)
        first, last = self.config.hole
        x = self.mix(self.across(self.encoder(known)))
        middle = torch.tanh(self.decoder(x))  # (B, 3, size / 2, size / 2)
        margin = (first, self.config.size - last)
        # Nothing times z keeps it an input of the exported graph.
        return known + F.pad(middle, margin * 2) * mask + 0 * z[:, :1, None, None]


class Discriminator(nn.Module):
    """The central square to one logit, as a map of one patch: (B, 1, 1).

    Section 3.2: it sees the hole alone and not the context, so that it cannot tell a fill by its
    seam instead of by its content.
    """

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.discriminator
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1)]
        for a, b in pairwise(widths):
            layers += [nn.LeakyReLU(0.2), *_norm(nn.Conv2d(a, b, 4, 2, 1, bias=False))]
        side = config.size // 2 >> len(widths)
        self.layers = nn.Sequential(*layers, nn.LeakyReLU(0.2), nn.Conv2d(widths[-1], 1, side))
        _initialise(self)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        first, last = self.config.hole
        return self.layers(image[:, :, first:last, first:last]).squeeze(1)


def _norm(convolution: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    return [convolution, nn.BatchNorm2d(convolution.out_channels)]


def _initialise(network: nn.Module) -> None:
    """DCGAN's starting weights (Radford et al. 2016), which the authors' code uses as well."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
