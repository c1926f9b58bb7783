"""Samples of a model, drawn as ``duet-engine generate`` draws them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.runtime.backend import make_backend
from engines.runtime.library import Library, Model
from engines.tasks.generate import SEEDS, latent, picture


def find_model(model_dir: Path, task: str = "") -> Model:
    """The model in a folder.

    Raises:
        EngineError: bad_input when there is none, bad_model when it cannot be used.
    """
    folder = model_dir.resolve()
    return Library([folder.parent]).get(folder.name, task)


def draw(
    model: Model,
    count: int,
    *,
    seed: int = 0,
    threads: int | None = None,
    tick: Callable[[float], None] | None = None,
) -> NDArray[np.uint8]:
    """Plain samples, without truncation.

    Args:
        model: a generator.
        count: how many.
        seed: of the first one; picture ``i`` has the seed ``seed + i``.
        threads: for the network; all cores by default.
        tick: told the share that is done.

    Returns:
        (count, H, W, 3), the same bytes that ``duet-engine generate`` writes for these seeds.
    """
    session = make_backend("onnx", threads=threads).open(model)
    pictures = []
    for number in range(count):
        z = latent(session, (seed + number) % SEEDS)
        pictures.append(picture(session, z, truncation=1.0))
        if tick is not None and number % 20 == 0:
            tick(number / count)
    return np.stack(pictures)
