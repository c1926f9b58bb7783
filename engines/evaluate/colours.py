"""Colour-histogram intersection: do two sets of pictures use the same colours equally often?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.pictures import Pictures

BINS = 16


def histogram(pictures: Pictures) -> NDArray[np.float64]:
    """(N, H, W, 3): the share of pixels in each of 16 x 16 x 16 boxes of RGB, flat."""
    levels = (pictures.reshape(-1, 3) // (256 // BINS)).astype(np.int64)
    boxes = (levels[:, 0] * BINS + levels[:, 1]) * BINS + levels[:, 2]
    counts = np.bincount(boxes, minlength=BINS**3)
    return counts / counts.sum()


def intersection(a: Pictures, b: Pictures) -> float:
    """1 when both sets have the same histogram, 0 when they share no colour."""
    return float(np.minimum(histogram(a), histogram(b)).sum())
