"""InterFaceGAN: the way across the boundary between pictures that show a trait and those without.

Shen et al. 2020, "Interpreting the Latent Space of GANs for Semantic Face Editing" (arXiv
1907.10786), section 3. The normal of the boundary changes its trait fastest; taking what it has in
common with the other traits' normals out of it leaves them alone (conditional manipulation,
section 3.2). A logistic regression finds the boundary; of a scale, a linear one.

Everything here happens among latents that were brought to unit covariance, where a way's length
says how plausible it is: mapped latents are much wider along some ways than along others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

#: Narrower than this share of the widest way, latents say nothing.
NARROWEST = 0.02
#: Traits whose normals lie closer than this are one thing to the model: neither can be held.
SAME = 0.7
NEWTON_STEPS = 8
#: What keeps the boundary from following single pictures, in units of the latents' variance.
RIDGE = 0.03


@dataclass(frozen=True)
class Whitening:
    """Latents to unit covariance and back.

    Attributes:
        mean: (width,).
        root: (width, width), the symmetric root of their covariance.
        inverse: (width, width), of the root.
    """

    mean: Doubles
    root: Doubles
    inverse: Doubles

    @classmethod
    def of(cls, latents: Floats) -> Whitening:
        """From (N, width)."""
        full = latents.astype(np.float64)
        values, vectors = np.linalg.eigh(np.cov(full.T))
        deviations = np.sqrt(np.maximum(values, NARROWEST**2 * values.max()))
        return cls(
            full.mean(axis=0),
            (vectors * deviations) @ vectors.T,
            (vectors / deviations) @ vectors.T,
        )

    def white(self, places: Floats) -> Doubles:
        """Places (N, levels, width) as (N, levels * width), of unit covariance at each level."""
        return ((places - self.mean) @ self.inverse).reshape(len(places), -1)

    def back(self, way: Doubles) -> Floats:
        """A way (levels * width,) among white places: a unit vector (levels, width)."""
        real = way.reshape(-1, len(self.mean)) @ self.root
        return (real / np.linalg.norm(real)).astype(np.float32)


def logistic(x: Doubles, yes: NDArray[np.bool_]) -> Doubles:
    """The normal (features,) of the boundary, by Newton's method; both sides count the same.

    Args:
        x: (N, features), white.
        yes: (N,), some of each.
    """
    ones = np.column_stack([x, np.ones(len(x))])
    balance = np.where(yes, 0.5 / yes.mean(), 0.5 / (1 - yes.mean())) / len(x)
    weights = np.zeros(ones.shape[1])
    held = RIDGE * np.eye(len(weights))
    held[-1, -1] = 0
    for _ in range(NEWTON_STEPS):
        told = 1 / (1 + np.exp(-np.clip(ones @ weights, -30, 30)))
        slope = ones.T @ (balance * (told - yes)) + held @ weights
        curve = (ones * (balance * told * (1 - told))[:, None]).T @ ones + held
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return _unit(weights[:-1])


def linear(x: Doubles, degree: Floats) -> Doubles:
    """The way (features,) along which a scale rises fastest."""
    around = x - x.mean(axis=0)
    gram = around.T @ around / len(x) + RIDGE * np.eye(x.shape[1])
    return _unit(np.linalg.solve(gram, around.T @ (degree - degree.mean()) / len(x)))


def conditional(normal: Doubles, others: Sequence[Doubles]) -> Doubles:
    """A normal without what it shares with others; ones that are nearly the same do not count."""
    held = [other for other in others if abs(float(other @ normal)) < SAME]
    if not held:
        return normal
    basis, _ = np.linalg.qr(np.stack(held, axis=1))
    return _unit(normal - basis @ (basis.T @ normal))


def _unit(way: Doubles) -> Doubles:
    return way / max(float(np.linalg.norm(way)), 1e-12)
