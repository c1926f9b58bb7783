"""``duet-engine latent project``: a picture into the latent space, and paint that it follows."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.commands import Report, task
from engines.commands.common import add_backend, add_json
from engines.commands.request import add_options
from engines.protocol.errors import bad_input
from engines.protocol.inputs import content_key
from engines.protocol.params import resolve
from engines.protocol.tools import PROJECT, SKETCH
from engines.runtime import device

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request
    from engines.runtime.results import Result

#: Options of the tool "sketch", for --paint.
PAINTING = ("strength", "edges", "count")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options: those of the tool, the picture and the paint."""
    parser.set_defaults(tool=PROJECT, instrument=0)
    parser.add_argument("image", nargs="?", metavar="IMAGE", help="the picture; it is only read")
    parser.add_argument(
        "--out",
        action="append",
        metavar="PATH",
        help="a folder or FILE.png; a request that makes the picture again lies beside it as .json",
    )
    add_options(parser, PROJECT)
    parser.add_argument(
        "--paint",
        metavar="PAINT",
        help="a transparent picture with strokes that the result shall follow; without IMAGE it "
        "starts from the seed",
    )
    known = {param.name: param for param in SKETCH.params}
    parser.add_argument("--strength", type=float, metavar="X", help=known["strength"].help)
    parser.add_argument(
        "--edges", action=BooleanOptionalAction, default=None, help=known["edges"].help
    )
    parser.add_argument(
        "--count", type=int, metavar="N", help=f"with --paint: {known['count'].help}"
    )
    add_backend(parser)
    add_json(parser)


def run(options: Namespace) -> Report:
    """Check everything that can be checked, search, write."""
    if not options.image and not options.paint:
        raise bad_input("The picture is missing.", "Give its file: IMAGE, or --paint PAINT.")
    given = [name for name in PAINTING if getattr(options, name) is not None]
    if given and not options.paint:
        raise bad_input(f"--{given[0]} is for paint.", "Give --paint: a picture with strokes.")
    targets, request = task.prepare(options, PROJECT)
    painting = _painting(options, single=all(target.is_file for target in targets))
    picture, paint = _read(options.image), _read(options.paint)
    results: list[Result] = []
    seconds, apart = 0.0, None
    if picture is not None:
        results, seconds = _compute(request, options, picture)
        apart = _distance(request, picture, results[0])
    if paint is not None:
        sketched, more = _compute(_sketch(request, results, painting), options, paint)
        results, seconds = sketched, seconds + more
    paths = [path for target in targets for path in target.write(results)]
    every = zip(paths, results * len(targets), strict=True)
    requests = [str(_write_request(path, result)) for path, result in every]
    said = task.report(request, results, paths, seconds)
    data = {**said.data, "requests": requests}
    if apart is None:
        return Report(data, said.lines)
    words = [f"Distance to the picture: {apart:.3f}."]
    if variant := _variant(request, results[0]):
        words.append(f"The model tuned to it is {variant}.")
        data["variant"] = variant
    return Report({**data, "distance": round(apart, 4)}, (*said.lines[:-1], *words, said.lines[-1]))


def _read(path: str | None) -> Pixels | None:
    """A picture, or None where none is named.

    Raises:
        EngineError: ``bad_input``, naming the file.
    """
    if not path:
        return None
    device.limit_numpy_threads()  # Before numpy comes in with what follows.
    from engines.runtime.pictures import read_picture

    return read_picture(Path(path))


def _compute(request: Request, options: Namespace, image: Pixels) -> tuple[list[Result], float]:
    import msgspec

    named = msgspec.structs.replace(request, inputs={"image": content_key(image)})
    tool = SKETCH if request.task == SKETCH.task else PROJECT
    return task.compute(named, options, tool, {"image": image})


def _painting(options: Namespace, single: bool) -> dict[str, Any]:
    """What is asked of the tool "sketch", checked before anything is computed.

    Raises:
        EngineError: ``bad_input``, for a value out of range.
    """
    given = {name: getattr(options, name) for name in PAINTING}
    params = {name: value for name, value in given.items() if value is not None}
    if single and "count" not in params:
        params["count"] = 1
    resolve(SKETCH, params)
    return params


def _sketch(request: Request, found: list[Result], painting: dict[str, Any]) -> Request:
    """The request that follows paint from where the picture was found, or from the seed."""
    import msgspec

    params = dict(painting)
    if found:
        params["point"] = found[0].request.params["point"]
        if variant := _variant(request, found[0]):
            request = msgspec.structs.replace(request, model=variant, weights="")
    if "truncation" in request.params:
        params["truncation"] = request.params["truncation"]
    return msgspec.structs.replace(request, task=SKETCH.task, params=params)


def _variant(request: Request, result: Result) -> str:
    """The model that was tuned to the picture, or ""."""
    return result.request.model if request.params.get("tuning") else ""


def _distance(request: Request, picture: Pixels, result: Result) -> float:
    """How far the picture that was found is from the one that was given, 0 to 1."""
    from engines.runtime.encoder import distance, fitted

    assert result.pixels is not None
    params = resolve(PROJECT, request.params)
    box = (params["left"], params["top"], params["side"]) if params["side"] else None
    return distance(fitted(picture, len(result.pixels), box), result.pixels)


def _write_request(picture: Path, result: Result) -> Path:
    """A result's request beside its picture, as a file of its own."""
    import msgspec

    from engines.runtime.files import write_bytes

    path = picture.with_suffix(".json")
    write_bytes(path, msgspec.json.encode(result.request))
    return path
