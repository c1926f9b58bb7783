"""The recipes beside the shipped weights are those that trained them, from nothing on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.commands.train import RECIPES, recipe_names
from engines.protocol.paths import shipped_models_dir
from engines.runtime.cards import read_card
from engines.train import recipe
from engines.train.recipe import Recipe

MODELS = sorted(file.parent for file in shipped_models_dir().glob("*/card.toml"))
STAGED = [name for name in recipe_names() if recipe.load(RECIPES / f"{name}.toml").name
          == recipe.load(RECIPES / f"{name}.toml").start_from]  # fmt: skip


def stages(name: str) -> list[Recipe]:
    """What a model learned before its recipe, the first first."""
    count = len(list((RECIPES / "stages").glob(f"{name}-[0-9].toml")))
    return [recipe.load(RECIPES / "stages" / f"{name}-{n + 1}.toml") for n in range(count)]


def weights(stage: Recipe) -> dict[str, Any]:
    """What decides how many weights a network has: the filter over its pictures has none."""
    return {key: value for key, value in stage.network.items() if key != "smoothing"}


@pytest.mark.parametrize("folder", MODELS, ids=lambda folder: folder.name)
def test_a_card_names_the_recipe_that_is_there(folder: Path) -> None:
    training = read_card(folder).training
    assert recipe.load(RECIPES / training.recipe).sha256 == training.recipe_sha256


@pytest.mark.parametrize("name", STAGED)
def test_a_recipe_that_goes_on_has_the_stages_before_it(name: str) -> None:
    before = stages(name)
    assert before, f"put what {name} learned before into recipes/stages"
    assert before[0].start_from != name
    assert all(stage.start_from == name for stage in before[1:])
    last = recipe.load(RECIPES / f"{name}.toml")
    assert all((stage.name, weights(stage)) == (name, weights(last)) for stage in before)


def test_no_stage_is_left_over() -> None:
    known = {f"{name}-{n + 1}" for name in STAGED for n in range(len(stages(name)))}
    assert {file.stem for file in (RECIPES / "stages").glob("*.toml")} == known
