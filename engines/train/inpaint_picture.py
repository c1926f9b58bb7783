"""An inpainter's preview: two pictures with a hole, each beside its fill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from engines.data.masks import centre, strokes
from engines.train.sheet import tile, to_bytes

#: What a hole is shown as.
PAINT = (0.85, -0.45, 0.2)
ROWS = 2


def painted(real: Tensor, mask: Tensor) -> Tensor:
    """(B, 3, H, W) with the holes (B, 1, H, W) in one loud colour."""
    colour = torch.tensor(PAINT, device=real.device)[:, None, None]
    return real * (1 - mask) + colour * mask


def preview_fills(
    network: nn.Module, size: int, latent: int, side: int, any_form: bool = True
) -> NDArray[np.uint8]:
    """Drawn scenes with holes beside their fills, as a square picture (side, side, 3).

    The data's own pictures may often not be shown; these are nobody's.

    Args:
        network: an inpainter.
        size: of the pictures it was trained on.
        latent: length of its z.
        side: of the result.
        any_form: it fills more than the central square.
    """
    real = torch.from_numpy(np.stack([scene(size, number) for number in range(ROWS)]))
    rng = np.random.default_rng(7)
    other = strokes if any_form else centre
    holes = np.stack([centre(rng, size, size), other(rng, size, size)])
    mask = torch.from_numpy(holes)[:, None].float()
    z = torch.randn(ROWS, latent, generator=torch.Generator().manual_seed(7))
    with torch.no_grad():
        filled = network(real, mask, z)
    cells = torch.stack([painted(real, mask), filled], dim=1).flatten(0, 1)  # (2 ROWS, 3, H, W)
    return _square(tile(to_bytes(cells), 2), side)


def preview_of_sheet(samples: Path, size: int, side: int) -> NDArray[np.uint8] | None:
    """The same from the last sheet of a run, for data that may be shown; None without a sheet."""
    sheets = sorted(samples.glob("*.png"))
    if not sheets:
        return None
    with Image.open(sheets[-1]) as picture:
        sheet = np.asarray(picture.convert("RGB"))
    # Each row of a sheet begins with a picture with its hole and the same one filled.
    return _square(sheet[: ROWS * size, : 2 * size], side)


def scene(size: int, number: int) -> NDArray[np.float32]:
    """Sky, sun, hills and water with some grain, (3, size, size) in -1 .. 1."""
    rng = np.random.default_rng([number, 11])
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    sky = np.stack([0.1 + 0.8 * y, 0.3 + 0.5 * y, 0.9 - 0.3 * y])
    sun = np.exp(-((x - 0.3 - 0.4 * number) ** 2 + (y - 0.25) ** 2) / 0.006)
    picture = sky + sun * np.array([0.6, 0.5, 0.1], np.float32)[:, None, None]
    for layer, colour in enumerate(((-0.1, 0.0, 0.25), (-0.5, -0.1, -0.45))):
        phase, height = rng.uniform(0, 6), 0.45 + 0.15 * layer
        crest = height + 0.06 * np.sin(7 * x + phase) + 0.03 * np.sin(17 * x + 2 * phase)
        inside = np.clip((y - crest) * size, 0, 1)
        picture += inside * (np.array(colour, np.float32)[:, None, None] - picture)
    water = np.clip((y - 0.8) * size, 0, 1)
    waves = 0.08 * np.sin(90 * y + 3 * np.sin(9 * x))
    blue = np.array([-0.6, -0.1, 0.35], np.float32)[:, None, None] + waves
    picture += water * (blue - picture)
    grain = rng.normal(0, 0.02, (1, size, size))
    return np.clip(picture + grain, -1, 1).astype(np.float32)


def _square(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    resized = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(resized)
