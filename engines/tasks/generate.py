"""Pictures from seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engines.runtime.backend import Session, width
from engines.runtime.context import Context
from engines.runtime.latent import SEEDS, noise
from engines.runtime.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engines.protocol.messages import Request


def generate(request: Request, context: Context) -> list[Result]:
    """Make ``count`` pictures, number ``i`` from the seed ``seed + i``.

    Each is computed on its own, so that the request of a single one gives the same bytes again.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: told about every picture as it is made.
    """
    session = context.session(request.model)
    count, truncation = request.params["count"], request.params["truncation"]
    results: list[Result] = []
    for number in range(count):
        context.check_cancelled()
        seed = (request.seed + number) % SEEDS
        pixels = picture(session, latent(session, seed), truncation)
        params = {**request.params, "count": 1}
        single = msgspec.structs.replace(request, seed=seed, params=params)
        results.append(Result(single, pixels=pixels))
        context.preview(results[-1])
        context.progress(number + 1, count)
    return results


def latent(session: Session, seed: int) -> NDArray[np.float32]:
    """The noise that a seed stands for: (1, z_dim) float32, standard normal."""
    return noise(seed, width(session, "z"))


def picture(
    session: Session,
    z: NDArray[np.float32],
    truncation: float,
    offset: NDArray[np.float32] | None = None,
) -> NDArray[np.uint8]:
    """One picture.

    Args:
        session: an open generator.
        z: (1, z_dim).
        truncation: 0 gives the average picture, 1 the network's own spread.
        offset: (1, levels, width), added to the latent of each level; None for nothing.

    Returns:
        (H, W, 3) uint8.
    """
    if offset is None:
        shape = [length or 0 for length in session.inputs["offset"][1:]]
        offset = np.zeros((1, *shape), np.float32)
    psi = np.array([truncation], np.float32)
    image = session.run(z=z, truncation=psi, offset=offset)["image"]  # (1, 3, H, W)
    return to_pixels(image[0])


def to_pixels(image: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(3, H, W) in [-1, 1] to (H, W, 3) in 0 .. 255, rounded to the nearest."""
    levels = image + np.float32(1.0)
    levels *= np.float32(127.5)
    np.rint(levels, out=levels)
    np.clip(levels, 0.0, 255.0, out=levels)
    planes = levels.astype(np.uint8)
    pixels = np.empty((*planes.shape[1:], len(planes)), np.uint8)
    for channel, plane in enumerate(planes):  # a third of the time of one transposed copy
        pixels[..., channel] = plane
    return pixels
