"""The real pictures a model is measured against, split as in training, with their attributes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.data.attributes import Row, read_attributes, rows_of
from engines.data.pictures import load_pictures
from engines.protocol.errors import bad_input

Pictures = NDArray[np.uint8]
#: Fewer held-out pictures than this say nothing about a distribution.
FEWEST_HELD_OUT = 20


@dataclass(frozen=True)
class RealPictures:
    """One data set at one size.

    Attributes:
        training: (N, size, size, 3), what a model may have seen.
        held_out: (M, size, size, 3), what no model has seen.
        training_rows: attributes of each training picture, or () where the set has none.
        held_out_rows: the same for the held-out ones.
    """

    training: Pictures
    held_out: Pictures
    training_rows: tuple[Row, ...] = ()
    held_out_rows: tuple[Row, ...] = ()


def load_real(source: Path, size: int) -> RealPictures:
    """Read a zip or a folder of pictures and, where there is one, its ``attributes.jsonl``.

    Raises:
        EngineError: bad_input when there is too little to measure against.
    """
    training = load_pictures(source, size, "train")
    held_out = load_pictures(source, size, "held_out")
    if len(held_out) < FEWEST_HELD_OUT:
        raise bad_input(
            f"{source} leaves {len(held_out)} held-out pictures, too few to compare with.",
            f"Give at least {10 * FEWEST_HELD_OUT} pictures.",
        )
    by_file = read_attributes(source)
    if by_file is None:
        return RealPictures(training.pixels, held_out.pixels)
    return RealPictures(
        training.pixels,
        held_out.pixels,
        rows_of(by_file, training.names),
        rows_of(by_file, held_out.names),
    )


def resize(pictures: Pictures, size: int) -> Pictures:
    """(N, H, H, 3) at another width and height, by block means where H is a multiple of it."""
    count, height, _, channels = pictures.shape
    if height == size:
        return pictures
    if height % size:
        return np.stack([_resize_one(picture, size) for picture in pictures])
    step = height // size
    blocks = pictures.reshape(count, size, step, size, step, channels)
    sums = blocks.sum(axis=(2, 4), dtype=np.uint32)
    return ((sums + step * step // 2) // (step * step)).astype(np.uint8)


def _resize_one(picture: Pictures, size: int) -> Pictures:
    """(H, H, 3): (size, size, 3), by a box filter downwards and bilinear upwards."""
    down = picture.shape[0] > size
    method = Image.Resampling.BOX if down else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(picture).resize((size, size), method))
