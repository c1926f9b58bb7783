"""``duet-engine train``: from a recipe and data to a model folder."""

from __future__ import annotations

import difflib
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engines.commands import Report
from engines.commands.common import add_json, needing_training, threads
from engines.protocol.errors import EXIT_CODES, bad_input
from engines.runtime import device
from engines.runtime.files import check_writable

if TYPE_CHECKING:
    from engines.train.launch import Outcome
    from engines.train.recipe import Recipe

RECIPES = Path(__file__).resolve().parents[1] / "train" / "recipes"
#: Below it: what a model learned before its recipe, and recipes to compare with.
SHELVES = ("stages", "variants")


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    names = ", ".join(recipe_names())
    parser.add_argument("recipe", help=f"a recipe file, or one that comes with Duet: {names}")
    parser.add_argument("--data", type=Path, required=True, help="a folder or zip to learn from")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoint, log, samples and the model"
    )
    parser.add_argument(
        "--start", type=Path, metavar="MODEL_DIR",
        help="begin with this model's networks, in place of those the recipe names",
    )  # fmt: skip
    parser.add_argument(
        "--steps", type=_steps, metavar="N", help="stop after N steps in all, before the recipe's"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the checkpoint in the --out folder"
    )
    parser.add_argument(
        "--threads", type=threads, metavar="N", help="CPU threads to use (default: every core)"
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """Train until done or interrupted; what was learned becomes a model folder."""
    check_writable(options.out)
    if not options.data.exists():
        raise bad_input(f"There is no data at {options.data}.", "Give a folder or a zip file.")
    recipe_file = _find(options.recipe)
    count = options.threads or (None if "OMP_NUM_THREADS" in os.environ else device.cores())
    if count:
        os.environ["OMP_NUM_THREADS"] = str(count)  # read once, when torch is imported
    with needing_training():
        from engines.commands.train_progress import watching
        from engines.train import launch
        from engines.train import recipe as recipes
        from engines.train.loop import Watch
        from engines.train.start import starting_from

    recipe = recipes.load(recipe_file)
    if options.start:
        recipe = starting_from(recipe, options.start)
    with watching(Watch(), recipe, options.steps) as watch:
        outcome = launch.train(
            recipe,
            options.data,
            options.out,
            steps=options.steps,
            resume=options.resume,
            watch=watch,
        )
    return _report(recipe, outcome, options)


def _find(recipe: str) -> Path:
    """The file of a recipe given by its path or by its name.

    Raises:
        EngineError: ``bad_input``, with the nearest name.
    """
    path, names = Path(recipe), recipe_names()
    if path.exists():
        return path
    for folder in (RECIPES, *(RECIPES / shelf for shelf in SHELVES)):
        if (known := folder / f"{path.stem}.toml").is_file():
            return known
    near = difflib.get_close_matches(path.stem, names, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"Duet comes with {', '.join(names)}."
    raise bad_input(f"There is no recipe {recipe}.", advice)


def recipe_names() -> list[str]:
    """The recipes that come with Duet."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def _steps(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise bad_input(f"--steps cannot be {text!r}.", "Give a whole number from 1.")


def _report(recipe: Recipe, outcome: Outcome, options: Namespace) -> Report:
    """Publish the model, unless another process of the same run does."""
    if os.environ.get("RANK", "0") != "0":
        return Report()
    model = _publish(recipe, options)
    wanted = recipe.schedule.samples // recipe.schedule.batch
    stopped = outcome.steps < min(options.steps or wanted, wanted)
    data = {
        "recipe": recipe.name,
        "steps": outcome.steps,
        "samples": outcome.samples,
        "finished": outcome.finished,
        "model": str(model),
        "seconds": round(outcome.seconds, 2),
    }
    trained = f"{outcome.steps} steps, {outcome.samples} samples, {outcome.seconds:.0f} s"
    lines = [f"Trained {recipe.name}: {trained}.", str(model)]
    if stopped:
        lines.append("Stopped before the end; go on with --resume.")
    return Report(data, tuple(lines), EXIT_CODES["cancelled"] if stopped else 0)


def _publish(recipe: Recipe, options: Namespace) -> Path:
    """What was learned, as people use it: a model's folder, or an encoder inside one."""
    if recipe.data.kind == "encoder":
        from engines.train.publish_encoder import publish_encoder

        return publish_encoder(_weights(options.out), options.data)
    from engines.train.publish import publish

    publish(_weights(options.out), options.out / recipe.name)
    return options.out / recipe.name


def _weights(out: Path) -> Path:
    """The checkpoint that measured best, or the last one where nothing was measured."""
    from engines.train import checkpoint
    from engines.train.loop import BEST

    best = out / BEST
    return best if best.exists() else out / checkpoint.FILE
