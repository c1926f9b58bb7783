"""Training speed: bf16 in channels-last memory over plain fp32, the same steps in turns."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import clock
import msgspec
import numpy as np
import torch
from lightning_fabric import Fabric
from PIL import Image
from results import Figure
from torch import Tensor

from engines.train.pictures import PictureSteps
from engines.train.recipe import Recipe, load

RECIPES = Path(__file__).resolve().parents[2] / "engines" / "train" / "recipes"
GOAL = 1.8


def noise_pictures(folder: Path, count: int = 72) -> Path:
    """A zip of random 64 px pictures: speed does not depend on what is in them."""
    noise = np.random.Generator(np.random.PCG64(0))
    path = folder / "noise.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(count):
            blob = io.BytesIO()
            pixels = noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(blob, "PNG")
            archive.writestr(f"{index:03d}.png", blob.getvalue())
    return path


def make_steps(recipe: Recipe, data: Path, precision: str) -> PictureSteps:
    """The recipe's training, in one precision."""
    schedule = msgspec.structs.replace(recipe.schedule, precision=precision)
    fabric = Fabric(
        accelerator="cpu",
        devices=1,
        precision="bf16-mixed" if precision == "bf16" else "32-true",
    )
    fabric.launch()
    return PictureSteps(msgspec.structs.replace(recipe, schedule=schedule), data, fabric)


def make_plain(steps: PictureSteps) -> None:
    """Lay networks and pictures out as torch does by itself, channel after channel."""
    for network in steps.networks.values():
        network.to(memory_format=torch.contiguous_format)
    real: Callable[[int], Tensor] = steps._real

    def contiguous(index: int) -> Tensor:
        return real(index).contiguous()

    steps._real = contiguous  # type: ignore[method-assign]


def block(steps: PictureSteps, lazy: int) -> Callable[[], None]:
    """A call that does one round of steps: one with the penalty, the others without."""
    index = 0

    def run() -> None:
        nonlocal index
        for _ in range(lazy):
            steps.step(index, 0.0)
            index += 1

    return run


def measure() -> list[Figure]:
    """Images a second of the shipped recipes, on all cores."""
    torch.set_num_threads(os.cpu_count() or 1)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        data = noise_pictures(Path(folder))
        for name in ("portraits-peeps", "portraits-peeps-128"):
            recipe = load(RECIPES / f"{name}.toml")
            quick, plain = (make_steps(recipe, data, each) for each in ("bf16", "fp32"))
            make_plain(plain)
            lazy = recipe.objective.lazy
            # The median drops the first round, which is slow in both.
            fast, slow = clock.alternate(
                block(quick, lazy), block(plain, lazy), count=1, rounds=5, warm=0
            )
            shown = lazy * recipe.schedule.batch
            figures += [
                Figure(f"training {name}, bf16 channels-last", f"{shown / fast:.0f} images/s"),
                Figure(f"training {name}, plain fp32", f"{shown / slow:.0f} images/s"),
                Figure(
                    f"training {name}, bf16 over plain fp32",
                    f"{slow / fast:.2f}x",
                    f"at least {GOAL}x",
                    slow / fast >= GOAL,
                ),
            ]
    return figures
