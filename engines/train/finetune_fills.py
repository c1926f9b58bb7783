"""Learning on from pictures with holes: gently, with the judge from the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lightning_fabric import Fabric
from PIL import Image

from engines.data.photo_check import LEAST, LEAST_APART
from engines.data.photos import count_photos
from engines.protocol.errors import bad_input
from engines.runtime.library import Library
from engines.train.inpaint import InpaintSteps
from engines.train.lesson import LEAST_STEPS, LONGER, Course, Lesson
from engines.train.recipe import Recipe

GENTLY = 0.5


def _amend(table: dict[str, Any], data: Path) -> None:
    count = count_photos(data)
    if count < LEAST:
        raise bad_input(f"{data} holds {count} pictures.", f"Give {LEAST} or more.")
    optimiser = table.get("optimiser", {})
    rate = GENTLY * optimiser.get("rate", 2e-4)
    table["optimiser"] = {**optimiser, "rate": rate, "final_rate": 0.0}
    # The features' weights are not shipped; what they taught is in the network.
    alone = {"alone": 0.0, "features": 0.0, "weights": ""}
    table["filling"] = {**table.get("filling", {}), **alone}
    table["data"] |= {"shares": {}, "shown": False}


def _begin(recipe: Recipe, data: Path, fabric: Fabric, library: Library | None) -> Lesson:
    steps = InpaintSteps(recipe, data, fabric, library)
    if len(steps.batches.held_out) < LEAST_APART:
        raise bad_input(
            f"{data} leaves too few pictures to measure with: some cannot be read, or are charts.",
            f"Give {LEAST} photographs or more.",
        )

    def show(stem: Path) -> Path:
        sheet = stem.with_suffix(".png")
        Image.fromarray(steps.sheet()).save(sheet)
        return sheet

    count = sum(len(one) for one in steps.batches.sets)
    length = max(count // recipe.schedule.batch, LONGER * LEAST_STEPS)
    return Lesson(steps, length, [f"{count} pictures to learn from"], show)


FILLS = Course("pictures", _amend, _begin)
