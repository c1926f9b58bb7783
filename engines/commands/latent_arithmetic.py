"""``duet-engine latent arithmetic``: A - B + C on pictures, or on the averages of several.

Radford et al. 2016, section 6.3.2: "smiling woman" less "neutral woman" plus "neutral man" is a
smiling man, where each is the average of three.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engines.commands import Report
from engines.commands.common import add_backend, add_json, find_library, seeds_of
from engines.commands.outputs import plan
from engines.commands.task import compute, report
from engines.protocol.errors import bad_input
from engines.protocol.latent import Anchor, Examples, Point, plain
from engines.protocol.params import SEED_MAX, resolve
from engines.protocol.tools import LATENT

if TYPE_CHECKING:
    from engines.protocol.messages import Request

#: How many pictures stand for an attribute that is asked for by its name.
EACH = 3
#: The wells in their order, and the sign of what lies in them.
WELLS = {"a": 1, "minus": -1, "plus": 1}
#: Put before an attribute for pictures that lack it.
WITHOUT = "no "


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    default = LATENT.default_model
    parser.add_argument(
        "--model", default=default, metavar="M", help=f"name or folder (default {default})"
    )
    for well, what in (("a", "what to start from"), ("minus", "take away"), ("plus", "add")):
        parser.add_argument(
            f"--{well}",
            metavar="WELL",
            help=f"{what}: seeds 1,2,3, or an attribute: glasses, or 'no glasses'",
        )
    parser.add_argument("--out", action="append", metavar="PATH", help="a folder, or FILE.png")
    parser.add_argument("--truncation", type=float, metavar="X", help="variety (ψ, 0 to 1.5)")
    parser.add_argument(
        "--neighbours", type=int, default=1, metavar="N", help="pictures around the result (1)"
    )
    parser.add_argument(
        "--spread", type=float, metavar="S", help="how far the neighbours lie (0 to 2; 0.5)"
    )
    parser.add_argument("--seed", default="0", metavar="S", help="of the neighbours (0)")
    parser.set_defaults(instrument=0)
    add_backend(parser)
    add_json(parser)


def run(options: Namespace) -> Report:
    """Read the wells, make the picture, write it."""
    if not options.out:
        raise bad_input("Where to write is missing.", "Give --out: a folder or FILE.png.")
    targets = plan(options.out, LATENT.makes)
    request, wells = _request(options)
    results, seconds = compute(request, options, LATENT)
    paths = [path for target in targets for path in target.write(results)]
    told = report(request, results, paths, seconds)
    return Report({**told.data, "wells": wells}, told.lines)


def _request(options: Namespace) -> tuple[Request, dict[str, list[int]]]:
    """The request of the task "latent", and the seeds in each well."""
    from engines.protocol.messages import Request
    from engines.runtime import direction_notes

    library, name = find_library(options.model)
    found = direction_notes.examples(library.get(name, LATENT.models))
    wells = {
        well: seeds_in(f"--{well}", text, found)
        for well in WELLS
        if (text := getattr(options, well)) is not None
    }
    if "a" not in wells:
        raise bad_input("What to start from is missing.", "Give --a: seeds, as in --a 1,2,3.")
    params: dict[str, Any] = {"point": plain(point_of(wells)), "count": options.neighbours}
    if options.neighbours > 1 or options.spread is not None:
        params["spread"] = 0.5 if options.spread is None else options.spread
    if options.truncation is not None:
        params["truncation"] = options.truncation
    (seed,) = seeds_of("--seed", options.seed)[:1]
    resolve(LATENT, params)  # complains before anything is loaded
    return Request(task=LATENT.task, model=options.model, seed=seed, params=params), wells


def point_of(wells: Mapping[str, list[int]]) -> Point:
    """A - B + C: every well is the average of what lies in it."""
    anchors = [
        Anchor(seed=seed, weight=WELLS[well] / len(seeds))
        for well, seeds in wells.items()
        for seed in seeds
    ]
    return Point(anchors=tuple(anchors))


def seeds_in(option: str, text: str, found: Mapping[str, Examples]) -> list[int]:
    """The seeds of a well: as they are given, or the clearest examples of an attribute.

    Args:
        option: for the complaint.
        text: "1,2,3", "glasses" or "no glasses".
        found: the model's examples by attribute.

    Raises:
        EngineError: ``bad_input``.
    """
    if text.replace(",", "").replace(" ", "").isdecimal():
        return seeds_of(option, text)
    lacks = text.lower().startswith(WITHOUT)
    word = text.lower().removeprefix(WITHOUT).strip()
    for name, one in found.items():
        if word in (name, one.title.lower()):
            return list(one.lacking if lacks else one.having)[:EACH]
    known = ", ".join(one.title.lower() for one in found.values())
    raise bad_input(
        f"{option} cannot be {text!r}.",
        f"Give seeds up to {SEED_MAX}, as in 1,2,3"
        + (f", or one of {known}, or 'no' before it." if known else "."),
    )
