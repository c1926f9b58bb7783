"""Start a training run: from a recipe and a folder to a model."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from lightning_fabric import Fabric

from engines.protocol.errors import bad_input
from engines.train import checkpoint
from engines.train.loop import Run, Watch
from engines.train.recipe import Recipe
from engines.train.steps import Steps


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        steps: done in all.
        samples: shown in all.
        seconds: spent training in all.
        finished: the recipe's whole schedule is done.
    """

    steps: int
    samples: int
    seconds: float
    finished: bool


def precision(recipe: Recipe) -> str:
    """The Fabric precision for a recipe on this machine.

    bf16 only where the processor multiplies in it (AVX-512 BF16 or AMX, or a GPU): elsewhere it
    is slower than fp32.
    """
    wanted = recipe.schedule.precision
    if wanted == "auto":
        native = torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported()
        wanted = "bf16" if native else "fp32"
    return "bf16-mixed" if wanted == "bf16" else "32-true"


def make_fabric(recipe: Recipe) -> Fabric:
    """One process on the best device, or this process of the several that torchrun started."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    accelerator = "cuda" if torch.cuda.is_available() else "cpu"
    fabric = Fabric(
        accelerator=accelerator,
        devices=int(os.environ.get("LOCAL_WORLD_SIZE", "1")),
        num_nodes=world // int(os.environ.get("LOCAL_WORLD_SIZE", "1")),
        strategy="ddp" if world > 1 else "auto",
        precision=precision(recipe),  # type: ignore[arg-type]
    )
    fabric.launch()
    if recipe.schedule.batch % fabric.world_size:
        raise bad_input(
            f"A batch of {recipe.schedule.batch} does not divide over {world} processes."
        )
    return fabric


def make_steps(recipe: Recipe, data: Path, fabric: Fabric) -> Steps:
    """The kind of training a recipe asks for."""
    if recipe.data.kind == "pictures":
        from engines.train.pictures import PictureSteps

        return PictureSteps(recipe, data, fabric)
    if recipe.data.kind == "inpaint":
        from engines.train.inpaint import InpaintSteps

        return InpaintSteps(recipe, data, fabric)
    if recipe.data.kind == "codes":
        from engines.train.codes import CodeSteps

        return CodeSteps(recipe, data, fabric)
    if recipe.data.kind == "encoder":
        from engines.train.encoder import EncoderSteps

        return EncoderSteps(recipe, data, fabric)
    from engines.train.melodies import MelodySteps

    return MelodySteps(recipe, data, fabric)


def train(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    steps: int | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> Outcome:
    """Train, or go on training.

    Args:
        recipe: what to train.
        data: zip or folder.
        out: receives ``checkpoint.safetensors``, ``log.jsonl`` and ``samples/``.
        steps: stop after this many in all; None for the recipe's schedule.
        resume: go on from the checkpoint in ``out``.
        watch: who looks on. An interrupt or a request to terminate stops cleanly as well.

    Raises:
        EngineError: kind ``bad_input``, for data, recipe or checkpoint at fault.
    """
    if not resume and (out / checkpoint.FILE).exists():
        raise bad_input(
            f"{out} already holds a checkpoint.", "Add --resume, or choose another --out folder."
        )
    total = recipe.schedule.samples // recipe.schedule.batch
    last = total if steps is None else min(steps, total)
    fabric = make_fabric(recipe)
    run = Run(recipe, make_steps(recipe, data, fabric), fabric, out, watch or Watch())
    if fabric.is_global_zero:
        for line in getattr(run.steps, "found", ()):  # what songs were read, where songs are
            run.watch.report({"data": line})
    progress = run.start(resume)
    with stopping_cleanly(run.watch):
        progress = run.train(progress, last)
    return Outcome(progress.step, progress.samples, progress.seconds, progress.step >= total)


@contextmanager
def stopping_cleanly(watch: Watch) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into a stop after the current step, checkpoint included."""
    asked = False
    inner = watch.stop

    def note(number: int, frame: object) -> None:
        nonlocal asked
        asked = True

    watch.stop = lambda: asked or inner()
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        watch.stop = inner
        for number, handler in before.items():
            signal.signal(number, handler)
