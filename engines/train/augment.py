"""DiffAugment: the same random change for what the discriminator sees, real or generated.

Zhao, Liu, Lin, Zhu, Han 2020, "Differentiable Augmentation for Data-Efficient GAN Training"
(arXiv 2006.10738), section 3 and appendix. Randomness comes from torch's global generator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

#: The most that :func:`affine` changes: radians, the logarithm of the size, share of the side.
TURN, ZOOM, SHIFT = 0.35, 0.15, 0.1
#: Pixels sideways for every pixel upwards.
LEAN = 0.3
#: The most that :func:`tint` adds to a channel or takes from it, of the 2 from black to white.
TINT = 0.1


def augment(x: Tensor, policy: Sequence[str]) -> Tensor:
    """Apply the named changes in order.

    Args:
        x: (B, 3, H, W) in -1 .. 1.
        policy: any of "affine", "color", "cutout", "lean", "tint", "translation".
    """
    for name in policy:
        x = POLICIES[name](x)
    return x


def color(x: Tensor) -> Tensor:
    """Brightness by up to 0.5 either way, saturation by 0 to 2, contrast by 0.5 to 1.5."""
    x = x + _uniform(x) - 0.5
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * (_uniform(x) * 2)
    middle = x.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (x - middle) * (_uniform(x) + 0.5)


def tint(x: Tensor) -> Tensor:
    """For every other picture, saturation by 0 to 2 and each channel by up to :data:`TINT`.

    Where colours come in a few flat kinds, a generator that has too little of one gets there only
    through colours that no real picture has. Here some real pictures have them; the half left as
    they are keep the colours true (Karras et al. 2020, section 3: nothing leaks below 0.8).
    """
    grey = x.mean(dim=1, keepdim=True)
    shift = (2 * torch.rand(x.shape[0], 3, 1, 1) - 1).to(x) * TINT
    tinted = grey + (x - grey) * (_uniform(x) * 2) + shift
    return torch.where(_uniform(x) < 0.5, tinted, x)


def translation(x: Tensor, ratio: float = 0.125) -> Tensor:
    """Shift by up to ``ratio`` of the side each way, the rest filled with zeros (mid-grey)."""
    b, _, h, w = x.shape
    tall, wide = (int(side * ratio + 0.5) for side in (h, w))
    tops, lefts = (_shift(b, most) + most for most in (tall, wide))
    padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, wide, wide, tall, tall))
    # Windows copy whole rows: several times faster than picking one pixel at a time by index.
    windows = [
        picture[top : top + h, left : left + w]
        for picture, top, left in zip(padded.unbind(), tops.tolist(), lefts.tolist(), strict=True)
    ]
    return torch.stack(windows).permute(0, 3, 1, 2)  # (B, 3, H, W), channels last in memory


def affine(x: Tensor) -> Tensor:
    """Turn, zoom and shift by up to :data:`TURN` and the rest; edges are drawn out.

    Karras et al. 2020 ("Training GANs with Limited Data", appendix B) change pictures alike.
    """
    b = x.shape[0]
    angle, scale = (2 * torch.rand(b) - 1) * TURN, ((2 * torch.rand(b) - 1) * ZOOM).exp()
    shift = (2 * torch.rand(b, 2, 1) - 1) * (2 * SHIFT)  # the side is 2 long here
    rows = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], dim=1)
    maps = torch.cat([(rows * scale[:, None]).reshape(b, 2, 2), shift], dim=2)  # (B, 2, 3)
    return _mapped(x, maps)


def lean(x: Tensor) -> Tensor:
    """Push the rows sideways, the upper ones the other way, by up to :data:`LEAN`."""
    maps = torch.eye(2, 3).repeat(x.shape[0], 1, 1)
    maps[:, 0, 1] = (2 * torch.rand(x.shape[0]) - 1) * LEAN
    return _mapped(x, maps)


def _mapped(x: Tensor, maps: Tensor) -> Tensor:
    """Each picture through its own map (B, 2, 3) of places; edges are drawn out."""
    grid = F.affine_grid(maps, list(x.shape), align_corners=False).to(x)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def cutout(x: Tensor, ratio: float = 0.5) -> Tensor:
    """Blank a square of ``ratio`` of the side at a random place."""
    b, _, h, w = x.shape
    rows = _span(b, h, int(h * ratio + 0.5))  # (B, H)
    columns = _span(b, w, int(w * ratio + 0.5))  # (B, W)
    keep = ~(rows[:, :, None] & columns[:, None, :])
    return x * keep[:, None].to(x)


def _uniform(x: Tensor) -> Tensor:
    return torch.rand(x.shape[0], 1, 1, 1).to(x)


def _shift(count: int, most: int) -> Tensor:
    return torch.randint(-most, most + 1, (count,))


def _span(count: int, side: int, length: int) -> Tensor:
    """(B, side), true on ``length`` places around a random centre."""
    centre = torch.randint(0, side + (1 - length % 2), (count, 1))
    places = torch.arange(side)[None, :]
    return (places >= centre - length // 2) & (places < centre - length // 2 + length)


POLICIES: dict[str, Callable[[Tensor], Tensor]] = {
    "affine": affine,
    "color": color,
    "translation": translation,
    "cutout": cutout,
    "lean": lean,
    "tint": tint,
}
