"""GANSpace: the principal components of early activations, brought back to the latent.

Härkönen et al. 2020, "GANSpace: Discovering Interpretable GAN Controls" (arXiv 2004.02546),
section 3.2: activations of a layer are made for many latents, their principal components are
taken, and each latent direction is the one that best predicts a component's coordinate.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engines.discovery.bench import BATCH, Bench
from engines.runtime.torch_backend import load_generator

Floats = NDArray[np.float32]


class _ReachedError(Exception):
    """Ends a generator's run at the layer that was wanted."""


def activations(bench: Bench, latents: Floats) -> Floats:
    """What the generator's first block makes of latents (N, width): (N, features)."""
    network = load_generator(bench.model)
    first = network.blocks
    assert isinstance(first, nn.ModuleList | nn.Sequential)
    layer, found = first[0], []

    def keep(module: nn.Module, given: object, made: Tensor) -> None:
        found.append(made.flatten(1))
        raise _ReachedError

    handle = layer.register_forward_hook(keep)
    z = torch.zeros(BATCH, bench.space.z_width)
    shape = (bench.space.levels, bench.space.width)
    with torch.inference_mode():
        for start in range(0, len(latents), BATCH):
            part = torch.from_numpy(latents[start : start + BATCH] - bench.space.mean[0])
            offset = part[:, None].expand(-1, *shape)
            try:
                network(z[: len(part)], torch.zeros(1), offset)
            except _ReachedError:
                continue
    handle.remove()
    return torch.cat(found).numpy()


def components(features: Floats, latents: Floats, count: int) -> Floats:
    """The latent directions of the first principal components.

    Args:
        features: (N, features).
        latents: (N, width), what they were made from.
        count: how many.

    Returns:
        (count, width), unit vectors, the component of the most variance first.
    """
    centred = features - features.mean(axis=0)
    # Fewer pictures than features: the eigenvectors of the pictures' products are the coordinates.
    _, vectors = np.linalg.eigh(centred @ centred.T)
    coordinates = vectors[:, ::-1][:, :count].astype(np.float32)  # (N, count)
    around = latents - latents.mean(axis=0)
    ways = coordinates.T @ around  # least squares: the coordinates are orthonormal
    return (ways / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)).astype(np.float32)
