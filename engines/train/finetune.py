"""Go on training a melody model on other songs, an epoch at a time, every epoch kept.

The figures choose an epoch, and a person may choose another by ear: each epoch's weights stay in
``epochs/``, from which ``duet-engine export --checkpoint`` makes a model, beside a melody that
they write.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli_w
from msgspec.structs import replace
from safetensors import safe_open

from engines.protocol.errors import bad_input
from engines.runtime.cards import TRAINING
from engines.runtime.library import Library, Model
from engines.train import checkpoint
from engines.train import recipe as recipes
from engines.train.checkpoint import Progress
from engines.train.launch import make_fabric, stopping_cleanly
from engines.train.loop import LOG, Run, Watch
from engines.train.melodies import MelodySteps
from engines.train.melody_heard import heard
from engines.train.recipe import Recipe

EPOCHS = "epochs"
#: Share of the end of the model's own learning rate that is gone on with.
GENTLY = 0.5
#: No fewer steps than this make an epoch: a folder of few songs is shown several times.
LEAST_STEPS = 25


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    Attributes:
        number: 0 is the model as it was.
        file: its weights, a checkpoint.
        midi: eight bars that it writes over C Am F G, always from the same noise.
        seconds: spent training so far, measuring left out.
        figures: measured on the songs that were held out, "score" among them.
    """

    number: int
    file: Path
    midi: Path
    seconds: float
    figures: dict[str, float]


def recipe_for(model: Model, name: str, data: Path) -> Recipe:
    """The model's own recipe, changed to go on from it, gently, with other songs.

    Raises:
        EngineError: kind ``bad_input``, for a model that writes no melodies or cannot be trained.
    """
    if model.card.task != "compose":
        raise bad_input(f"{model.card.name} writes no melodies.", "Choose a melody model.")
    path = model.path / TRAINING
    if not path.is_file():
        raise bad_input(
            f"{model.card.name} cannot learn on: its {TRAINING} is missing.",
            "Choose a model that comes with Duet, or one you trained.",
        )
    with safe_open(path, framework="numpy") as file:
        table = tomllib.loads(file.metadata()["recipe"])
    optimiser = table.setdefault("optimiser", {})
    rate = GENTLY * (optimiser.get("final_rate") or optimiser.get("rate", 2e-4))
    optimiser |= {"rate": rate, "final_rate": 0.0}
    table["objective"] = {**table.get("objective", {}), "leaps_from": 0.0}
    table |= {"name": name, "title": name, "start_from": model.card.name}
    table["summary"] = f"{model.card.title}, gone on with songs from {data.name}."
    table["data"]["source"] = f"{data.name}, after {table['data']['source']}"
    # Whose the songs are, and so the weights, only their owner knows.
    table["licence"] = f"for your own use; before: {table.get('licence', 'MIT')}"
    return recipes.parse(tomli_w.dumps(table), f"the recipe of {model.card.name}")


def finetune(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    library: Library | None = None,
    epochs: int | None = None,
    minutes: float | None = None,
    watch: Watch | None = None,
    told: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train for some epochs.

    Args:
        recipe: see :func:`recipe_for`.
        data: zip or folder of songs.
        out: receives ``epochs/`` and ``log.jsonl``.
        library: where the model is.
        epochs: how many at most.
        minutes: begin no epoch after this long.
        watch: who looks on.
        told: called after each epoch.

    Returns:
        All epochs, the model as it was first.

    Raises:
        EngineError: kind ``bad_input``, for data that cannot be learned from.
    """
    begun = time.perf_counter()
    fabric, watch = make_fabric(recipe), watch or Watch()
    steps = MelodySteps(recipe, data, fabric, library)
    for line in steps.found:
        watch.report({"data": line})
    length = max(len(steps.bars) // recipe.schedule.batch, LEAST_STEPS)
    samples = length * recipe.schedule.batch
    # The run itself measures and reports nothing: that happens between its epochs.
    schedule = replace(recipe.schedule, samples=samples * (epochs or 10_000), measure=0)
    quiet = replace(schedule, report=schedule.samples + 1, save=schedule.samples + 1)
    run = Run(replace(recipe, schedule=quiet), steps, fabric, out, watch)
    (out / EPOCHS).mkdir(parents=True, exist_ok=True)
    progress = Progress(step=0, samples=0, seconds=0.0, recipe=recipe.text)
    done = [_keep(run, steps, progress, 0)]
    told(done[0])
    with stopping_cleanly(watch):
        while len(done) <= (epochs or 10_000) and not watch.stop():
            if minutes is not None and time.perf_counter() - begun > 60 * minutes:
                break
            before, progress = progress, run.train(progress, length * len(done))
            # Stopped within an epoch, what is whole is kept; the first alone is kept in part.
            if progress.step < length * len(done) and (len(done) > 1 or progress == before):
                break
            done.append(_keep(run, steps, progress, len(done)))
            told(done[-1])
    (out / checkpoint.FILE).unlink(missing_ok=True)  # the epochs hold what it held
    return done


def _keep(run: Run, steps: MelodySteps, progress: Progress, number: int) -> Epoch:
    """Measure, and write the epoch's melody, and its weights without the optimisers' moments."""
    run.steps.settle()
    figures = run.steps.measure()
    file = run.out / EPOCHS / f"{number:03d}.safetensors"
    checkpoint.save(file, run.steps.networks, {}, progress)
    midi = file.with_suffix(".mid")
    midi.write_bytes(heard(steps.pair.average.network, steps.latent))
    seconds = round(progress.seconds, 1)
    line = {"epoch": number, "seconds": seconds, **figures}
    with (run.out / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    return Epoch(number, file, midi, seconds, figures)


def best(epochs: Sequence[Epoch]) -> Epoch:
    """The epoch with the best score after the model as it was, or that, if there is no other."""
    return max(epochs[1:] or epochs, key=lambda epoch: epoch.figures["score"])
