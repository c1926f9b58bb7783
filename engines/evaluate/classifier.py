"""A small convolutional classifier of several attributes at once, trained on real pictures.

It counts what a generator makes, so it must not lean on details that a generator may get wrong:
it trains on pictures that are shifted, changed in contrast, a little blurred or noisy.
Deterministic for one seed and one thread.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

Pictures = NDArray[np.uint8]
Targets = NDArray[np.int64]
Shares = NDArray[np.float32]

SIZE_PX = 64
BATCH = 64
#: Pictures seen in training, whatever the size of the data set: half a minute on one core.
PICTURES_SEEN = 25_000
RATE = 3e-3


class Trunk(nn.Module):
    """Four strided convolutions and one linear head for each attribute."""

    def __init__(self, classes: Sequence[int]) -> None:
        super().__init__()
        widths = (3, 24, 48, 96, 128)
        blocks: list[nn.Module] = []
        for before, after in itertools.pairwise(widths):
            blocks += [nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after)]
            blocks += [nn.ReLU()]
        self.body = nn.Sequential(*blocks, nn.Flatten())
        self.heads = nn.ModuleList(nn.Linear(widths[-1] * 16, count) for count in classes)

    def forward(self, x: Tensor) -> list[Tensor]:
        """(B, 3, 64, 64) in [-1, 1]: one (B, classes) of scores for each attribute."""
        features = self.body(x)  # (B, 128 * 4 * 4)
        return [head(features) for head in self.heads]


@dataclass(frozen=True)
class Classifier:
    """A trained net."""

    net: Trunk

    def predict(self, pictures: Pictures) -> list[Targets]:
        """For each attribute (N,) the place of the likeliest value.

        Args:
            pictures: (N, 64, 64, 3).
        """
        return [shares.argmax(1) for shares in self.probabilities(pictures)]

    def probabilities(self, pictures: Pictures) -> list[Shares]:
        """For each attribute (N, K) how likely each value is.

        Args:
            pictures: (N, 64, 64, 3).
        """
        found: list[list[Tensor]] = []
        with torch.inference_mode():
            for start in range(0, len(pictures), 256):
                scores = self.net(_tensor(pictures[start : start + 256]))
                found.append([score.softmax(1) for score in scores])
        return [torch.cat(parts).numpy() for parts in zip(*found, strict=True)]


def train_classifier(
    pictures: Pictures,
    targets: Sequence[Targets],
    classes: Sequence[int],
    *,
    seed: int = 0,
    pictures_seen: int = PICTURES_SEEN,
    tick: Callable[[float], None] | None = None,
) -> Classifier:
    """Learn to tell attributes.

    Args:
        pictures: (N, 64, 64, 3).
        targets: for each attribute (N,), places of values; -1 is not learned from.
        classes: for each attribute, how many values there are.
        seed: of the weights, the order and the changes to the pictures.
        pictures_seen: how long to train.
        tick: told the share that is done, now and then.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Trunk(classes)
    noise = torch.Generator().manual_seed(seed)
    order = np.random.default_rng(seed)
    batch = min(BATCH, len(pictures))
    steps = max(1, pictures_seen // batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    labels = torch.from_numpy(np.stack(targets))  # (A, N)
    net.train()
    for step in range(steps):
        rows = order.choice(len(pictures), batch, replace=False)
        scores = net(_disturb(_tensor(pictures[rows]), noise))
        wanted = labels[:, torch.from_numpy(rows)]
        loss = sum(
            (F.cross_entropy(s, w, ignore_index=-1) for s, w in zip(scores, wanted, strict=True)),
            torch.zeros(()),
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if tick is not None and step % 20 == 0:
            tick(step / steps)
    net.eval()
    return Classifier(net)


def _tensor(pictures: Pictures) -> Tensor:
    """(N, H, W, 3) of 8 bits: (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def _disturb(x: Tensor, rng: torch.Generator) -> Tensor:
    """What generators do to pictures: shifts by 2 px, contrast, and blur or noise or neither."""
    down, right, kind = (int(v) for v in torch.randint(0, 5, (3,), generator=rng))
    x = F.pad(x, (2, 2, 2, 2), mode="replicate")
    x = x[..., down : down + SIZE_PX, right : right + SIZE_PX]
    contrast, amount = torch.rand((2, len(x), 1, 1, 1), generator=rng)
    x = x * (0.9 + 0.2 * contrast)
    if kind == 0:
        blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
        return torch.lerp(x, blurred, amount)
    if kind == 1:
        return x + 0.15 * amount * torch.randn(x.shape, generator=rng)
    return x
