"""Ways to fill a hole without a network, and how far a fill lies from the original.

Pictures are (N, H, W, 3) of 8 bits, holes (N, H, W) of bool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.pictures import Pictures
from engines.runtime.opencv import opencv

Holes = NDArray[np.bool_]
Values = NDArray[np.float64]

#: How far around a pixel OpenCV's methods look, in pixels.
RADIUS = 5
#: Smallest mean squared error that is told from none: one level in one of a thousand values.
SMALLEST = 1 / 255**2 / 1000


def mean_fill(picture: Pictures, hole: Holes) -> Pictures:
    """The mean colour of what is known."""
    filled = picture.copy()
    filled[hole] = np.rint(picture[~hole].mean(axis=0)).astype(np.uint8)
    return filled


def telea(picture: Pictures, hole: Holes) -> Pictures:
    """Telea 2004, "An Image Inpainting Technique Based on the Fast Marching Method"."""
    return _opencv_fill(picture, hole, "INPAINT_TELEA")


def navier_stokes(picture: Pictures, hole: Holes) -> Pictures:
    """Bertalmio et al. 2001, "Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting"."""
    return _opencv_fill(picture, hole, "INPAINT_NS")


Fill = Callable[[Pictures, Holes], Pictures]

BASELINES: Mapping[str, Fill] = MappingProxyType(
    {"mean": mean_fill, "telea": telea, "navier_stokes": navier_stokes}
)


def fill_all(fill: Fill, pictures: Pictures, holes: Holes) -> Pictures:
    """One picture after another; nothing but the holes is changed."""
    blank = np.where(holes[..., None], np.uint8(0), pictures)  # no method may look into a hole
    filled = np.stack([fill(one, hole) for one, hole in zip(blank, holes, strict=True)])
    return np.where(holes[..., None], filled, pictures)


def errors(fills: Pictures, real: Pictures, holes: Holes) -> tuple[Values, Values]:
    """Mean absolute and mean squared error inside each picture's hole, of values from 0 to 1."""
    apart = (fills.astype(np.float64) - real) / 255 * holes[..., None]
    count = 3 * holes.sum(axis=(1, 2))
    return np.abs(apart).sum(axis=(1, 2, 3)) / count, np.square(apart).sum(axis=(1, 2, 3)) / count


def decibel(squared: Values) -> float:
    """Peak signal-to-noise ratio, of each picture's mean squared error, averaged over pictures."""
    return float(-10 * np.log10(np.maximum(squared, SMALLEST)).mean())


def gradient_energy(pictures: Pictures, holes: Holes) -> float:
    """Summed squared difference of neighbouring pixels, both inside a hole: detail of any kind."""
    x = pictures.astype(np.float64)
    beside = np.square(x[:, :, 1:] - x[:, :, :-1]) * (holes[:, :, 1:] & holes[:, :, :-1])[..., None]
    below = np.square(x[:, 1:] - x[:, :-1]) * (holes[:, 1:] & holes[:, :-1])[..., None]
    return float(beside.sum() + below.sum())


def difference(one: Pictures, other: Pictures, holes: Holes) -> float:
    """Mean absolute difference of two fills inside the holes, in percent of the range."""
    absolute, _ = errors(one, other, holes)
    return float(100 * absolute.mean())


def _opencv_fill(picture: Pictures, hole: Holes, method: str) -> Pictures:
    cv2 = opencv()
    mask = hole.astype(np.uint8) * np.uint8(255)
    return cv2.inpaint(np.ascontiguousarray(picture), mask, RADIUS, getattr(cv2, method))
