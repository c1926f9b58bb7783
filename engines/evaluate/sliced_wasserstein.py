"""Sliced Wasserstein distance between two sets of pictures, one figure per scale.

Karras et al., "Progressive growing of GANs", 2018, section 5 and appendix: every picture becomes a
Laplacian pyramid, every level gives 128 patches of 7x7, each set's patches are normalised by the
mean and standard deviation of their colour channels, and the distance is the mean over 4 x 128
random directions of the distance between the two sorted projections (here 2 x 128: the figures move
by a hundredth). Small at a coarse level: the large shapes are right; small at the finest: edges and
texture are right. The normalisation makes it blind to contrast and tint, which
:mod:`engines.evaluate.spectrum` and :mod:`engines.evaluate.colours` see. No weights are needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PATCH = 7
PATCHES_PER_PICTURE = 128
REPEATS = 2
DIRECTIONS = 128
COARSEST_PX = 16
#: Pictures turned into pyramids at once; bounds the memory at 128 px to some 60 MB.
CHUNK = 128

Floats = NDArray[np.float32]
Pictures = NDArray[np.uint8]


def levels(size: int) -> list[int]:
    """The widths, in pixels, of the pyramid of a picture: size, size/2, ... down to 16."""
    widths = [size]
    while widths[-1] // 2 >= COARSEST_PX and widths[-1] % 2 == 0:
        widths.append(widths[-1] // 2)
    return widths


def sliced_wasserstein(
    reference: Pictures, others: Mapping[str, Pictures], *, seed: int = 0
) -> dict[str, dict[int, float]]:
    """The distance of several sets of pictures from one reference set.

    Args:
        reference: (N, H, W, 3), square.
        others: sets of the same shape, by name. Equal counts make the figures comparable.
        seed: of the patch places and the directions; places are the same in every set.

    Returns:
        For each name, the distance x 1000 for each level, by the level's width in pixels.

    Raises:
        ValueError: shapes differ or pictures are not square.
    """
    size = reference.shape[1]
    if any(other.shape != reference.shape for other in others.values()):
        raise ValueError("all sets must have the same number and size of pictures")
    if reference.shape[1:] != (size, size, 3):
        raise ValueError("pictures must be square with three channels")
    found: dict[str, dict[int, float]] = {name: {} for name in others}
    for depth, width in enumerate(levels(size)):
        real = _descriptors(reference, depth, seed)
        fakes = {name: _descriptors(other, depth, seed) for name, other in others.items()}
        for name, value in _distances(real, fakes, seed).items():
            found[name][width] = 1000 * value
    return found


def _distances(real: Floats, fakes: Mapping[str, Floats], seed: int) -> dict[str, float]:
    """Mean distance between sorted projections, for each set, over all directions."""
    rng = np.random.default_rng([seed, 1])
    sums = dict.fromkeys(fakes, 0.0)
    for _ in range(REPEATS):
        directions = rng.standard_normal((real.shape[1], DIRECTIONS), np.float32)
        directions /= np.linalg.norm(directions, axis=0)
        target = _sorted_projections(real, directions)
        for name, fake in fakes.items():
            gap = _sorted_projections(fake, directions)
            gap -= target
            sums[name] += float(np.abs(gap, out=gap).mean(dtype=np.float64))
    return {name: total / REPEATS for name, total in sums.items()}


def _sorted_projections(patches: Floats, directions: Floats) -> Floats:
    """(P, D) patches on (D, K) directions: (K, P), each row in rising order."""
    projected = np.ascontiguousarray((patches @ directions).T)
    projected.sort(axis=1)
    return projected


def _descriptors(pictures: Pictures, depth: int, seed: int) -> Floats:
    """(N, H, W, 3) pictures: (N * 128, 147) normalised patches of pyramid level ``depth``."""
    rng = np.random.default_rng([seed, 2, depth])
    parts, sums, squares = [], np.zeros(3), np.zeros(3)
    for start in range(0, len(pictures), CHUNK):
        level = _pyramid_level(pictures[start : start + CHUNK].astype(np.float32), depth)
        cut = _patches(level, rng)
        flat = cut.reshape(-1, PATCH * PATCH * 3)
        sums += flat.sum(axis=0).reshape(-1, 3).sum(axis=0)
        squares += np.einsum("nd,nd->d", flat, flat).reshape(-1, 3).sum(axis=0)
        parts.append(cut)
    patches = np.concatenate(parts)  # (N * 128, 7, 7, 3)
    pixels = patches.size / 3
    mean = sums / pixels
    std = np.sqrt(np.maximum(squares / pixels - mean**2, 1e-12))
    patches -= mean.astype(np.float32)
    patches /= std.astype(np.float32)
    return patches.reshape(len(patches), -1)


def _patches(level: Floats, rng: np.random.Generator) -> Floats:
    """128 patches of 7x7 from each picture of (N, H, W, 3): (N * 128, 7, 7, 3)."""
    count, height, width, _ = level.shape
    shape = (count, PATCHES_PER_PICTURE)
    top = rng.integers(0, height - PATCH + 1, shape)[..., None, None]
    left = rng.integers(0, width - PATCH + 1, shape)[..., None, None]
    step = np.arange(PATCH)
    picture = np.arange(count)[:, None, None, None]
    cut = level[picture, top + step[:, None], left + step]  # (N, 128, 7, 7, 3)
    return cut.reshape(-1, PATCH, PATCH, level.shape[-1])


def _pyramid_level(pictures: Floats, depth: int) -> Floats:
    """Level ``depth`` of the Laplacian pyramid; the coarsest level keeps the low frequencies."""
    count = len(levels(pictures.shape[1]))
    for _ in range(depth):
        pictures = _down(pictures)
    if depth == count - 1:
        return pictures
    return pictures - _up(_down(pictures))


def _blur(pictures: Floats) -> Floats:
    """The 5x5 binomial filter of Burt and Adelson, separable, mirrored at the border."""
    for axis in (1, 2):
        pad = [(0, 0)] * 4
        pad[axis] = (2, 2)
        wide = np.pad(pictures, pad, mode="reflect")
        length = pictures.shape[axis]
        cut = [wide[(slice(None),) * axis + (slice(shift, shift + length),)] for shift in range(5)]
        pictures = (cut[0] + cut[4] + 4 * (cut[1] + cut[3]) + 6 * cut[2]) / np.float32(16)
    return pictures


def _down(pictures: Floats) -> Floats:
    """Half the width and height."""
    return _blur(pictures)[:, ::2, ::2]


def _up(pictures: Floats) -> Floats:
    """Twice the width and height: zeros between the pixels, then the filter."""
    count, height, width, channels = pictures.shape
    wide = np.zeros((count, 2 * height, 2 * width, channels), np.float32)
    wide[:, ::2, ::2] = 4 * pictures
    return _blur(wide)
