"""Memorising and repetition: how near samples lie to training pictures and to one another.

Distances are root mean squares over the pixels and colours of pictures reduced to 32 px, on the
scale of 8-bit values (0 to 255). What counts as too near is learned from real pictures:

* A *near-duplicate* is a sample nearer to a training picture than all but one in a hundred of the
  held-out pictures are, both at 32 px and at full size. Held-out pictures were never trained on,
  so a generator that learned the data and copied nothing has a share of about one in a hundred.
* A *repeated sample* is one of two samples nearer to each other than any two different pictures
  are expected to be: 200 real pictures hold so near a pair once in ten draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.pictures import Pictures, resize

THUMBNAIL_PX = 32
NEAR_QUANTILE = 0.01
REPEAT_SAMPLES = 200
#: Expected number of real pairs below the threshold among 200 real pictures.
REAL_PAIRS_EXPECTED = 0.1
THRESHOLD_PICTURES = 2500

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Nearest:
    """For each query the nearest picture of a collection.

    Attributes:
        distance: (N,) root mean square in 8-bit values.
        place: (N,) which picture of the collection.
    """

    distance: Doubles
    place: NDArray[np.int64]


def thumbnails(pictures: Pictures) -> Pictures:
    """(N, H, H, 3) reduced to 32 px."""
    return resize(pictures, THUMBNAIL_PX)


def nearest(queries: Pictures, collection: Pictures, chunk: int = 250) -> Nearest:
    """The nearest picture of ``collection`` for each of ``queries``; both (N, H, W, 3)."""
    base = _rows(collection)
    norms = np.einsum("nd,nd->n", base, base)
    places = []
    for start in range(0, len(queries), chunk):
        rows = _rows(queries[start : start + chunk])
        places.append(np.argmin(norms - 2 * (rows @ base.T), axis=1))
    place = np.concatenate(places)
    # The winner's distance is computed again by subtraction: the product above rounds.
    return Nearest(distances(queries, collection[place]), place)


def distances(a: Pictures, b: Pictures) -> Doubles:
    """(N,) the distance of each picture of ``a`` from the one at the same place of ``b``."""
    gap = a.astype(np.float32) - b
    return np.sqrt(np.square(gap).mean(axis=(1, 2, 3), dtype=np.float64))


def pair_distances(pictures: Pictures) -> Doubles:
    """The distances of all N (N - 1) / 2 pairs, in no particular order."""
    rows = _rows(pictures)
    rows -= rows.mean(axis=0)  # smaller numbers, less rounding
    norms = np.einsum("nd,nd->n", rows, rows).astype(np.float64)
    square = norms[:, None] + norms[None] - 2 * (rows @ rows.T)
    upper = np.triu_indices(len(rows), 1)
    return np.sqrt(np.maximum(square[upper], 0) / rows.shape[1])


def repeat_threshold(real: Pictures) -> float:
    """The distance that a pair among 200 pictures of ``real`` undercuts in one of ten draws.

    Args:
        real: (N, 32, 32, 3). So rare a pair shows in hundreds of thousands only: give 1,000 or
            more where there are; some 2,500 spread over the set are looked at.
    """
    step = max(1, len(real) // THRESHOLD_PICTURES)
    pairs = pair_distances(real[::step][:THRESHOLD_PICTURES])
    tested = REPEAT_SAMPLES * (REPEAT_SAMPLES - 1) / 2
    return float(np.quantile(pairs, min(1.0, REAL_PAIRS_EXPECTED / tested)))


def count_repeated(samples: Pictures, threshold: float) -> int:
    """How many of the first 200 samples (thumbnails) have an earlier one within ``threshold``."""
    few = samples[:REPEAT_SAMPLES].astype(np.float32)
    repeated = 0
    for row in range(1, len(few)):
        gap = np.square(few[:row] - few[row]).mean(axis=(1, 2, 3), dtype=np.float64)
        repeated += bool(np.sqrt(gap.min()) <= threshold)
    return repeated


def near_duplicates(
    distance: Doubles,
    threshold: float,
    full_distance: Doubles,
    full_threshold: float,
) -> NDArray[np.bool_]:
    """Which samples are too near to a training picture, at 32 px and at full size."""
    return (distance < threshold) & (full_distance < full_threshold)


def near_threshold(held_out_distance: Doubles) -> float:
    """The distance to the nearest training picture that one held-out picture in 100 undercuts."""
    return float(np.quantile(held_out_distance, NEAR_QUANTILE))


def _rows(pictures: Pictures) -> Floats:
    """(N, H, W, 3) as (N, H * W * 3) numbers around zero."""
    return pictures.reshape(len(pictures), -1).astype(np.float32) - np.float32(128)
