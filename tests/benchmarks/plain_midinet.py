"""MidiNet's generator as its published shapes say it, convolutions as wide as the pitch axis.

Written for comparison only: it computes what :mod:`engines.nets.midinet` computes, the way most
ports do, with weights of its own. Yang, Chou and Yang 2017, arXiv 1703.10847.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHORD, MAPS, CONDITION, PITCHES = 13, 128, 16, 128


class PlainGenerator(nn.Module):
    """Noise, chord and previous bar to a roll, by two-dimensional convolutions throughout."""

    def __init__(self) -> None:
        super().__init__()
        wide = MAPS + CHORD + CONDITION
        self.look = nn.ModuleList([nn.Conv2d(1, CONDITION, (1, PITCHES))])
        self.look += [nn.Conv2d(CONDITION, CONDITION, (2, 1), stride=(2, 1)) for _ in range(3)]
        self.look_norms = nn.ModuleList(nn.BatchNorm2d(CONDITION) for _ in range(4))
        self.fc1 = nn.Linear(100 + CHORD, 1024)
        self.fc2 = nn.Linear(1024 + CHORD, MAPS * 2)
        self.bn1, self.bn2 = nn.BatchNorm1d(1024), nn.BatchNorm1d(MAPS * 2)
        self.grow = nn.ModuleList(
            nn.ConvTranspose2d(wide, MAPS, (2, 1), stride=(2, 1)) for _ in range(3)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(MAPS) for _ in range(3))
        self.last = nn.ConvTranspose2d(wide, 1, (1, PITCHES))

    def forward(self, z: Tensor, chord: Tensor, previous: Tensor) -> Tensor:
        """(B, 100), (B, 13), (B, 1, 16, 128) to (B, 1, 16, 128) in [0, 1]."""
        maps, x = [], previous
        for conv, norm in zip(self.look, self.look_norms, strict=True):
            x = nn.functional.leaky_relu(norm(conv(x)), 0.2)
            maps.append(x)  # (B, 16, 16 / 8 / 4 / 2, 1)
        x = torch.relu(self.bn1(self.fc1(torch.cat([z, chord], 1))))
        x = torch.relu(self.bn2(self.fc2(torch.cat([x, chord], 1)))).view(-1, MAPS, 2, 1)
        for conv, norm, seen in zip(self.grow, self.norms, maps[:0:-1], strict=True):
            x = torch.relu(norm(conv(_with(x, chord, seen))))  # (B, 128, 4 / 8 / 16, 1)
        return torch.sigmoid(self.last(_with(x, chord, maps[0])))


def _with(x: Tensor, chord: Tensor, seen: Tensor) -> Tensor:
    constant = chord[:, :, None, None].expand(-1, -1, x.shape[2], 1)
    return torch.cat([x, constant, seen], 1)


@torch.inference_mode()
def write(network: PlainGenerator, triads: Tensor) -> Tensor:
    """Melodies over triads (B, bars), the strongest pitch fed back: (B, bars, 16) pitches."""
    count, bars = triads.shape
    previous = torch.zeros(count, 1, 16, PITCHES)
    written = []
    for bar in range(bars):
        chord = torch.zeros(count, CHORD)
        chord[torch.arange(count), triads[:, bar] % 12] = 1.0
        chord[:, 12] = (triads[:, bar] >= 12).float()
        steps = network(torch.randn(count, 100), chord, previous).argmax(-1)[:, 0]  # (B, 16)
        previous = nn.functional.one_hot(steps, PITCHES).float()[:, None]
        written.append(steps)
    return torch.stack(written, 1)
