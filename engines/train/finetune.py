"""Go on training a model on data of one's own, an epoch at a time, every epoch kept.

The figures choose an epoch, and a person may choose another by ear or eye: each epoch's weights
stay in ``epochs/``, from which ``duet-engine export --checkpoint`` makes a model, beside a sample
of what they make.
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
from torch import nn

from engines.data.fingerprint import fingerprint
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.runtime.library import Library, Model, learnable
from engines.runtime.torch_backend import load_generator
from engines.runtime.variants import BEFORE
from engines.train import checkpoint
from engines.train import recipe as recipes
from engines.train.finetune_fills import FILLS
from engines.train.finetune_melodies import MELODIES
from engines.train.finetune_pictures import PICTURES
from engines.train.launch import make_fabric, stopping_cleanly
from engines.train.lesson import Course, Lesson
from engines.train.loop import LOG, Run, Watch
from engines.train.recipe import Recipe

EPOCHS = "epochs"
#: What of the data a training began with, to know them again.
DATA = "data.sha256"
#: Stands in the schedule for no limit.
MOST_EPOCHS = 10_000
#: Reports of the losses an epoch.
REPORTS = 8
#: By what a model does.
COURSES: dict[str, Course] = {"compose": MELODIES, "generate": PICTURES, "inpaint": FILLS}


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    Attributes:
        number: 0 is the model as it was.
        file: its weights, a checkpoint.
        sample: what it makes, always from the same noise: eight bars over C Am F G as a MIDI file,
            or a sheet of pictures.
        seconds: spent training so far, measuring left out.
        figures: measured on what was held out, "score" among them.
    """

    number: int
    file: Path
    sample: Path
    seconds: float
    figures: dict[str, float]


def recipe_for(model: Model, name: str, data: Path, objective: str = "") -> Recipe:
    """The model's own recipe, changed to go on from it with other data.

    Args:
        model: to begin with.
        name: of the model to be.
        data: zip or folder of songs or pictures.
        objective: what the two networks play for, of
            :data:`engines.protocol.training.PICTURE_OBJECTIVES`; "" for the model's own.

    Raises:
        EngineError: kind ``bad_input``, for a model without its training file, too little data,
            or another objective for a model that does more than tell real from made.
    """
    course = COURSES[model.card.task]
    if objective and course is not PICTURES:
        raise bad_input(
            f"{model.card.name} keeps the objective that it learned by.",
            "Leave --objective out; models that generate pictures have a choice.",
        )
    with safe_open(learnable(model), framework="numpy") as file:
        table = tomllib.loads(file.metadata()["recipe"])
    course.amend(table, data)
    if objective:
        table["objective"] = {**table.get("objective", {}), "name": objective}
    table |= {"name": name, "title": name, "start_from": model.card.name}
    table["summary"] = f"{model.card.title}, gone on with {course.data} from {data.name}."
    table["data"]["source"] = f"{data.name}, after {table['data']['source']}"
    # Whose the data are, and so the weights, only their owner knows.
    licence = table.get("licence", "MIT").removeprefix(BEFORE)
    table["licence"] = f"{BEFORE}{licence}"
    return recipes.parse(tomli_w.dumps(table), f"the recipe of {model.card.name}")


def recipe_to_resume(out: Path, model: Model, data: Path) -> Recipe:
    """The recipe of the training whose epochs are in ``out``.

    Raises:
        EngineError: kind ``bad_input``, when there is none, another model began it, or its data
            are others now: which are kept apart would change, and figures would not compare.
    """
    path = out / checkpoint.FILE
    if not path.is_file() or not kept_epochs(out):
        raise bad_input(
            f"There is no training to go on with in {out}.",
            "Begin one without --resume, in another --out folder if this one holds epochs.",
        )
    recipe = recipes.parse(checkpoint.read_progress(path).recipe, str(path))
    if recipe.start_from != model.card.name:
        raise bad_input(
            f"The training in {out} began with {recipe.start_from}, not with {model.card.name}.",
            f"Give --model {recipe.start_from}, or another --out folder.",
        )
    if (out / DATA).read_text(encoding="utf-8") != fingerprint(data):
        raise bad_input(
            f"The files of {data} are not those that this training began with.",
            "Make a model of an epoch, and begin another training with it.",
        )
    return recipe


def finetune(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    resume: bool = False,
    library: Library | None = None,
    epochs: int | None = None,
    minutes: float | None = None,
    watch: Watch | None = None,
    told: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train for some epochs.

    Args:
        recipe: see :func:`recipe_for` and :func:`recipe_to_resume`.
        data: zip or folder of songs or pictures.
        out: receives ``epochs/`` and ``log.jsonl``, and a checkpoint to go on from.
        resume: go on after the last epoch in ``out``.
        library: where the model is.
        epochs: how many at most, those that are there already left out.
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
    task = family(recipe.family).task
    lesson = COURSES[task].begin(recipe, data, fabric, library)
    for line in lesson.told:
        watch.report({"data": line})
    length, most = lesson.length, epochs or MOST_EPOCHS
    before = checkpoint.read_progress(out / checkpoint.FILE).step if resume else 0
    # The run itself measures and saves nothing: that happens between its epochs.
    batch = recipe.schedule.batch
    samples, report = (before + length * most) * batch, max(1, length // REPORTS) * batch
    schedule = replace(recipe.schedule, samples=samples, measure=0, report=report, save=samples + 1)
    run = Run(replace(recipe, schedule=schedule), lesson.steps, fabric, out, watch, sheets=False)
    progress = run.start(resume)
    done = kept_epochs(out) if resume else []

    def keep() -> None:
        done.append(_keep(run, lesson, progress, done[-1].number + 1 if done else 0))
        told(done[-1])

    if not resume:
        _as_published(lesson.steps.networks, recipe.start_from, library or Library())
        (out / EPOCHS).mkdir(parents=True, exist_ok=True)
        (out / DATA).write_text(fingerprint(data), encoding="utf-8")
        run.save(progress)  # from here on it can be resumed
        keep()
    elif progress.step >= checkpoint.read_progress(done[-1].file).step + length:
        keep()  # an end came between its last step and its measurement
    with stopping_cleanly(watch):
        for _ in range(most):
            late = minutes is not None and time.perf_counter() - begun > 60 * minutes
            if late or watch.stop():
                break
            first, end = progress.step, progress.step + length
            progress = run.train(progress, end)
            # Stopped within an epoch, what is whole is kept; the first alone is kept in part.
            if progress.step < end and (len(done) > 1 or progress.step == first):
                break
            keep()
    return done


def kept_epochs(out: Path) -> list[Epoch]:
    """The epochs of a training, as far as its log can be read and their files are there."""
    found: dict[int, Epoch] = {}
    for line in _lines(out / LOG):
        try:
            figures = json.loads(line)
            number, seconds = int(figures.pop("epoch")), float(figures.pop("seconds"))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # of something else, or torn where the disk was full
        file = _epoch_file(out, number)
        samples = [path for path in sorted(file.parent.glob(f"{file.stem}.*")) if path != file]
        if samples and file.is_file():
            found[number] = Epoch(number, file, samples[0], seconds, figures)
    return [found[number] for number in sorted(found)]


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []


def _epoch_file(out: Path, number: int) -> Path:
    return out / EPOCHS / f"{number:03d}.safetensors"


def _as_published(networks: dict[str, nn.Module], name: str, library: Library) -> None:
    """Begin with the weights that people use, the average; training's own have strayed from it."""
    state = load_generator(library.get(name)).state_dict()
    for network in (networks["generator"], networks["average"]):
        network.load_state_dict(state)


def _keep(run: Run, lesson: Lesson, progress: checkpoint.Progress, number: int) -> Epoch:
    """Measure, and write the epoch's sample, and its weights without the optimisers' moments."""
    lesson.steps.settle()
    figures = lesson.steps.measure()
    file = _epoch_file(run.out, number)
    checkpoint.save(file, lesson.steps.networks, {}, progress)
    sample = lesson.show(file)
    seconds = round(progress.seconds, 1)
    line = {"epoch": number, "seconds": seconds, **figures}
    log = run.out / LOG
    torn = log.is_file() and not log.read_bytes().endswith(b"\n")
    with log.open("a", encoding="utf-8") as stream:
        stream.write("\n" * torn + json.dumps(line) + "\n")
    return Epoch(number, file, sample, seconds, figures)


def best(epochs: Sequence[Epoch]) -> Epoch:
    """The epoch with the best score after the model as it was, or that, if there is no other."""
    return max(epochs[1:] or epochs, key=lambda epoch: epoch.figures["score"])
