"""Checks that every back end makes around every run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engines.protocol.errors import EngineError
from engines.runtime.backend import Shape, misfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engines.runtime.library import Model


def check_inputs(
    model: Model, inputs: Mapping[str, Shape], arrays: Mapping[str, NDArray[np.float32]]
) -> None:
    """Catch a caller's mistake before it becomes a puzzle inside the network.

    Raises:
        ValueError: names, types or shapes other than the network's. Always a fault of the code.
    """
    if set(arrays) != set(inputs):
        raise ValueError(f"{model.card.name} takes {sorted(inputs)}, given {sorted(arrays)}")
    for name, array in arrays.items():
        want = inputs[name]
        fits = array.ndim == len(want) and all(
            w is None or w == h for w, h in zip(want, array.shape, strict=True)
        )
        if array.dtype != np.float32 or not fits:
            raise ValueError(f"{name} must be float32 {want}, is {array.dtype} {array.shape}")


def check_outputs(
    model: Model,
    arrays: Mapping[str, NDArray[np.float32]],
    outputs: Mapping[str, NDArray[np.float32]],
    file: str,
) -> None:
    """See that a network computed numbers, in the size of its input or the one its card promises.

    Raises:
        EngineError: ``bad_model``.
    """
    for name, array in outputs.items():
        if not np.isfinite(array).all():
            raise misfit(model, file, f"its {name} is not made of finite numbers")
    image, filled = outputs.get("image"), outputs.get("filled")
    if filled is not None and filled.shape != arrays["image"].shape:
        given = arrays["image"].shape
        raise misfit(model, file, f"it makes a picture {filled.shape} of one that is {given}")
    size = model.card.size
    if image is not None and image.shape[1:] != (3, size, size):
        raise misfit(
            model, file, f"its pictures are {image.shape[1:]}, and its card says {size} pixels"
        )


def out_of_memory(model: Model) -> EngineError:
    """The error for a machine that is too small at the moment."""
    return EngineError(
        "out_of_memory",
        f"There was not enough memory to run the model {model.card.name!r}.",
        "Close other programs, or choose a smaller model.",
    )
