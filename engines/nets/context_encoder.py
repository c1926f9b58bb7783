"""Context Encoders: the middle of a picture from what surrounds it.

Pathak, Krähenbühl, Donahue, Darrell, Efros 2016, "Context Encoders: Feature Learning by
Inpainting" (arXiv 1604.07379): section 3.1 for the encoder, the channel-wise fully connected layer
and the decoder, section 3.2 for the discriminator of the hole alone. As published, but for the
size: 128 pixels and fewer channels, so that one core trains it in an hour. The published network
is a function of the picture alone; a branch that turns noise into grain can be asked for.
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
        grain: channels of the branch that makes detail of noise; 0 for the published network.
    """

    size: int = 128
    encoder: tuple[int, ...] = (32, 64, 128, 160, 192)
    decoder: tuple[int, ...] = (160, 128, 64, 32)
    discriminator: tuple[int, ...] = (32, 64, 96, 128)
    grain: int = 0

    def __post_init__(self) -> None:
        if self.size < 32 or self.size & (self.size - 1):
            raise ValueError(f"size must be 32, 64, 128, ...; it is {self.size}")
        if len(self.encoder) != 5 or len(self.decoder) != 4:
            raise ValueError("it needs five widths in the encoder and four in the decoder")
        if not 1 <= len(self.discriminator) <= self.size.bit_length() - 2:
            raise ValueError(f"the discriminator cannot halve {self.size // 2} pixels that often")
        if min(*self.encoder, *self.decoder, *self.discriminator) < 1:
            raise ValueError("every width must be 1 or more")
        if self.grain < 0:
            raise ValueError("grain must be 0 or more channels")

    @property
    def hole(self) -> tuple[int, int]:
        """Where the central square begins and ends, along both sides."""
        return self.size // 4, self.size // 4 + self.size // 2

    @property
    def latent(self) -> int:
        """Length of z: one number a pixel of the hole; 1, and ignored, without grain."""
        return (self.size // 2) ** 2 if self.grain else 1


class Grain(nn.Module):
    """Fine detail from noise, as much of it and of the kind that the features ask for.

    Where texture cannot be known, a network without a latent can only be right on average, which is
    blur, or lay a fixed pattern. A number a pixel (Karras et al. 2019, "A Style-Based Generator",
    section 3.2) lets it be drawn instead. Features (B, C, h, w) and noise (B, 1, h, w) to what is
    added to the picture, (B, 3, h, w).
    """

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(features + 1, hidden, 3, padding=1)
        self.out = nn.Conv2d(hidden, 3, 3, padding=1)

    def forward(self, features: Tensor, noise: Tensor) -> Tensor:
        return self.out(F.leaky_relu(self.mix(torch.cat([features, noise], dim=1)), 0.2))

    def begin(self) -> None:
        """Starting weights with which the noise is seen (about .06 of the range -1 .. 1).

        From none it would stay none: what the discriminator thinks of a picture changes with the
        square of the noise in it, which at nothing has no slope.
        """
        nn.init.normal_(self.mix.weight[:, -1:], std=0.2)
        nn.init.normal_(self.out.weight, std=0.012)


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

    #: What a network that was trained without it may begin anew.
    joins_later = ("grain.",)

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
        self.grain = Grain(config.decoder[-1], config.grain) if config.grain else None
        _initialise(self)
        if self.grain is not None:
            self.grain.begin()

    def forward(self, image: Tensor, mask: Tensor, z: Tensor) -> Tensor:
        """Fill the central square.

        Args:
            image: (B, 3, size, size) in -1 .. 1; the hole's content is ignored. A hole is shown to
                the network as mid-grey, which is near the mean of pictures.
            mask: (B, 1, size, size), 1 in the hole. Only the central square can be filled: what is
                masked beyond it stays mid-grey.
            z: (B, latent), the noise of the grain; ignored by the published network.

        Returns:
            (B, 3, size, size) in -1 .. 1; known pixels as they came.
        """
        known = image * (1 - mask)
        first, last = self.config.hole
        x = self.mix(self.across(self.encoder(known)))
        features = self.decoder[:-1](x)
        middle = self.decoder[-1](features)  # (B, 3, size / 2, size / 2)
        if self.grain is not None:
            middle = middle + self.grain(features, z.unflatten(1, (1, last - first, last - first)))
        middle = torch.tanh(middle)
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
