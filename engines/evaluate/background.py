"""Background colours read straight from the corners, for data sets that name them as #rrggbb."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.pictures import Pictures

KEY = "background"
#: Side of the corner squares, as a share of the picture.
CORNER = 1 / 16


def palette(values: Sequence[str]) -> NDArray[np.float64] | None:
    """(K, 3) the colours that the values name, or None when one of them is no #rrggbb."""
    try:
        return np.array([[int(v[i : i + 2], 16) for i in (1, 3, 5)] for v in values], np.float64)
    except ValueError:
        return None


def corner_colours(pictures: Pictures) -> NDArray[np.float64]:
    """(N, H, W, 3): (N, 3) the mean colour of the upper two corners.

    Shoulders reach the lower corners; hardly any hair reaches both upper ones.
    """
    side = max(1, round(pictures.shape[1] * CORNER))
    corners = np.concatenate([pictures[:, :side, :side], pictures[:, :side, -side:]], axis=2)
    return np.median(corners.reshape(len(pictures), -1, 3), axis=1)


def nearest_colour(
    pictures: Pictures, colours: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each picture the place of the nearest palette colour, and how far off it is.

    Returns:
        (N,) places, and (N,) distances as root mean squares of 8-bit values.
    """
    gaps = corner_colours(pictures)[:, None] - colours  # (N, K, 3)
    distance = np.sqrt(np.square(gaps).mean(axis=2))
    return distance.argmin(axis=1), distance.min(axis=1)
