"""100 samples beside 100 held-out real pictures, for the eye."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engines.evaluate.pictures import Pictures
from engines.protocol.errors import bad_input
from engines.runtime.files import write_bytes

COLUMNS = 10
GAP = 24
HEADER = 28
PAPER, INK = (255, 255, 255), (20, 20, 20)


def grid(pictures: Pictures, columns: int = COLUMNS) -> Image.Image:
    """(N, H, W, 3) as rows of ``columns``; the last row is filled up with paper."""
    count, height, width, _ = pictures.shape
    rows = -(-count // columns)
    sheet = np.full((rows * columns, height, width, 3), PAPER, np.uint8)
    sheet[:count] = pictures
    lines = sheet.reshape(rows, columns, height, width, 3).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(lines.reshape(rows * height, columns * width, 3))


def make_sheet(samples: Pictures, real: Pictures) -> Image.Image:
    """The first 100 of each, side by side under their headings."""
    both = min(len(samples), len(real), COLUMNS * COLUMNS)
    left, right = grid(samples[:both]), grid(real[:both])
    width = left.width + GAP + right.width
    sheet = Image.new("RGB", (width, HEADER + max(left.height, right.height)), PAPER)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(16)
    for x, picture, words in (
        (0, left, f"{both} samples"),
        (left.width + GAP, right, f"{both} held-out real pictures"),
    ):
        sheet.paste(picture, (x, HEADER))
        pen.text((x + 4, 4), words, fill=INK, font=font)
    return sheet


def write_sheet(path: Path, samples: Pictures, real: Pictures) -> None:
    """Write the sheet as a PNG, whole or not at all.

    Raises:
        EngineError: bad_input when the place cannot be written to.
    """
    write_picture(path, make_sheet(samples, real))


def write_picture(path: Path, picture: Image.Image) -> None:
    """Write any sheet as a PNG, whole or not at all.

    Raises:
        EngineError: bad_input when the place cannot be written to.
    """
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    try:
        write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise bad_input(
            f"{path} cannot be written: {(error.strerror or str(error)).lower()}.",
            "Choose another place for the sheet.",
        ) from error
