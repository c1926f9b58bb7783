"""SeFa: directions straight from the weights that take the latent, without a single picture.

Shen and Zhou 2021, "Closed-Form Factorization of Latent Semantics in GANs" (arXiv 2007.06600),
section 3: the ways along which the first layer's output changes most are the eigenvectors of AᵀA
with the largest eigenvalues. Where the latent enters at every level, the layers are stacked
(section 3.2), each brought to the same power, or the widest would decide alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def layers_of(tensors: Mapping[str, Floats]) -> list[Floats]:
    """The weights (out, width) of a generator that take the latent, coarsest level first."""
    blocks = sorted(
        (name for name in tensors if name.startswith("blocks.") and name.endswith("affine.weight")),
        key=lambda name: int(name.split(".")[1]),
    )
    return [tensors[name].astype(np.float32) for name in ("project.weight", *blocks)]


def closed_form(layers: Sequence[Floats], count: int) -> Floats:
    """The first directions, strongest first.

    Args:
        layers: (out, width) each.
        count: how many.

    Returns:
        (count, width), unit vectors.
    """
    gram = sum(
        (layer.T.astype(np.float64) @ layer / np.square(layer, dtype=np.float64).sum())
        for layer in layers
    )
    _, vectors = np.linalg.eigh(gram)  # ascending
    return vectors[:, ::-1].T[:count].astype(np.float32)
