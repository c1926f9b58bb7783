"""Learning on from songs: gently, and every epoch writes eight bars of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lightning_fabric import Fabric

from engines.runtime.library import Library
from engines.train.lesson import LEAST_STEPS, Course, Lesson
from engines.train.melodies import MelodySteps
from engines.train.melody_heard import heard
from engines.train.recipe import Recipe

#: Share of the end of the model's own learning rate that is gone on with.
GENTLY = 0.5


def _amend(table: dict[str, Any], data: Path) -> None:
    optimiser = table.setdefault("optimiser", {})
    rate = GENTLY * (optimiser.get("final_rate") or optimiser.get("rate", 2e-4))
    optimiser |= {"rate": rate, "final_rate": 0.0}
    table["objective"] = {**table.get("objective", {}), "leaps_from": 0.0}


def _begin(recipe: Recipe, data: Path, fabric: Fabric, library: Library | None) -> Lesson:
    steps = MelodySteps(recipe, data, fabric, library)

    def show(stem: Path) -> Path:
        midi = stem.with_suffix(".mid")
        midi.write_bytes(heard(steps.pair.average.network, steps.latent))
        return midi

    length = max(len(steps.bars) // recipe.schedule.batch, LEAST_STEPS)
    return Lesson(steps, length, steps.found, show)


MELODIES = Course("songs", _amend, _begin)
