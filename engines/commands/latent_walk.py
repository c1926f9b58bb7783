"""``duet-engine latent walk``: a film from one picture to the next."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import msgspec

from engines.commands import Report
from engines.commands.common import add_backend, add_json
from engines.commands.request import add_options, build_request
from engines.commands.task import compute
from engines.protocol import latent
from engines.protocol.errors import bad_input
from engines.protocol.latent import Key
from engines.protocol.messages import Request
from engines.protocol.params import SEED_MAX, Tool, resolve
from engines.protocol.tools import WALK

#: Drawn in ways of their own here, or of use in the window only.
_OWN = ("keys", "file", "moment")


def _shown() -> Tool:
    """The tool with the settings that are options as they are."""
    params = tuple(param for param in WALK.params if param.name not in _OWN)
    return msgspec.structs.replace(WALK, params=params)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--seeds", metavar="S,S,...", help="the pictures to pass, by their seeds, evenly in time"
    )
    parser.add_argument(
        "--truncation", type=float, metavar="X",
        help="variety of every keyframe (truncation ψ, 0 to 2, default 1)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FILE", help="FILE.mp4, FILE.gif, FILE.png (APNG), or a new folder"
    )
    add_options(parser, _shown())
    add_backend(parser)
    add_json(parser)


def run(options: Namespace) -> Report:
    """Check everything that can be checked, compute, and write frame by frame."""
    from engines.runtime import film

    if not options.out:
        raise bad_input(
            "Where to write is missing.", "Give --out: FILE.mp4, .gif, .png, or a folder."
        )
    path = Path(options.out).absolute()
    request = _request(options, path)
    params = resolve(WALK, request.params)
    film.check(path, params["fps"])
    results, seconds = compute(request, options, WALK)
    made = results[0].request
    frames = max(1, round(params["seconds"] * params["fps"]))
    data = {
        "task": made.task,
        "model": made.model,
        "weights": made.weights,
        "seed": made.seed,
        "frames": frames,
        "outputs": [str(path)],
        "notes": [result.note for result in results if result.note],
        "seconds": round(seconds, 4),
    }
    told = f"{frames} frames with {made.model} in {seconds:.2f} s"
    return Report(data, (str(path), *data["notes"], told))


def _request(options: Namespace, path: Path) -> Request:
    """The request that the options describe; ranges are checked, the model is not."""
    for param in WALK.params:  # what the shared code looks for, and does not find as options
        if not hasattr(options, param.name):
            setattr(options, param.name, None)
    request = build_request(options, WALK, single=False)
    params: dict[str, Any] = {**request.params, "file": str(path), "moment": -1.0}
    full = resolve(WALK, params)
    if options.seeds:
        params["keys"] = latent.plain(_keys(options, full))
    elif not full["keys"]:
        raise bad_input(
            "What the walk passes is missing.",
            "Give --seeds 1,2,3 or --request FILE with keyframes.",
        )
    elif options.truncation is not None:
        given = latent.keys(full["keys"])
        params["keys"] = latent.plain(_with_truncation(given, options.truncation))
    return msgspec.structs.replace(request, params=params)


def _keys(options: Namespace, params: dict[str, Any]) -> tuple[Key, ...]:
    """Keyframes at even times: a loop needs as long for the way back as for every other."""
    seeds = [_seed(text) for text in options.seeds.split(",")]
    if params["loop"]:
        step = params["seconds"] / len(seeds)
    else:
        last = params["seconds"] - 1 / params["fps"]  # the film ends on its last frame
        step = max(0.0, last) / max(1, len(seeds) - 1)
    placed = tuple(Key(at=round(n * step, 6), seed=seed) for n, seed in enumerate(seeds))
    return _with_truncation(placed, 1.0 if options.truncation is None else options.truncation)


def _with_truncation(keys: tuple[Key, ...], truncation: float) -> tuple[Key, ...]:
    changed = [msgspec.structs.replace(key, truncation=truncation) for key in keys]
    return latent.keys([msgspec.to_builtins(key) for key in changed])


def _seed(text: str) -> int:
    if text.strip().isdecimal() and int(text) <= SEED_MAX:
        return int(text)
    raise bad_input(
        f"--seeds cannot hold {text!r}.", f"Give whole numbers between 0 and {SEED_MAX}: 1,2,3."
    )
