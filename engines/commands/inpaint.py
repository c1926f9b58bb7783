"""``duet-engine inpaint``: a picture and a mask in, the picture with its holes filled out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engines.commands import Report, task
from engines.protocol.errors import bad_input
from engines.protocol.inputs import content_key
from engines.runtime import device

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request
    from engines.protocol.params import Tool

MASK_HELP = (
    "the picture that says where to fill: what is white in it, or, if it is transparent, what is "
    "painted; as large as IMAGE. Where IMAGE itself is transparent is filled too"
)


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options: those of the tool, and the two pictures."""
    parser.add_argument("image", nargs="?", metavar="IMAGE", help="the picture; it is only read")
    parser.add_argument("--mask", metavar="MASK", help=MASK_HELP)
    task.add_arguments(parser, command)


def run(options: Namespace) -> Report:
    """Check everything that can be checked, compute, write whole pictures."""
    if not options.image:
        raise bad_input("The picture to fill is missing.", "Give its file: IMAGE.")
    if not options.mask:
        raise bad_input("Where to fill is missing.", "Give --mask: a picture, white where to fill.")
    tool: Tool = options.tool
    targets, request = task.prepare(options, tool)
    inputs = _read(options)
    request = _named(request, inputs)

    from engines.tasks.inpaint import whole

    pieces, seconds = task.compute(request, options, tool, inputs)
    results = [replace(piece, pixels=whole(inputs["image"], piece), box=None) for piece in pieces]
    paths = [path for target in targets for path in target.write(results)]
    return task.report(request, results, paths, seconds)


def _read(options: Namespace) -> dict[str, Pixels]:
    """The pictures by name.

    Raises:
        EngineError: ``bad_input``, naming the file.
    """
    device.limit_numpy_threads()  # Before numpy comes in with what follows.
    from engines.runtime.pictures import read_mask, read_picture

    image, mask = read_picture(Path(options.image)), read_mask(Path(options.mask))
    if image.shape[:2] != mask.shape:
        raise bad_input(
            f"{options.mask} is {mask.shape[1]}x{mask.shape[0]} pixels, "
            f"and {options.image} is {image.shape[1]}x{image.shape[0]}.",
            "Give a mask of the picture's size.",
        )
    if mask.max() < 128 and (image.shape[2] == 3 or image[..., 3].all()):
        raise bad_input(
            f"{options.mask} is empty: nothing in it is white.", "Paint white what is to be filled."
        )
    return {"image": image, "mask": mask}


def _named(request: Request, inputs: dict[str, Pixels]) -> Request:
    import msgspec

    keys = {name: content_key(pixels) for name, pixels in inputs.items()}
    return msgspec.structs.replace(request, inputs=keys)
