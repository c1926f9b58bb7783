"""Batches of pictures with holes: functions of the step, so that nothing has to be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from engines.data.masks import draw_mask
from engines.data.photos import PhotoSet, central_squares, crop, load_photos, share_of_sets
from engines.train.order import batch_indices
from engines.train.recipe import Recipe

MEASURED = 64  # held-out pictures of every set


@dataclass(frozen=True)
class Holes:
    """One process's share of a batch.

    Attributes:
        real: (B, 3, size, size) in -1 .. 1, channels last in memory.
        mask: (B, 1, size, size), 1 in the holes.
        z: (B, latent).
    """

    real: Tensor
    mask: Tensor
    z: Tensor

    def __getitem__(self, part: slice) -> Holes:
        return Holes(self.real[part], self.mask[part], self.z[part])

    def __len__(self) -> int:
        return len(self.real)


class HoleBatches:
    """Random crops of training pictures with random holes, and the held-out ones.

    Args:
        recipe: of kind "inpaint".
        source: zip or folder of pictures, or a folder of zips.
        size: pixels along one side.
        latent: length of z.
        fabric: launched.
    """

    def __init__(
        self, recipe: Recipe, source: Path, size: int, latent: int, fabric: Fabric
    ) -> None:
        self.recipe, self.size, self.latent, self.fabric = recipe, size, latent, fabric
        self.sets = load_photos(source, size)
        names = [one.name for one in self.sets]
        self.shares = share_of_sets(names, recipe.data.shares, source)
        self.held_out = self._held_out(load_photos(source, size, "held_out"))

    def draw(self, index: int) -> Holes:
        """This process's share of the batch of a step; latents come from torch's generator."""
        schedule, data = self.recipe.schedule, self.recipe.data
        rng = np.random.default_rng([schedule.seed, index])
        chosen = rng.choice(len(self.sets), schedule.batch, p=self.shares)
        seeds = rng.integers(2**63, size=schedule.batch)
        orders = [
            batch_indices(len(one), schedule.batch, index, schedule.seed) for one in self.sets
        ]
        mine = range(self.fabric.global_rank, schedule.batch, self.fabric.world_size)
        pictures, masks = [], []
        for place in mine:
            own = np.random.default_rng(seeds[place])
            which = int(chosen[place])
            photo = self.sets[which].photos[orders[which][place]]
            pictures.append(crop(photo, self.size, own))
            masks.append(draw_mask(own, self.size, self.size, data.masks, data.hole))
        return self._to_device(
            np.stack(pictures), np.stack(masks), torch.randn(len(mine), self.latent)
        )

    def _held_out(self, sets: Sequence[PhotoSet]) -> Holes:
        """The same held-out pictures, holes and latents for every sheet and measurement."""
        data, seed = self.recipe.data, self.recipe.schedule.seed
        chosen = [
            one.photos[place]
            for one in sets
            for place in np.linspace(0, len(one) - 1, min(len(one), MEASURED)).round().astype(int)
        ]
        rng = np.random.default_rng([seed, 1, 2])
        order = rng.permutation(len(chosen))
        masks = [draw_mask(rng, self.size, self.size, data.masks, data.hole) for _ in chosen]
        z = torch.randn(len(chosen), self.latent, generator=torch.Generator().manual_seed(seed + 1))
        squares = central_squares([chosen[i] for i in order], self.size)
        return self._to_device(squares, np.stack(masks), z)

    def _to_device(self, pictures: NDArray[np.uint8], masks: NDArray[np.bool_], z: Tensor) -> Holes:
        device = self.fabric.device
        real = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        return Holes(real, torch.from_numpy(masks).to(device)[:, None].float(), z.to(device))


def joined(one: Holes, other: Holes) -> Holes:
    """Both in one batch."""
    if not len(other):
        return one
    pairs = ((one.real, other.real), (one.mask, other.mask), (one.z, other.z))
    return Holes(*(torch.cat(pair) for pair in pairs))
