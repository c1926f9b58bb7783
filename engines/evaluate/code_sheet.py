"""What the codes of an InfoGAN do, as pictures: a row a category, a code along each row.

The layout of Chen et al. 2016 (arXiv 1606.03657), figure 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn
from torch.nn import functional as F

from engines.data.digits import Digits
from engines.evaluate.pictures import Pictures
from engines.evaluate.sheet import GAP, HEADER, INK, PAPER, write_picture
from engines.nets.infogan import InfoGANConfig

COLUMNS = 10
SEED = 1


@torch.no_grad()
def code_pictures(network: nn.Module, seed: int, code: int = 0, columns: int = COLUMNS) -> Pictures:
    """Pictures (rows, columns, size, size, 3): a row for every category.

    Where there is no category, a row for every continuous code, which moves along it.

    Args:
        network: an InfoGAN's generator.
        seed: of the noise, one a row, and of the codes that stand still.
        code: the continuous code that goes from -1 to 1 along the row of a category.
        columns: pictures in a row.
    """
    made: Any = network
    config: InfoGANConfig = made.config
    device = next(network.parameters()).device
    rows = [
        made.from_codes(noise.to(device), codes.to(device))
        for noise, codes in zip(*_inputs(config, seed, code, columns), strict=True)
    ]
    levels = ((torch.stack(rows).float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(levels.permute(0, 1, 3, 4, 2).cpu().numpy())


def laid_out(pictures: Pictures) -> Pictures:
    """(rows, columns, H, W, 3) as one picture (rows * H, columns * W, 3)."""
    rows, columns, height, width, channels = pictures.shape
    lines = pictures.swapaxes(1, 2).reshape(rows * height, columns * width, channels)
    return np.ascontiguousarray(lines)


def _inputs(config: InfoGANConfig, seed: int, code: int, columns: int) -> tuple[Tensor, Tensor]:
    """Noise (rows, columns, noise) and codes (rows, columns, codes)."""
    rows = config.categories or config.continuous
    fixed = torch.Generator().manual_seed(seed)
    noise = torch.randn(rows, 1, config.noise, generator=fixed).expand(-1, columns, -1)
    still = 2 * torch.rand(rows, 1, config.continuous, generator=fixed) - 1
    values = still.repeat(1, columns, 1)
    for row in range(rows if config.continuous else 0):
        values[row, :, code if config.categories else row] = torch.linspace(-1, 1, columns)
    choice = torch.zeros(rows, 0)
    if config.categories:
        choice = F.one_hot(torch.arange(rows), rows).float()
    return noise, torch.cat([choice[:, None].expand(-1, columns, -1), values], dim=2)


def write_code_sheet(
    path: Path,
    network: nn.Module,
    real: Pictures,
    digits: Digits | None = None,
    matching: Sequence[int | None] | None = None,
) -> None:
    """Write a PNG: a block of pictures for every continuous code, and real ones beside them.

    Args:
        path: where.
        network: the generator.
        real: held-out pictures (N, H, W, 3), shown where there are no labels.
        digits: held-out pictures with labels.
        matching: the label of each category: rows are in its order, with real pictures of it.

    Raises:
        EngineError: ``bad_input`` when the place cannot be written to.
    """
    made: Any = network
    config: InfoGANConfig = made.config
    count = config.continuous if config.categories else 1
    blocks = [code_pictures(network, SEED, code) for code in range(max(1, count))]
    rows, height = blocks[0].shape[0], blocks[0].shape[2]
    if digits is not None and matching is not None:
        last = 1 + max((label for label in matching if label is not None), default=0)
        labels = [last if label is None else label for label in matching]
        order = np.argsort(labels, kind="stable")
        blocks = [block[order] for block in blocks]
        blocks.append(_by_label(digits, [matching[row] for row in order]))
    else:
        rows = min(rows, len(real) // COLUMNS)
        blocks.append(real[: rows * COLUMNS].reshape(rows, COLUMNS, height, height, 3))
    sheets = [Image.fromarray(laid_out(block)) for block in blocks]
    width = sum(sheet.width + GAP for sheet in sheets) - GAP
    whole = Image.new("RGB", (width, HEADER + max(sheet.height for sheet in sheets)), PAPER)
    pen, font, left = ImageDraw.Draw(whole), ImageFont.load_default(16), 0
    titles = [f"code {number + 1}, -1 to 1" for number in range(len(sheets) - 1)]
    if not config.categories:
        titles = ["codes, -1 to 1"]
    for sheet, title in zip(sheets, [*titles, "held-out real pictures"], strict=True):
        whole.paste(sheet, (left, HEADER))
        pen.text((left + 4, 4), title, fill=INK, font=font)
        left += sheet.width + GAP
    write_picture(path, whole)


def _by_label(digits: Digits, matching: Sequence[int | None]) -> Pictures:
    """(categories, columns, H, W, 3): real pictures of the label that each category means."""
    height = digits.pixels.shape[1]
    found = np.zeros((len(matching), COLUMNS, height, height, 3), np.uint8)
    for row, label in enumerate(matching):
        some = digits.pixels[digits.labels == (-1 if label is None else label)][:COLUMNS]
        found[row, : len(some)] = some[..., None]
    return found
