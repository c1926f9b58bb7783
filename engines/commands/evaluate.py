"""``duet-engine evaluate``: a model's measured quality, beside the figures of real data."""

from __future__ import annotations

import shlex
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines.commands import Report
from engines.commands.common import (
    ProgressLine,
    add_json,
    find_library,
    needing_training,
    threads,
)
from engines.protocol.errors import bad_input
from engines.runtime.files import check_writable

#: Options that are passed on when they are given.
OPTIONS = ("features", "samples", "seed", "sheet", "threads", "beside")

#: Options that measure something else than a model's pictures. With "_" behind it, each begins the
#: names of its figures, which stay on the card beside those of the others.
PARTS = ("projection", "arithmetic")
#: What --arithmetic can be told.
ARITHMETIC = frozenset({"seed", "threads"})


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    parser.add_argument("--model", required=True, metavar="M", help="name or folder of the model")
    parser.add_argument(
        "--data", type=Path, required=True, help="the data it was trained on; held-out parts count"
    )
    parser.add_argument(
        "--samples",
        type=_whole,
        metavar="N",
        help="how many to make (default 1000 pictures or 200 melodies), or how many held-out "
        "pictures to fill (default all)",
    )
    parser.add_argument("--seed", type=_whole, metavar="S", help="of the first one (default 0)")
    parser.add_argument(
        "--features",
        type=Path,
        metavar="FILE",
        help="SqueezeNet's weights, to measure in its features too",
    )
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.png", help="write samples beside real pictures"
    )
    parser.add_argument(
        "--beside",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="models of the same recipe from other runs, to compare their codes; or melody models "
        "trained on the same data, to compare their figures",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="store the figures in the model's card, and what its codes are called",
    )
    parser.add_argument("--threads", type=threads, metavar="N", help="CPU threads to use")
    parser.add_argument(
        "--projection",
        action="store_true",
        help="measure how well held-out pictures are found in the latent space (default 50); "
        "--write adds these figures to those in the card",
    )
    parser.add_argument(
        "--arithmetic",
        action="store_true",
        help="measure whether A - B + C changes what it says and keeps the rest (200 sums); "
        "--write adds these figures to those in the card",
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """Measure, and write the figures down when asked to."""
    library, name = find_library(options.model)
    model = library.get(name)
    _check(options, model.path)
    with needing_training():
        from engines.evaluate import evaluate
        from engines.evaluate.melody_table import comparison, summary
        from engines.evaluate.report import lines

        if options.projection:
            from engines.evaluate.projection import evaluate_projection
        if options.arithmetic:
            from engines.evaluate.arithmetic import evaluate_arithmetic

    given = {key: getattr(options, key) for key in OPTIONS if getattr(options, key) is not None}
    # Melody models are measured one by one and only shown side by side.
    others = given.pop("beside", []) if model.card.task == "compose" else []
    measure: Callable[..., dict[str, Any]] = evaluate
    if part := _part(options):
        measure = evaluate_projection if part == "projection" else evaluate_arithmetic
    progress = ProgressLine("Measuring")
    started = time.perf_counter()
    try:
        quality = measure(model.path, options.data, progress=progress, **given)
    finally:
        progress.clear()
    seconds = round(time.perf_counter() - started, 1)
    if options.write:
        _write(model.path, quality, _command(name, options, given), part)
    data = {"model": name, "weights": model.card.weights, "seconds": seconds, "quality": quality}
    tables: list[str] = []
    if model.card.task == "compose":
        measured = [(path.name, evaluate(path, options.data, **given)) for path in others]
        data["beside"] = dict(measured)
        tables = ["", *summary(quality)]
        tables += ["", *comparison([(name, quality), *measured])] if measured else []
    return Report(data, (*lines(quality, name), f"Measured in {seconds:.0f} s.", *tables))


def _part(options: Namespace) -> str:
    """Which of :data:`PARTS` is measured; "" for the pictures themselves."""
    return next((part for part in PARTS if getattr(options, part)), "")


def _check(options: Namespace, folder: Path) -> None:
    """Find out before the work begins what would make it vain at its end."""
    if options.projection and not options.features:
        raise bad_input(
            "What pictures are compared in is missing.", "Give --features: SqueezeNet's weights."
        )
    if options.projection and options.beside:
        raise bad_input("--beside is not for --projection.", "Leave it out.")
    if options.arithmetic:
        for name in (*OPTIONS, "projection"):
            if name not in ARITHMETIC and getattr(options, name):
                raise bad_input(f"--{name} is not for --arithmetic.", "Leave it out.")
    for path in (options.data, options.features, *(options.beside or ())):
        if path is not None and not path.exists():
            raise bad_input(f"There is nothing at {path}.", "Give an existing folder or file.")
    if options.sheet:
        check_writable(options.sheet.parent)
    if options.write:
        check_writable(folder)


def _command(model: str, options: Namespace, given: dict[str, Any]) -> str:
    """What to type to measure again; folders of this machine are left out."""
    words = ["duet-engine", "evaluate", "--model", model, "--data", options.data.name]
    for key in ("samples", "seed", "features"):
        if key in given:
            value = given[key]
            words += [f"--{key}", value.name if isinstance(value, Path) else str(value)]
    if "beside" in given:
        words += ["--beside", *(f"{path.parent.name}/{path.name}" for path in given["beside"])]
    return shlex.join([*words, *(f"--{part}" for part in PARTS if getattr(options, part))])


def _write(folder: Path, quality: dict[str, Any], command: str, part: str) -> None:
    """Into the card; what the other kinds of measuring found there stays."""
    import msgspec

    from engines.runtime.cards import read_card, write_card

    card, prefix = read_card(folder), f"{part}_" if part else ""
    today = time.strftime("%Y-%m-%d", time.gmtime())
    new = {**quality, f"{prefix}command": command, f"{prefix}date": today}
    kept = {name: value for name, value in card.quality.items() if _part_of(name) != part}
    both = {**kept, **new} if part else {**new, **kept}
    write_card(folder, msgspec.structs.replace(card, quality=both))


def _part_of(figure: str) -> str:
    """Which of :data:`PARTS` a figure on a card belongs to; "" for none."""
    return next((part for part in PARTS if figure.startswith(f"{part}_")), "")


def _whole(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise bad_input(f"{text!r} is not a whole number.", "Give one from 0.")
