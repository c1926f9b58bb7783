"""``duet-engine finetune``: a model goes on learning from a folder of pictures or songs."""

from __future__ import annotations

import re
import sys
import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.commands import Report
from engines.commands.common import add_json, find_library, needing_training
from engines.protocol.errors import EXIT_CODES, bad_input
from engines.protocol.training import PICTURE_OBJECTIVES
from engines.runtime.files import check_writable

if TYPE_CHECKING:
    from engines.commands.train_progress import Line
    from engines.data.check import Check
    from engines.runtime.library import Model
    from engines.train.finetune import Epoch

EPOCHS = 10
#: What is shown of every epoch, and above it, where it was measured.
SHOWN = {
    "score": "score",
    "hole_psnr_db": "dB in the holes",
    "detail": "detail",
    "distance": "distance",
    "novelty": "novelty",
    "overlap": "overlap",
    "scale_consistency": "scale",
    "chord_tone_or_resolved_ratio": "CTnCTR",
    "mean_interval": "interval",
    "notes_per_bar": "notes a bar",
}


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    parser.add_argument("--model", metavar="M", help="the model to begin with")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a folder or zip of pictures, or of MIDI files or lead sheets; one in ten is kept "
        "apart to measure",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="NAME",
        help="folder for the epochs and the model, which takes its name",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="only say what of the data can be learnt from, file by file, and why not the rest",
    )
    parser.add_argument(
        "--pace",
        action="store_true",
        help="only measure how long an epoch takes on this machine; nothing is kept",
    )
    parser.add_argument(
        "--epochs", type=_positive, metavar="N", help=f"how many (more) at most (default {EPOCHS})"
    )
    parser.add_argument(
        "--minutes", type=_positive, metavar="N", help="begin no epoch after this long"
    )
    parser.add_argument(
        "--objective",
        choices=[objective.name for objective in PICTURE_OBJECTIVES],
        help="what the two networks play for, where pictures are generated (default: the model's)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on after the last epoch in the --out folder"
    )
    parser.add_argument(
        "--epochs-only",
        action="store_true",
        help="make no model of the best epoch; `duet-engine export` makes one of any",
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """Train, measure every epoch, and make a model of the best; or look at the data alone."""
    if not options.data.exists():
        raise bad_input(f"There is no data at {options.data}.", "Give a folder or a zip file.")
    if options.check:
        return _check(options)
    if options.pace:
        return _pace(options)
    for option in ("model", "out"):
        if getattr(options, option) is None:
            raise bad_input(f"--{option} is missing.", "Give it, or --check to see the data only.")
    check_writable(options.out)
    name = options.out.resolve().name
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise bad_input(
            f"A model cannot be called {name!r}.", "Name the --out folder in a-z, 0-9 and hyphens."
        )
    if (options.out / "epochs").exists() and not options.resume:
        raise bad_input(
            f"{options.out} already holds epochs.",
            "Give --resume to go on from them, or choose another --out folder.",
        )
    if options.resume and not options.epochs_only and (options.out / name).exists():
        raise bad_input(
            f"{options.out / name} is the model of an epoch before.",
            "Give --epochs-only to leave it as it is, or move it elsewhere.",
        )
    if options.resume and options.objective:
        raise bad_input(
            "A training goes on with the objective that it began with.", "Leave --objective out."
        )
    library, model = find_library(options.model)
    with needing_training():
        from engines.commands.train_progress import watching
        from engines.train import finetune
        from engines.train.loop import Watch
        from engines.train.publish_learnt import publish_learnt

    if options.resume:
        recipe = finetune.recipe_to_resume(options.out, library.get(model), options.data)
    else:
        recipe = finetune.recipe_for(
            library.get(model), name, options.data, options.objective or ""
        )
    epochs = options.epochs or (None if options.minutes else EPOCHS)
    with watching(Watch(), recipe, None) as watch:
        if sys.stderr.isatty():
            watch.report = _without_losses(watch.report)

        def tell(epoch: Epoch) -> None:
            # A person sees what matters; a program, all there is.
            line = _shown(epoch) if sys.stderr.isatty() else _whole(epoch)
            watch.report({"epoch": epoch.number, **line})

        done = finetune.finetune(
            recipe,
            options.data,
            options.out,
            resume=options.resume,
            library=library,
            epochs=epochs,
            minutes=options.minutes,
            watch=watch,
            told=tell,
        )
    best = finetune.best(done)
    made = [] if options.epochs_only else [str(options.out / name)]
    if made:
        publish_learnt(best.file, options.out / name, library)
    data = {
        "model": "".join(made),
        "epoch": best.number,
        "epochs": [{"epoch": epoch.number, **_whole(epoch)} for epoch in done],
    }
    return Report(data, (*_table(done, best.number), *made, _advice(options)))


def _check(options: Namespace) -> Report:
    """What of the data the model could learn from; exit code 2 when it is nothing."""
    check = _look(options.model, options.data)
    data: dict[str, Any] = {
        "rows": [{"name": r.name, "used": r.used, "reason": r.reason} for r in check.rows],
        "learnt": check.learnt,
    }
    if check.problem is None:
        return Report(data, (*_rows(check), f"{check.learnt} to learn from."))
    problem = check.problem
    data["error"] = {
        "kind": problem.kind,
        "message": problem.message,
        "advice": problem.advice,
    }
    return Report(data, (*_rows(check), str(problem)), code=EXIT_CODES[problem.kind])


def _pace(options: Namespace) -> Report:
    """How long an epoch takes here."""
    if options.model is None:
        raise bad_input("--model is missing.", "Name the model that is to learn on.")
    library, model = find_library(options.model)
    with needing_training():
        from engines.train.finetune import recipe_for
        from engines.train.pace import measure_pace

    recipe = recipe_for(library.get(model), "pace", options.data, options.objective or "")
    pace = measure_pace(recipe, options.data, library)
    data = {
        "epoch_seconds": round(pace.epoch_seconds, 2),
        "measuring_seconds": round(pace.measuring_seconds, 2),
        "steps": pace.steps,
        "samples": pace.samples,
    }
    shown = f"{pace.steps} steps, {pace.samples:,} samples"
    line = f"{shown}, and {pace.measuring_seconds:.0f} s to measure it."
    return Report(data, (f"An epoch takes about {pace.epoch_seconds:.0f} s here: {line}",))


def _look(name: str | None, data: Path) -> Check:
    """Read the data as the model would; without one, as the usual melody model."""
    from engines.data.check import Check, Row, counted
    from engines.data.digits import holds_digits, load_pixels
    from engines.data.melodies import WINDOW
    from engines.data.melody_check import check_songs
    from engines.data.photo_check import check_photos
    from engines.data.picture_check import check_pictures
    from engines.runtime.library import learnable

    if name is None:
        return check_songs(data, *WINDOW)
    library, found = find_library(name)
    model = library.get(found)
    learnable(model)
    if model.card.task == "compose":
        return check_songs(data, *_window(model))
    if model.card.family == "infogan" and holds_digits(data):
        learnt = counted(len(load_pixels(data, model.card.size)), "picture")
        return Check(
            (Row(data.name, True, f"{learnt} with labels, which stay unread."),), learnt, None
        )
    look = check_photos if model.card.task == "inpaint" else check_pictures
    return look(data, model.card.size)


def _rows(check: Check) -> list[str]:
    return [f"{'used' if r.used else 'left out':<8}  {r.name}: {r.reason}" for r in check.rows]


def _window(model: Model) -> tuple[int, int]:
    """Lowest and highest pitch that a model's bars may have."""
    from safetensors import SafetensorError, safe_open

    from engines.data.melodies import WINDOW
    from engines.runtime.cards import TRAINING

    try:
        with safe_open(model.path / TRAINING, framework="numpy") as file:
            low, high = tomllib.loads(file.metadata()["recipe"])["data"].get("window", WINDOW)
    except (OSError, KeyError, ValueError, TypeError, SafetensorError):
        return WINDOW  # what is wrong with it is told when it is to learn
    return int(low), int(high)


def _without_losses(report: Callable[[Line], None]) -> Callable[[Line], None]:
    """A person at a terminal reads the epochs; the losses come several times a second."""
    return lambda line: None if "health" in line else report(line)


def _whole(epoch: Epoch) -> dict[str, float | int | str]:
    """Everything about an epoch, for programs."""
    files = {"file": str(epoch.file), "sample": str(epoch.sample)}
    return {"seconds": epoch.seconds, **files, **epoch.figures}


def _shown(epoch: Epoch) -> dict[str, float]:
    return {title: epoch.figures[name] for name, title in SHOWN.items() if name in epoch.figures}


def _table(done: list[Epoch], best: int) -> list[str]:
    heads = ["epoch", *_shown(done[0])]
    rows = [[str(e.number), *(f"{value:.3g}" for value in _shown(e).values())] for e in done]
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = []
    for row in [heads, *rows]:
        text = "  ".join(cell.rjust(size) for cell, size in zip(row, widths, strict=True))
        mark = "  chosen" if row[0] == str(best) else ""
        before = "  the model as it was" if row[0] == "0" else ""
        lines.append(text + before + mark)
    return lines


def _advice(options: Namespace) -> str:
    return (
        "To choose another epoch: duet-engine export --checkpoint "
        f"{options.out}/epochs/NNN.safetensors --out FOLDER."
    )


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise bad_input(f"{text!r} is not a number to go by.", "Give a whole number from 1.")
