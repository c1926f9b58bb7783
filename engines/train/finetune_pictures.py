"""Learning on from pictures: what is frozen and how much is changed depends on how many there are.

DiffAugment up to some thousand pictures (Zhao et al. 2020, arXiv 2006.10738), the discriminator's
finest layers frozen for few (Mo, Cho, Shin 2020, arXiv 2002.10964), its last layer always anew: it
judged other pictures. The average does not start afresh, since its start is worth keeping.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from PIL import Image

from engines.data.digits import holds_digits
from engines.data.picture_check import LEAST
from engines.data.pictures import count_pictures
from engines.nets.registry import family
from engines.protocol.errors import EngineError, bad_input
from engines.runtime.library import Library
from engines.train.codes import CodeSteps
from engines.train.lesson import LEAST_STEPS, LONGER, Course, Lesson
from engines.train.pictures import PictureSteps
from engines.train.recipe import Recipe
from engines.train.sheet import drawn, tile

#: Up to so many pictures the discriminator's finest layers stay, and up to so many it is shown
#: every picture changed.
FEW, SOME = 300, 5_000
FROZEN = 2
RATE, HALF_LIFE = 2e-4, 2_000
COLUMNS, SEED = 6, 3


def _amend(table: dict[str, Any], data: Path) -> None:
    count = SOME if holds_digits(data) else count_pictures(data)
    if count < LEAST:
        raise _too_few(data, count)
    rates = {"rate": RATE, "final_rate": 0.0, "frozen": FROZEN if count <= FEW else 0}
    table["optimiser"] = {**table.get("optimiser", {}), **rates}
    average = {"ema_half_life": HALF_LIFE, "ema_ramp": False, "measure": 0}
    table["schedule"] = {**table["schedule"], **average}
    table |= {"undecided": True, "inherits": True}
    own = table["data"].get("augment", [])
    config = family(table["family"]).parse(table.get("network", {}))
    colour = () if getattr(config, "grey", False) else ("color",)
    more = (*colour, "translation", "cutout") if count <= SOME else ()
    # Labels, and shares of attributes, were those of other pictures.
    table["data"] |= {"labels": [], "often": {}}
    table["data"]["augment"] = [*own, *(name for name in more if name not in own)]


def _begin(recipe: Recipe, data: Path, fabric: Fabric, library: Library | None) -> Lesson:
    kind = CodeSteps if recipe.data.kind == "codes" else PictureSteps
    steps: CodeSteps | PictureSteps = kind(recipe, data, fabric, library)
    if len(steps.pixels) < LEAST // 2:  # of those that were counted, some cannot be read
        raise _too_few(data, len(steps.pixels))
    source = torch.Generator().manual_seed(SEED)
    latents = torch.randn(COLUMNS**2, steps.latent, generator=source)

    def show(stem: Path) -> Path:
        sheet = stem.with_suffix(".png")
        Image.fromarray(tile(drawn(steps.pair.average.network, latents), COLUMNS)).save(sheet)
        return sheet

    length = max(len(steps.pixels) // recipe.schedule.batch, LONGER * LEAST_STEPS)
    return Lesson(steps, length, [f"{len(steps.pixels)} pictures to learn from"], show)


def _too_few(data: Path, count: int) -> EngineError:
    return bad_input(f"{data} holds {count} pictures.", f"Give {LEAST} or more to learn from.")


PICTURES = Course("pictures", _amend, _begin)
