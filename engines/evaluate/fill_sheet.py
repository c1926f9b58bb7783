"""Pictures with holes beside what every method fills them with, for the eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engines.evaluate.fills import Holes
from engines.evaluate.pictures import Pictures
from engines.evaluate.sheet import HEADER, INK, PAPER, grid, write_picture

#: Rows of each kind of hole.
ROWS = 12
#: What a hole is shown as.
PAINT = (236, 70, 153)


def make_fill_sheet(
    real: Pictures, parts: Sequence[tuple[Holes, Mapping[str, Pictures], Pictures]]
) -> Image.Image:
    """One row a picture: with its hole, every fill, the model's from another seed, the original.

    Args:
        real: (N, H, W, 3).
        parts: holes, fills by method and second fills, one after another.
    """
    rows, names = [], ["hole"]
    for holes, fills, again in parts:
        holed = np.where(holes[..., None], np.array(PAINT, np.uint8), real)
        columns = [holed, *fills.values(), again, real]
        names = ["hole", *fills, "another seed", "original"]
        chosen = np.linspace(0, len(real) - 1, min(ROWS, len(real))).round().astype(int)
        rows += [column[i] for i in chosen for column in columns]
    body = grid(np.stack(rows), len(names))
    sheet = Image.new("RGB", (body.width, body.height + HEADER), PAPER)
    sheet.paste(body, (0, HEADER))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for column, name in enumerate(names):
        words = name.replace("_", " ")
        pen.text((column * real.shape[2] + 4, 6), words, fill=INK, font=font)
    return sheet


def write_fill_sheet(
    path: Path, real: Pictures, parts: Sequence[tuple[Holes, Mapping[str, Pictures], Pictures]]
) -> None:
    """Write the sheet as a PNG, whole or not at all.

    Raises:
        EngineError: bad_input when the place cannot be written to.
    """
    write_picture(path, make_fill_sheet(real, parts))
