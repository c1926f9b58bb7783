"""Little drawn heads with attributes, for tests of what measures pictures."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pictures = NDArray[np.uint8]
Row = dict[str, Any]

BACKGROUNDS = ("#f7ecc8", "#d9efd6", "#e3daf3", "#cfe3f5")
SKINS = ((174, 93, 41), (255, 219, 180), (105, 77, 61))
SCALE = 4  # drawn larger and reduced, for smooth edges


def draw_faces(
    count: int, size: int = 32, seed: int = 0, backgrounds: tuple[str, ...] = BACKGROUNDS
) -> tuple[Pictures, tuple[Row, ...]]:
    """(count, size, size, 3) heads, and what is in each; backgrounds come round and round."""
    rng = np.random.default_rng(seed)
    faces = [_face(size, rng, backgrounds[i % len(backgrounds)]) for i in range(count)]
    rows = [{"file": f"{i:05}.png"} | row for i, (_, row) in enumerate(faces)]
    return np.stack([picture for picture, _ in faces]), tuple(rows)


def _face(size: int, rng: np.random.Generator, background: str) -> tuple[Pictures, Row]:
    """One head somewhere near the middle, half of them with glasses, a third with a beard."""
    wide = size * SCALE
    image = Image.new("RGB", (wide, wide), background)
    pen = ImageDraw.Draw(image)
    x, y = wide * rng.uniform(0.4, 0.6), wide * rng.uniform(0.45, 0.6)
    r = wide * rng.uniform(0.22, 0.34)
    skin = SKINS[rng.integers(len(SKINS))]
    hair = tuple(int(v) for v in rng.integers(20, 120, 3))
    pen.ellipse((x - 1.2 * r, y - 1.3 * r, x + 1.2 * r, y + 0.6 * r), fill=hair)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=skin, outline="black", width=SCALE)
    row: Row = {"background": background, "style": f"head{rng.integers(40)}"}
    if rng.random() < 0.5:
        for side in (-0.4, 0.4):
            box = (x + (side - 0.3) * r, y - 0.4 * r, x + (side + 0.3) * r, y + 0.2 * r)
            pen.rectangle(box, fill="white", outline="black", width=2 * SCALE)
        row["accessories"] = f"glasses{rng.integers(1, 4)}"
    if rng.random() < 1 / 3:
        pen.chord((x - 0.9 * r, y - 0.9 * r, x + 0.9 * r, y + 0.9 * r), 20, 160, fill=hair)
        row["facialHair"] = f"full{rng.integers(1, 20)}"
    return np.asarray(image.resize((size, size), Image.Resampling.BOX)), row


def make_faces(folder: Path, count: int, seed: int = 0, size: tuple[int, int] = (64, 64)) -> Path:
    """A folder of heads, face00.png and so on, of any width and height."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(draw_faces(count, size=64, seed=seed)[0]):
        Image.fromarray(picture).resize(size).save(folder / f"face{number:02d}.png")
    return folder


def write_zip(path: Path, pictures: Pictures, rows: tuple[Row, ...] = ()) -> Path:
    """A data set as the trainer reads it."""
    with zipfile.ZipFile(path, "w") as archive:
        for place, picture in enumerate(pictures):
            buffer = io.BytesIO()
            Image.fromarray(picture).save(buffer, "PNG")
            archive.writestr(f"images/{place:05}.png", buffer.getvalue())
        if rows:
            archive.writestr("attributes.jsonl", "\n".join(json.dumps(row) for row in rows))
    return path
