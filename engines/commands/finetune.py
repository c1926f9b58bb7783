"""``duet-engine finetune``: a melody model goes on learning from a folder of songs."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engines.commands import Report
from engines.commands.common import add_json, find_library, needing_training
from engines.protocol.errors import bad_input
from engines.runtime.files import check_writable

if TYPE_CHECKING:
    from engines.train.finetune import Epoch

EPOCHS = 10
#: What is shown of every epoch, and above it.
SHOWN = {
    "score": "score",
    "overlap": "overlap",
    "scale_consistency": "scale",
    "chord_tone_or_resolved_ratio": "CTnCTR",
    "mean_interval": "interval",
    "notes_per_bar": "notes a bar",
}


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    parser.add_argument(
        "--model", required=True, metavar="M", help="the melody model to begin with"
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a folder or zip of MIDI files or lead sheets; one in ten is kept apart to measure",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="NAME",
        help="folder for the epochs and the model, which takes its name",
    )
    parser.add_argument(
        "--epochs", type=_positive, metavar="N", help=f"how many at most (default {EPOCHS})"
    )
    parser.add_argument(
        "--minutes", type=_positive, metavar="N", help="begin no epoch after this long"
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """Train, measure every epoch, and make a model of the best."""
    check_writable(options.out)
    name = options.out.resolve().name
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise bad_input(
            f"A model cannot be called {name!r}.", "Name the --out folder in a-z, 0-9 and hyphens."
        )
    if not options.data.exists():
        raise bad_input(f"There is no data at {options.data}.", "Give a folder or a zip file.")
    if (options.out / "epochs").exists():
        raise bad_input(f"{options.out} already holds epochs.", "Choose another --out folder.")
    library, model = find_library(options.model)
    with needing_training():
        from engines.commands.train_progress import watching
        from engines.train import finetune
        from engines.train.loop import Watch
        from engines.train.publish import publish

    recipe = finetune.recipe_for(library.get(model), name, options.data)
    epochs = options.epochs or (None if options.minutes else EPOCHS)
    with watching(Watch(), recipe, None) as watch:

        def told(epoch: Epoch) -> None:
            watch.report({"epoch": epoch.number, **_shown(epoch)})

        done = finetune.finetune(
            recipe,
            options.data,
            options.out,
            library=library,
            epochs=epochs,
            minutes=options.minutes,
            watch=watch,
            told=told,
        )
    best = finetune.best(done)
    publish(best.file, options.out / name)
    data = {
        "model": str(options.out / name),
        "epoch": best.number,
        "epochs": [{"epoch": e.number, "file": str(e.file), **e.figures} for e in done],
    }
    return Report(data, (*_table(done, best.number), str(options.out / name), _advice(options)))


def _shown(epoch: Epoch) -> dict[str, float]:
    return {title: epoch.figures[name] for name, title in SHOWN.items()}


def _table(done: list[Epoch], best: int) -> list[str]:
    heads = ["epoch", *SHOWN.values()]
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
        "To choose another epoch by ear: duet-engine export --checkpoint "
        f"{options.out}/epochs/NNN.safetensors --out FOLDER."
    )


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise bad_input(f"{text!r} is not a number to go by.", "Give a whole number from 1.")
