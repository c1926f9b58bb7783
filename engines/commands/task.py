"""``duet-engine generate`` and every other tool: a request in, files out."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from engines.commands import Report
from engines.commands.common import ProgressLine, add_backend, add_json, find_library
from engines.commands.outputs import ENDINGS, Target, plan
from engines.commands.request import add_options, build_request
from engines.protocol.errors import bad_input
from engines.protocol.params import Tool, resolve
from engines.protocol.tools import TOOLS
from engines.runtime import device

if TYPE_CHECKING:
    from pathlib import Path

    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request
    from engines.runtime.results import Result

LAST_PROGRAM = 127


def add_arguments(parser: ArgumentParser, command: str, without: Collection[str] = ()) -> None:
    """Declare the options from the tool's parameters.

    Args:
        parser: of the command.
        command: the tool's task.
        without: parameters that the command has options of its own for.
    """
    tool = TOOLS[command]
    parser.set_defaults(tool=tool, instrument=0)
    parser.add_argument(
        "--out",
        action="append",
        metavar="PATH",
        help=f"{_places(tool)}; may be given several times",
    )
    add_options(parser, tool, without)
    if tool.makes == "melody":
        parser.add_argument(
            "--instrument",
            type=_instrument,
            metavar="N",
            help="General MIDI program of the melody (0 to 127, default 0)",
        )
    add_backend(parser)
    add_json(parser)


def run(options: Namespace) -> Report:
    """Check everything that can be checked, compute, write."""
    tool: Tool = options.tool
    targets, request = prepare(options, tool)
    results, seconds = compute(request, options, tool)
    paths = [path for target in targets for path in target.write(results)]
    return report(request, results, paths, seconds)


def prepare(options: Namespace, tool: Tool) -> tuple[list[Target], Request]:
    """Where to write, tried out, and the request; nothing has been computed yet.

    Raises:
        EngineError: ``bad_input``.
    """
    if not options.out:
        raise bad_input("Where to write is missing.", f"Give --out: {_places(tool)}.")
    targets = plan(options.out, tool.makes, options.instrument)
    return targets, build_request(options, tool, single=all(target.is_file for target in targets))


def _places(tool: Tool) -> str:
    return " or ".join(["a folder", *(f"FILE{ending}" for ending in ENDINGS[tool.makes])])


def _instrument(text: str) -> int:
    if text.isdecimal() and int(text) <= LAST_PROGRAM:
        return int(text)
    raise bad_input(f"--instrument cannot be {text!r}.", f"Choose between 0 and {LAST_PROGRAM}.")


def compute(
    request: Request,
    options: Namespace,
    tool: Tool,
    inputs: Mapping[str, Pixels] | None = None,
) -> tuple[list[Result], float]:
    """Carry a request out in this process.

    Args:
        request: what to make.
        options: with ``backend`` and ``threads``.
        tool: of the request's task.
        inputs: the pictures that the request names.

    Returns:
        the results, and the seconds they took without starting up.

    Raises:
        EngineError: of any kind.
    """
    device.limit_numpy_threads()  # Before numpy comes in with what follows.
    import msgspec

    from engines import tasks
    from engines.runtime.backend import make_backend
    from engines.runtime.context import Context

    library, name = find_library(request.model)
    request = msgspec.structs.replace(request, model=name)
    if tool.needs_model(resolve(tool, request.params)):
        library.get(name, tool.models)  # An unknown name is told before the back end is loaded.
    progress = ProgressLine(tool.title)
    # One batch of work, perhaps beside others on a busy machine: idle threads shall sleep.
    backend = make_backend(options.backend, threads=options.threads, spin=False)
    context = Context(library, backend, on_progress=progress, inputs=inputs)
    started = time.perf_counter()
    try:
        results = tasks.run(request, context)
    finally:
        progress.clear()
    return results, time.perf_counter() - started


def report(request: Request, results: list[Result], paths: list[Path], seconds: float) -> Report:
    """What the command has to say."""
    first = results[0].request
    files = [str(path) for path in paths]
    notes = list(dict.fromkeys(result.note for result in results if result.note))
    data = {
        "task": first.task,
        "model": first.model,
        "weights": first.weights,
        "seed": request.seed,
        "count": len(results),
        "outputs": files,
        "notes": notes,
        "seconds": round(seconds, 4),
    }
    made = "1 result" if len(results) == 1 else f"{len(results)} results"
    by = f" with {first.model}" if first.model else ""
    done = f"{made} from seed {request.seed}{by} in {seconds:.2f} s"
    return Report(data, (*files, *notes, done))
