"""A latent that follows paint: strokes are hints, and the model keeps the picture plausible.

Zhu et al. 2016 (iGAN, arXiv 1609.03552), section 3.3: descend on how far the picture is from the
colours under the strokes and from the edges drawn, while staying near where it started.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.runtime.latent import noise
from engines.runtime.torch_latent import Landscape

import torch  # isort: skip  # after what says in a sentence that it is missing
from torch import Tensor  # isort: skip
from torch.nn import functional as F  # isort: skip

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels

Floats = NDArray[np.float32]

#: Step length in standard deviations of places, for every number of one. Steps are as long as this
#: whatever the slope, along the gradient smoothed by ``MOMENTUM``: after 8 and 16 steps that has
#: brought losses to three quarters of Adam's, which moves the numbers that do not matter too.
RATE, MOMENTUM = 0.22, 0.6
#: Weights of the terms: colours and edges grow with the strength, the others shrink.
COLOUR, EDGES, KEEP, NEAR = 6.0, 3.0, 5.0, 0.1
#: Steps and step length that find the z of a place.
INVERTING, INVERTING_RATE = 80, 0.05
#: Seeds that the search for it begins with.
BEGUN_WITH = 512
#: Cells along a side in which colours are averaged, and those in which edges are counted.
COLOUR_CELLS, EDGE_CELLS = 32, 16
ORIENTATIONS = 6


class Found(NamedTuple):
    """Where a search is.

    Attributes:
        number: steps done.
        places: (B, levels, width), the best of each start so far.
        losses: (B,), theirs.
    """

    number: int
    places: Floats
    losses: Floats


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a picture.

    Attributes:
        colour: (1, 3, H, H), the paint in -1 .. 1.
        alpha: (1, 1, H, H), 0 .. 1.
        before: (1, 3, H, H), the picture that was painted on.
        near: (1, levels, width), its place in standard deviations from the mean.
        strength: 0 to 1.
        edges: whether those count too.
    """

    colour: Tensor
    alpha: Tensor
    before: Tensor
    near: Tensor
    strength: float
    edges: bool

    @classmethod
    @torch.no_grad()
    def of(
        cls, land: Landscape, place: Floats, paint: Pixels, strength: float, edges: bool
    ) -> Wish:
        """Put a wish together.

        Args:
            land: of the model.
            place: (levels, width), of the picture that is painted on.
            paint: (H, H, 4), of the model's size.
            strength: how closely to follow, 0 to 1.
            edges: whether to follow the edges too.
        """
        both = land.tensor(paint)
        where = torch.from_numpy(place).to(land.device)[None]
        near, alpha = land.deviations(where), (both[:, 3:] + 1) / 2
        return cls(both[:, :3], alpha, land.render(where), near, strength, edges)

    def loss(self, pictures: Tensor, ways: Tensor) -> Tensor:
        """How far (B, 3, H, H) at (B, levels, width) are from what is asked, (B,)."""
        follow = COLOUR * self._colours(pictures)
        if self.edges:
            follow = follow + EDGES * self._edges(pictures)
        apart = (ways - self.near).square().mean(dim=(1, 2))
        stay = KEEP * self._kept(pictures) + NEAR * apart
        return self.strength * follow + (1 - self.strength) * stay

    def _colours(self, pictures: Tensor) -> Tensor:
        """Squared difference of what lies under the paint, averaged in cells: paint is a hint."""
        cell = max(1, pictures.shape[-1] // COLOUR_CELLS)
        cover = F.avg_pool2d(self.alpha, cell)  # (1, 1, h, h)
        apart = F.avg_pool2d((pictures - self.colour) * self.alpha, cell) / (cover + 1e-3)
        return (apart.square() * cover).sum(dim=(1, 2, 3)) / (3 * cover.sum() + 1e-3)

    def _kept(self, pictures: Tensor) -> Tensor:
        """How much of what is not painted has changed."""
        cell = max(1, pictures.shape[-1] // COLOUR_CELLS)
        free = F.avg_pool2d(1 - self.alpha, cell)
        change = F.avg_pool2d(pictures - self.before, cell).abs() * free
        return change.sum(dim=(1, 2, 3)) / (3 * free.sum() + 1e-3)

    def _edges(self, pictures: Tensor) -> Tensor:
        """Difference of the orientation histograms, in cells that are painted."""
        cell = max(1, pictures.shape[-1] // EDGE_CELLS)
        painted = self.before + self.alpha * (self.colour - self.before)
        cover = F.max_pool2d(self.alpha, cell)
        apart = orientations(pictures, cell) - orientations(painted, cell)
        return (apart.square().sum(dim=1, keepdim=True) * cover).sum(dim=(1, 2, 3)) / (
            cover.sum() + 1e-3
        )


def orientations(pictures: Tensor, cell: int) -> Tensor:
    """How strong edges are in each of six directions, in every cell: (B, 6, H / cell, H / cell).

    Soft histograms of gradients (Dalal and Triggs 2005): every direction gets the positive part of
    the gradient along it, so that it can be differentiated.
    """
    grey = pictures.mean(dim=1, keepdim=True)  # (B, 1, H, H)
    across = grey.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8  # Sobel's
    kernel = torch.stack([across, across.T])[:, None]  # (2, 1, 3, 3)
    slope = F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), kernel)  # (B, 2, H, H)
    angles = [2 * math.pi * number / ORIENTATIONS for number in range(ORIENTATIONS)]
    towards = [slope[:, 0] * math.cos(angle) + slope[:, 1] * math.sin(angle) for angle in angles]
    return F.avg_pool2d(F.relu(torch.stack(towards, dim=1)), cell)


@torch.no_grad()
def losses(land: Landscape, wish: Wish, places: Floats) -> Floats:
    """The losses (B,) of places (B, levels, width), without moving them."""
    found = []
    for place in torch.from_numpy(places).to(land.device).split(16):
        found.append(wish.loss(land.render(place), land.deviations(place)))
    return torch.cat(found).cpu().numpy()


def follow(land: Landscape, wish: Wish, starts: Floats, steps: int) -> Iterator[Found]:
    """Go from several places towards what is asked, all at once.

    What moves is z, and a place by what the mapping network makes of it, all levels alike: with
    places themselves free, strokes are met by blots of colour that no sample has. What a place
    has beyond that (mixed styles, moves, a found picture's own) is kept.

    Args:
        land: of the model.
        wish: what is asked.
        starts: (B, levels, width).
        steps: how many.

    Yields:
        The state after every step.
    """
    first = torch.from_numpy(starts).to(land.device)  # (B, levels, width)
    z = inverted(land, first).requires_grad_(True)  # (B, z)
    with torch.no_grad():
        kept = first - land.mapped(z)[:, None]
        # Samples lie near a sphere: beyond it there is nothing that was trained.
        furthest = z.norm(dim=1, keepdim=True).clamp(min=z.shape[1] ** 0.5)
    best, pace, length = first.clone(), torch.zeros_like(z), RATE * z.shape[1] ** 0.5
    least = torch.full((len(first),), math.inf, device=land.device)
    for number in range(steps + 1):
        places = kept + land.mapped(z)[:, None]
        loss = wish.loss(land.render(places), land.deviations(places))  # (B,)
        with torch.no_grad():
            better = loss < least
            best[better], least[better] = places[better], loss[better]
        if number:
            yield Found(number, best.cpu().numpy(), least.cpu().numpy())
        if number < steps:
            (slope,) = torch.autograd.grad(loss.sum(), [z])
            slope = slope / slope.norm(dim=1, keepdim=True).clamp(min=1e-12)
            pace = MOMENTUM * pace + (1 - MOMENTUM) * slope
            with torch.no_grad():
                z -= length * pace
                z *= (furthest / z.norm(dim=1, keepdim=True).clamp(min=1e-6)).clamp(max=1.0)


def inverted(land: Landscape, places: Tensor) -> Tensor:
    """A z (B, z) whose place is near the mean of the levels of each of (B, levels, width)."""
    wanted = places.mean(dim=1)  # (B, width)
    if land.mapping is None:
        return wanted.clone()
    z = torch.from_numpy(np.concatenate([noise(n, land.z_width) for n in range(BEGUN_WITH)]))
    z = z.to(wanted)
    with torch.no_grad():
        nearest = torch.cdist(wanted @ land.back, land.mapped(z) @ land.back).argmin(dim=1)
    found = z[nearest].clone().requires_grad_(True)
    optimiser = torch.optim.Adam([found], lr=INVERTING_RATE, betas=(0.8, 0.95))
    for _ in range(INVERTING):
        apart = ((land.mapped(found) - wanted) @ land.back).square().sum()
        (found.grad,) = torch.autograd.grad(apart, [found])
        optimiser.step()
    found = found.detach()
    return found * (land.z_width**0.5 / found.norm(dim=1, keepdim=True).clamp(min=1e-6))
