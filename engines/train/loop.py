"""The training loop: one for every kind of data, on one processor or several."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from lightning_fabric import Fabric
from msgspec.structs import replace
from PIL import Image
from torch import Tensor

from engines.train import checkpoint, health
from engines.train.checkpoint import Progress
from engines.train.recipe import Recipe
from engines.train.steps import Steps

LOG = "log.jsonl"
SAMPLES = "samples"
BEST = "best.safetensors"


@dataclass
class Watch:
    """Who looks on: called by the loop, and asked whether to stop."""

    report: Callable[[dict[str, float | int | str]], None] = lambda report: None
    advance: Callable[[int, int], None] = lambda samples, total: None
    stop: Callable[[], bool] = lambda: False


@dataclass
class Run:
    """A run under way.

    Attributes:
        recipe: what is trained.
        steps: how one step goes.
        fabric: launched.
        out: where checkpoint, log and samples go.
        watch: who looks on.
        sheets: whether a report comes with a sheet of samples.
    """

    recipe: Recipe
    steps: Steps
    fabric: Fabric
    out: Path
    watch: Watch = field(default_factory=Watch)
    sheets: bool = True

    def start(self, resume: bool) -> Progress:
        """Where to begin: at zero, or where the checkpoint in ``out`` ends."""
        if not resume:
            return Progress(step=0, samples=0, seconds=0.0, recipe=self.recipe.text)
        path = self.out / checkpoint.FILE
        progress = checkpoint.restore(path, self.steps.networks, self.steps.optimisers)
        return replace(progress, recipe=self.recipe.text)

    def save(self, progress: Progress) -> None:
        """Write the checkpoint to go on from."""
        self._save(checkpoint.FILE, progress)

    def train(self, progress: Progress, last_step: int) -> Progress:
        """Train until ``last_step`` or until somebody stops it; the checkpoint is then on disk."""
        schedule = self.recipe.schedule
        total = schedule.samples // schedule.batch
        (self.out / SAMPLES if self.sheets else self.out).mkdir(parents=True, exist_ok=True)
        losses: list[dict[str, Tensor]] = []
        before, begun = progress.seconds, time.perf_counter()
        while progress.step < last_step and not self._stopped():
            losses.append(self.steps.step(progress.step, progress.step / total))
            step = progress.step + 1
            seconds = before + time.perf_counter() - begun
            samples = step * schedule.batch
            progress = replace(progress, step=step, samples=samples, seconds=seconds)
            self.watch.advance(progress.samples, schedule.samples)
            if self._due(schedule.report, progress):
                self._report(progress, losses)
                losses = []
            if schedule.measure and self._due(schedule.measure, progress):
                progress = self._measure(progress)
            if self._due(schedule.save, progress):
                self._save(checkpoint.FILE, progress)
        self._save(checkpoint.FILE, progress)
        return progress

    def _stopped(self) -> bool:
        """Whether any process was asked to stop; all must agree on the step they stop at."""
        if self.fabric.world_size == 1:
            return self.watch.stop()
        asked = torch.tensor(float(self.watch.stop()), device=self.fabric.device)
        total = self.fabric.all_reduce(asked, reduce_op="sum")
        assert isinstance(total, Tensor)
        return bool(total > 0)

    def _due(self, every: int, progress: Progress) -> bool:
        return progress.samples // every > (progress.samples - self.recipe.schedule.batch) // every

    def _report(self, progress: Progress, losses: list[dict[str, Tensor]]) -> None:
        if not self.fabric.is_global_zero:
            return
        means = _means(losses)
        line: dict[str, float | int | str] = {
            "samples": progress.samples,
            "seconds": round(progress.seconds, 1),
            # JSON has no word for what is not a number; the sentence about its health has.
            **{name: round(value, 5) for name, value in means.items() if math.isfinite(value)},
            "health": health.describe(means),
        }
        self._log(line)
        if self.sheets:
            self.steps.settle()
            path = self.out / SAMPLES / f"{progress.samples:09d}.png"
            Image.fromarray(self.steps.sheet()).save(path)

    def _measure(self, progress: Progress) -> Progress:
        """Measure on held-out data and keep the weights that score best."""
        self.steps.settle()
        figures = self.steps.measure() if self.fabric.is_global_zero else {}
        if not figures:
            return progress
        self._log({"samples": progress.samples, "measured": 1, **figures})
        score = figures["score"]
        if progress.best is not None and score <= progress.best:
            return progress
        progress = replace(progress, best=score, best_samples=progress.samples)
        # Only the first process is here: no barrier.
        checkpoint.save(self.out / BEST, self.steps.networks, self.steps.optimisers, progress)
        return progress

    def _log(self, line: dict[str, float | int | str]) -> None:
        with (self.out / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.watch.report(line)

    def _save(self, name: str, progress: Progress) -> None:
        if self.fabric.is_global_zero:
            networks, optimisers = self.steps.networks, self.steps.optimisers
            checkpoint.save(self.out / name, networks, optimisers, progress)
        self.fabric.barrier()


def _means(losses: list[dict[str, Tensor]]) -> dict[str, float]:
    """Mean of every reported number over the steps that reported it."""
    found: dict[str, list[Tensor]] = {}
    for report in losses:
        for name, value in report.items():
            found.setdefault(name, []).append(value)
    return {name: float(torch.stack(values).float().mean()) for name, values in found.items()}
