"""MidiNet: a bar of melody from noise, a chord and the bar before it.

Yang, Chou, Yang 2017, arXiv 1703.10847, with the sizes of the authors' released code. Every
convolution that spans all 128 pitches is written as a matrix product: the same numbers, many
times faster on a processor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

STEPS, PITCHES, CHORD = 16, 128, 13
MAPS = 128  # channels of the generator's bar at every height
CONDITION = 16  # channels of the conditioner's maps
SLOPE = 0.2


@dataclass(frozen=True)
class MidiNetConfig:
    """What can be chosen.

    Attributes:
        z_dim: length of the noise.
        variant: "stable" shows the generator chord and previous bar at every level, "creative"
            at the last level only, "gated" anything between: a fourth input says how little the
            levels before the last are shown.
        hears_chord: False shows both networks no chord: zeros.
        hears_previous: False shows both networks no bar before: zeros.
        previous_in_discriminator: the discriminator sees the bar before as a second channel:
            repetition with variation.
        spectral_norm: divides the discriminator's weights by their largest singular value.
    """

    z_dim: int = 100
    variant: Literal["stable", "creative", "gated"] = "stable"
    hears_chord: bool = True
    hears_previous: bool = True
    previous_in_discriminator: bool = False
    spectral_norm: bool = False


class Conditioner(nn.Module):
    """Summaries of the previous bar at heights 16, 8, 4 and 2, for the generator's four levels."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = nn.Linear(PITCHES, CONDITION)  # a 1x128 convolution
        self.halve = nn.ModuleList(nn.Conv1d(CONDITION, CONDITION, 2, stride=2) for _ in range(3))
        self.norms = nn.ModuleList(nn.BatchNorm1d(CONDITION) for _ in range(4))
        self.activation = nn.LeakyReLU(SLOPE)

    def forward(self, previous: Tensor) -> list[Tensor]:
        """(B, 1, 16, 128) to four maps (B, 16, height), heights 16, 8, 4, 2."""
        x = self.rows(previous.squeeze(1)).transpose(1, 2)  # (B, 16 channels, 16 steps)
        maps = [self.activation(self.norms[0](x))]
        for conv, norm in zip(self.halve, list(self.norms)[1:], strict=True):
            maps.append(self.activation(norm(conv(maps[-1]))))
        return maps


class Generator(nn.Module):
    """Noise, chord and previous bar to the sigmoid roll of a bar."""

    def __init__(self, config: MidiNetConfig) -> None:
        super().__init__()
        self.config = config
        every = config.variant != "creative"
        self.every_level = every
        self.conditioner = Conditioner()
        chord = CHORD if every else 0
        wide = MAPS + CHORD + CONDITION
        level = wide if every else MAPS
        self.fc1 = nn.Linear(config.z_dim + chord, 1024)
        self.bn1 = nn.BatchNorm1d(1024)
        self.fc2 = nn.Linear(1024 + chord, MAPS * 2)
        self.bn2 = nn.BatchNorm1d(MAPS * 2)
        self.grow = nn.ModuleList(nn.ConvTranspose1d(level, MAPS, 2, stride=2) for _ in range(3))
        self.norms = nn.ModuleList(nn.BatchNorm1d(MAPS) for _ in range(3))
        self.to_rows = nn.Linear(wide, PITCHES, bias=False)  # a transposed 1x128 convolution
        self.bias = nn.Parameter(torch.zeros(1))  # that convolution has one output channel

    def forward(
        self, z: Tensor, chord: Tensor, previous: Tensor, creativity: Tensor | None = None
    ) -> Tensor:
        """(B, z_dim), (B, 13), (B, 1, 16, 128) to (B, 1, 16, 128) in [0, 1].

        ``creativity`` (B, 1) in 0..1 is for the gated variant: 0 is the stable one, as is None,
        and 1 shows chord and previous bar to the last level only.
        """
        chord = _heard(self.config.hears_chord, chord)
        previous = _heard(self.config.hears_previous, previous)
        maps = self.conditioner(previous)
        early = chord
        if creativity is not None:
            keep = 1.0 - creativity  # (B, 1)
            early = chord * keep
            maps = [maps[0], *(seen * keep[:, :, None] for seen in maps[1:])]
        x = torch.relu(self.bn1(self.fc1(self._with(z, early))))
        x = torch.relu(self.bn2(self.fc2(self._with(x, early))))
        x = x.view(-1, MAPS, 2).transpose(1, 2)  # (B, 2, 128), channels last as in all that follows
        for conv, norm, seen in zip(self.grow, self.norms, maps[:0:-1], strict=True):
            if self.every_level:
                x = _join_last(x, early, seen)  # (B, 2 / 4 / 8, 157)
            x = _doubled(x, conv, norm)  # (B, 4 / 8 / 16, 128)
        x = _join_last(x, chord, maps[0])  # (B, 16, 157)
        rows = self.to_rows(x) + self.bias  # (B, 16, 128)
        return torch.sigmoid(rows).unsqueeze(1)

    def _with(self, x: Tensor, chord: Tensor) -> Tensor:
        return torch.cat([x, chord], dim=1) if self.every_level else x


class Discriminator(nn.Module):
    """A bar and its chord to one logit, and the feature map that the generator must match."""

    def __init__(self, config: MidiNetConfig) -> None:
        super().__init__()
        self.config = config
        norm: Callable[[Any], Any] = spectral_norm if config.spectral_norm else _as_it_is
        self.sees_previous = config.previous_in_discriminator and config.hears_previous
        self.bars = 2 if self.sees_previous else 1
        # A 2x128 convolution with stride 2 over the bars and the chord's 13 constant channels.
        self.pairs = norm(nn.Linear((self.bars + CHORD) * 2 * PITCHES, CHORD + 1))
        self.conv = norm(nn.Conv1d(CHORD + 1 + CHORD, 77, 4, stride=2))
        self.bn1 = nn.BatchNorm1d(77)
        self.fc1 = norm(nn.Linear(77 * 3 + CHORD, 1024))
        self.bn2 = nn.BatchNorm1d(1024)
        self.fc2 = norm(nn.Linear(1024 + CHORD, 1))
        self.activation = nn.LeakyReLU(SLOPE)

    def forward(
        self, bar: Tensor, chord: Tensor, previous: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """(B, 1, 16, 128) and (B, 13) to the logit (B, 1) and the features (B, 14, 8).

        ``previous`` (B, 1, 16, 128) is read only with ``previous_in_discriminator``.
        """
        chord = _heard(self.config.hears_chord, chord)
        features = self.activation(self._pairs(bar, chord, previous)).transpose(1, 2)  # (B, 14, 8)
        x = self.activation(self.bn1(self.conv(_join(features, chord))))  # (B, 77, 3)
        x = torch.cat([x.flatten(1), chord], dim=1)  # (B, 244)
        x = self.activation(self.bn2(self.fc1(x)))
        return self.fc2(torch.cat([x, chord], dim=1)), features

    def _pairs(self, bar: Tensor, chord: Tensor, previous: Tensor | None) -> Tensor:
        """The pitch-wide convolution, (B, 8, 14): two steps of the bar make one row."""
        weight: Tensor = self.pairs.weight  # read once: spectral norm computes it anew each time
        weight = weight.view(CHORD + 1, self.bars + CHORD, 2 * PITCHES)
        seen = [bar] if previous is None or not self.sees_previous else [bar, previous]
        rows = torch.cat([x.reshape(-1, STEPS // 2, 2 * PITCHES) for x in seen], dim=2)
        moving = rows @ weight[:, : self.bars].flatten(1).t()  # (B, 8, 14)
        # A constant channel adds its value times the sum of its weights.
        constant = chord @ weight[:, self.bars :].sum(dim=2).t()  # (B, 14)
        return moving + constant[:, None] + self.pairs.bias


def _heard(of_it: bool, condition: Tensor) -> Tensor:
    """A condition as a network may see it: zeros where it shall not hear ``of_it``."""
    return condition if of_it else torch.zeros_like(condition)


def _join(x: Tensor, chord: Tensor) -> Tensor:
    """(B, C, T) with the chord as constant channels."""
    return torch.cat([x, chord[:, :, None].expand(-1, -1, x.shape[2])], dim=1)


def _join_last(x: Tensor, chord: Tensor, seen: Tensor) -> Tensor:
    """(B, T, C) with the chord at every step, and a map (B, 16, T) of the bar before."""
    return torch.cat([x, chord[:, None].expand(-1, x.shape[1], -1), seen.transpose(1, 2)], dim=2)


def _doubled(x: Tensor, conv: nn.Module, norm: nn.Module) -> Tensor:
    """A transposed convolution as wide as its stride, normalised: (B, T, C) to (B, 2 T, C').

    Nothing overlaps in it, so it is one matrix product, which processors do faster.
    """
    assert isinstance(conv, nn.ConvTranspose1d)
    assert conv.bias is not None
    made = x @ conv.weight.transpose(1, 2).flatten(1) + conv.bias.repeat(2)  # (B, T, 2 C')
    normed: Tensor = norm(made.reshape(-1, conv.out_channels))  # (2 B T, C')
    return torch.relu(normed).view(x.shape[0], -1, conv.out_channels)


def _as_it_is(module: Any) -> Any:
    return module


def initialise(module: nn.Module) -> None:
    """Weights from N(0, 0.02), biases 0; normalisation starts as the identity."""
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv1d | nn.ConvTranspose1d):
            weight = getattr(part, "parametrizations", None)
            nn.init.normal_(weight.weight.original if weight else part.weight, std=0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
