"""Distances between two sets of feature vectors: KID, and precision and recall.

KID: Binkowski et al. 2018, "Demystifying MMD GANs": the unbiased squared maximum mean discrepancy
with the kernel (x.y / d + 1) ** 3, averaged over random subsets. Unlike a Frechet distance it has
no bias for few samples, so a real set against a real set gives zero on average.
Precision and recall: Kynkaanniemi et al. 2019: the share of samples inside the manifold of the
real features (each point's ball reaches to its third neighbour), and the other way round.
The numbers depend on the feature network and cannot be compared with those of another one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SUBSETS = 50
SUBSET_SIZE = 500
NEIGHBOUR = 3


def kid(real: Floats, fake: Floats, *, seed: int = 0) -> tuple[float, float]:
    """Kernel inception distance in some feature space, x 1000.

    Args:
        real: (N, d).
        fake: (M, d).
        seed: of the subsets.

    Returns:
        mean and standard deviation over 50 subsets of at most 500.
    """
    rng = np.random.default_rng([seed, 3])
    size = min(SUBSET_SIZE, len(real), len(fake))
    values = [
        1000
        * mmd2(
            real[rng.choice(len(real), size, replace=False)],
            fake[rng.choice(len(fake), size, replace=False)],
        )
        for _ in range(SUBSETS)
    ]
    return float(np.mean(values)), float(np.std(values))


def mmd2(x: Floats, y: Floats) -> float:
    """Unbiased squared maximum mean discrepancy of two (n, d) sets; may fall below zero."""
    n = len(x)
    within = [kernel - np.diag(np.diag(kernel)) for kernel in (_kernel(x, x), _kernel(y, y))]
    same = sum(float(kernel.sum()) for kernel in within) / (n * (n - 1))
    return same - 2 * float(_kernel(x, y).mean())


def _kernel(x: Floats, y: Floats) -> Doubles:
    """(n, d) and (m, d): (n, m)."""
    return (x.astype(np.float64) @ y.astype(np.float64).T / x.shape[1] + 1) ** 3


def precision_recall(real: Floats, fake: Floats) -> tuple[float, float]:
    """Shares of ``fake`` inside the real manifold and of ``real`` inside the fake manifold."""
    return _inside(fake, real), _inside(real, fake)


def _inside(points: Floats, manifold: Floats) -> float:
    """Share of ``points`` within reach of at least one point of ``manifold``."""
    reach = np.partition(_distances(manifold, manifold), NEIGHBOUR, axis=1)[:, NEIGHBOUR]
    return float((_distances(points, manifold) <= reach).any(axis=1).mean())


def _distances(x: Floats, y: Floats) -> Doubles:
    """(n, d) and (m, d): (n, m) squared distances."""
    a, b = x.astype(np.float64), y.astype(np.float64)
    return np.square(a).sum(1)[:, None] + np.square(b).sum(1) - 2 * a @ b.T
