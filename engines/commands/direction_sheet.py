"""A contact sheet of directions: one a row, from the lowest to the highest end, under its title."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engines.runtime import files
from engines.runtime.directions import Way
from engines.tasks.latent import Studio, contact_sheet

HEADER, GAP = 20, 16
PAPER, INK = (255, 255, 255), (20, 20, 20)


def write_sheet(path: Path, studio: Studio, ways: Sequence[Way], seeds: Sequence[int]) -> None:
    """Draw and write a PNG, whole or not at all.

    Args:
        path: the file.
        studio: the model.
        ways: the rows.
        seeds: the pictures that each row starts from, side by side.

    Raises:
        EngineError: ``bad_input``, when the disk refuses.
    """
    buffer = io.BytesIO()
    draw_sheet(studio, ways, seeds).save(buffer, "PNG")
    try:
        files.write_bytes(path, buffer.getvalue())
    except OSError as error:
        raise files.unwritable(path, error) from error


def draw_sheet(studio: Studio, ways: Sequence[Way], seeds: Sequence[int]) -> Image.Image:
    """The sheet, at the size that the model's pictures have."""
    rows = [[contact_sheet(studio, way, seed) for seed in seeds] for way in ways]
    width = max(sum(one.shape[1] + GAP for one in row) - GAP for row in rows)
    height = sum(row[0].shape[0] + HEADER for row in rows)
    sheet = Image.new("RGB", (width, height), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    top = 0
    for way, row in zip(ways, rows, strict=True):
        pen.text((4, top + 2), _caption(way), fill=INK, font=font)
        left = 0
        for one in row:
            sheet.paste(Image.fromarray(one), (left, top + HEADER))
            left += one.shape[1] + GAP
        top += row[0].shape[0] + HEADER
    return sheet


def _caption(way: Way) -> str:
    info = way.info
    if info.choices:
        return f"{info.title}: {', '.join(info.choices)}"
    how = info.method.replace("_", " ")
    if info.effect is not None:
        how += f", effect {info.effect:.2f}"
    return f"{info.title} ({how}), {info.low:g} to {info.high:g}"
