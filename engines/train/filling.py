"""The losses of inpainting: pure functions of pictures (B, 3, H, W), masks (B, 1, H, W), logits."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.train.recipe import Filling

#: Two fills are compared at a quarter of the size: another texture alone is no other content.
COARSE = 4


def reconstruction(fill: Tensor, real: Tensor, mask: Tensor, settings: Filling) -> Tensor:
    """Mean distance inside the holes, with more weight on their rim.

    Pathak et al. 2016 (arXiv 1604.07379), equation 1, and section 5.1's weight of ten on a band of
    seven pixels, so that fill and context agree. Their prediction overlaps the context by that
    band; ours is the hole itself, so the band is its outermost part.
    """
    apart = fill - real
    distance = apart.abs() if settings.norm == "l1" else apart.square()
    weight = mask
    if settings.band:
        weight = weight + (settings.band_weight - 1) * rim(mask, settings.band)
    return (distance * weight).sum() / (mask.sum() * fill.shape[1]).clamp(min=1)


def rim(mask: Tensor, breadth: int) -> Tensor:
    """The part of the holes within ``breadth`` pixels of something known; (B, 1, H, W).

    Beyond the edge of the picture nothing is known.
    """
    known = F.max_pool2d(1 - mask, 2 * breadth + 1, stride=1, padding=breadth)
    return mask * known


def diversity(one: Tensor, other: Tensor, mask: Tensor, z: Tensor, other_z: Tensor) -> Tensor:
    """How far two fills of the same holes lie apart for the distance of their latents, (B,).

    Mao et al. 2019, "Mode Seeking GANs" (arXiv 1903.05628), section 3. The latents' distance is
    divided by that of two usual ones, so that the unit is that of the pictures.
    """
    apart = F.avg_pool2d((one - other) * mask, COARSE).abs().mean(dim=1, keepdim=True)
    hole = F.avg_pool2d(mask, COARSE).sum(dim=(1, 2, 3)).clamp(min=1)
    usual = (2 * z.shape[1]) ** 0.5
    latents = (z - other_z).square().sum(dim=1).sqrt() / usual
    return apart.sum(dim=(1, 2, 3)) / hole / latents.clamp(min=1e-3)


def shortfall(distance: Tensor, spread: float) -> Tensor:
    """1 where fills are all alike, 0 where they lie ``spread`` apart or farther.

    The bound of Liu et al. 2019, "Normalized Diversification" (arXiv 1904.03608): with
    nothing to gain beyond it, variety is not bought with fills that do not fit.
    """
    return F.relu(1 - distance / spread).mean()


def judged(logits: Tensor, mask: Tensor) -> Tensor:
    """Which of the patches' logits (B, h, w) have part of a hole under them; bool (B, h, w)."""
    return F.adaptive_max_pool2d(mask, logits.shape[1:]).squeeze(1) > 0


def patches_for_penalty(logits: Tensor, where: Tensor) -> Tensor:
    """One number a picture, (B,), whose squared gradient is that of the mean patch on average.

    The gradient of a plain sum would let patches cancel one another; with random signs the cross
    terms vanish in expectation (Hutchinson 1990).
    """
    signs = torch.randint_like(logits, 0, 2) * 2 - 1
    counts = where.sum(dim=(1, 2)).clamp(min=1)
    return (logits * signs * where).sum(dim=(1, 2)) / counts.sqrt()


def detail(pictures: Tensor, mask: Tensor) -> Tensor:
    """Summed squared difference of neighbouring pixels that both lie in a hole: a scalar."""
    beside = (pictures[..., 1:] - pictures[..., :-1]) * (mask[..., 1:] * mask[..., :-1])
    below = (pictures[..., 1:, :] - pictures[..., :-1, :]) * (mask[..., 1:, :] * mask[..., :-1, :])
    return beside.square().sum() + below.square().sum()
