"""``duet-engine latent directions``: list, look at, find, make and remove sliders of a model."""

from __future__ import annotations

import shlex
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.commands import Report
from engines.commands.common import (
    ProgressLine,
    add_backend,
    add_json,
    find_library,
    needing_training,
    seeds_of,
)
from engines.protocol.errors import bad_input
from engines.protocol.tools import DIRECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engines.runtime.directions import Way
    from engines.runtime.library import Library, Model

#: What is done one at a time.
MODES = ("find", "plus", "remove", "file")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    default = DIRECTION.default_model
    parser.add_argument(
        "--model", default=default, metavar="M", help=f"name or folder (default {default})"
    )
    parser.add_argument("--file", type=Path, help="list what this file of directions holds")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.png", help="draw a contact sheet, a direction a row"
    )
    parser.add_argument(
        "--seeds", default="1", metavar="S,S", help="pictures that the sheet starts from (1)"
    )
    parser.add_argument("--find", action="store_true", help="find the model's directions anew")
    parser.add_argument(
        "--data", type=Path, metavar="ZIP", help="for --find: what the model was trained on"
    )
    parser.add_argument(
        "--write", action="store_true", help="with --find: keep them in the model's folder"
    )
    parser.add_argument("--plus", metavar="S,S", help="make one: pictures that have it, by seed")
    parser.add_argument("--minus", metavar="S,S", help="pictures that lack it (the average)")
    parser.add_argument("--title", help="what the direction that is made is called")
    parser.add_argument("--remove", metavar="NAME", help="delete one of your own")
    add_backend(parser)
    add_json(parser)


def run(options: Namespace) -> Report:
    """Do the one thing that was asked for, then list what there is."""
    asked = [mode for mode in MODES if getattr(options, mode)]
    if len(asked) > 1:
        raise bad_input(
            f"--{asked[0]} and --{asked[1]} are two things to do.", "Ask for one at a time."
        )
    seeds = seeds_of("--seeds", options.seeds)
    _check_sheet(options.sheet)
    library, name = find_library(options.model)
    model = library.get(name, DIRECTION.models)
    if options.find:
        return _find(options, library, model, seeds)
    if options.plus:
        _make(options, model)
    if options.remove:
        _remove(model, options.remove)
    from engines.runtime import directions

    found = directions.of_model(model)
    ways = directions.read(options.file, model) if options.file else list(found.values())
    _draw(options, library, model, ways, seeds)
    return _report(model, ways)


def _check_sheet(path: Path | None) -> None:
    from engines.runtime.files import check_writable

    if path is None:
        return
    if path.suffix.lower() != ".png":
        raise bad_input(f"Cannot write a sheet as {path.name}.", "Give a file that ends in .png.")
    check_writable(path.parent)


def _report(model: Model, ways: Sequence[Way], **more: Any) -> Report:
    """What there is, for programs and for people."""
    import msgspec

    infos = [way.info for way in ways]
    data = {"model": model.card.name, "weights": model.card.weights}
    data["directions"] = msgspec.to_builtins(infos)
    width = max((len(info.name) for info in infos), default=0)
    lines = [
        f"{info.name:{width}}  {info.low:+.1f} to {info.high:+.1f}  {info.title} "
        f"({info.method.replace('_', ' ')}{_measured(info)})"
        for info in infos
    ]
    if not lines:
        lines = [f"{model.card.name} has no directions yet."]
    return Report({**data, **more}, (*lines, *more.get("notes", ())))


def _measured(info: Any) -> str:
    if info.effect is None:
        return ""
    return f"; effect {info.effect:.2f}, leakage {info.leakage:.2f}, monotony {info.monotony:.2f}"


def _find(options: Namespace, library: Library, model: Model, seeds: list[int]) -> Report:
    """Find them, and keep them when asked to."""
    from engines.runtime import direction_notes, directions
    from engines.runtime.files import check_writable

    if options.data is None:
        raise bad_input("What the model was trained on is missing.", "Give --data ZIP.")
    if not options.data.exists():
        raise bad_input(f"There is nothing at {options.data}.", "Give an existing folder or file.")
    if options.write:
        check_writable(model.path)
    with needing_training():
        from engines.discovery.find import find
    progress = ProgressLine("Finding directions")
    started = time.perf_counter()
    try:
        found = find(model, options.data, threads=options.threads, progress=progress)
    finally:
        progress.clear()
    seconds = round(time.perf_counter() - started, 1)
    if options.write:
        directions.write(model.path / direction_notes.DIRECTIONS, found.ways, model, found.examples)
    _draw(options, library, model, found.ways, seeds)
    words = ["duet-engine", "latent", "directions", "--model", model.card.name, "--find"]
    command = shlex.join([*words, "--data", options.data.name])
    notes = (*found.notes, f"{len(found.ways)} directions found in {seconds:.0f} s.")
    return _report(model, found.ways, notes=notes, seconds=seconds, command=command)


def _make(options: Namespace, model: Model) -> None:
    """One of the user's own, through the same task as the window's."""
    from engines.commands.task import compute
    from engines.protocol.latent import Anchor, Point, plain
    from engines.protocol.messages import Request

    def points(option: str, text: str | None) -> Any:
        seeds = seeds_of(option, text) if text else []
        return plain(tuple(Point(anchors=(Anchor(seed=seed),)) for seed in seeds))

    params = {
        "title": options.title or "",
        "plus": points("--plus", options.plus),
        "minus": points("--minus", options.minus),
    }
    request = Request(task=DIRECTION.task, model=options.model, params=params)
    compute(request, options, DIRECTION)


def _remove(model: Model, name: str) -> None:
    from engines.runtime import direction_notes
    from engines.tasks.latent import remove_direction

    if not direction_notes.user_file(model.card.name, name).is_file():
        raise bad_input(
            f"You have made no direction called {name!r} for {model.card.name}.",
            "The ones a model came with cannot be removed.",
        )
    remove_direction(model.card.name, name)


def _draw(
    options: Namespace, library: Library, model: Model, ways: Sequence[Way], seeds: list[int]
) -> None:
    """The contact sheet, when one is asked for."""
    if options.sheet is None:
        return
    if not ways:
        raise bad_input(f"{model.card.name} has no directions to draw.", "Find or make some first.")
    from engines.commands.direction_sheet import write_sheet
    from engines.runtime.backend import make_backend
    from engines.runtime.context import Context
    from engines.tasks.latent import studio_of

    backend = make_backend(options.backend, threads=options.threads, spin=False)
    studio = studio_of(model.card.name, Context(library, backend))
    write_sheet(options.sheet, studio, ways, seeds)
