"""``duet-engine export``: the ONNX file of a model, or a whole model from a checkpoint."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engines.commands import Report
from engines.commands.common import add_json, find_library, needing_training
from engines.protocol.errors import bad_input
from engines.runtime.cards import WEIGHTS, read_card
from engines.runtime.files import check_writable
from engines.runtime.library import make_model


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--model", metavar="M", help="name or folder of a model: write its model.onnx again"
    )
    source.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="make a model folder from a training's file"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the model folder to make from a checkpoint"
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """Export."""
    started = time.perf_counter()
    if options.checkpoint:
        folder = _publish(options.checkpoint, options.out)
    elif options.out:
        raise bad_input("--out goes with --checkpoint.", "A model is exported into its own folder.")
    else:
        folder = _export(options.model)
    seconds = round(time.perf_counter() - started, 2)
    return Report({"model": str(folder), "seconds": seconds}, (str(folder),))


def _export(name_or_folder: str) -> Path:
    library, name = find_library(name_or_folder)
    folder = library.folder(name)
    check_writable(folder)
    # Its network may be missing or broken, which is a reason to come here; its weights may not.
    model = make_model(folder, read_card(folder))
    model.read(WEIGHTS)
    with needing_training():
        from engines.runtime.torch_backend import load_generator
        from engines.runtime.torch_export import export

    load_generator(model)
    export(folder)
    return folder


def _publish(checkpoint: Path, out: Path | None) -> Path:
    if out is None:
        raise bad_input("Where to write is missing.", "Give --out: the model folder to make.")
    check_writable(out)
    with needing_training():
        from engines.runtime.library import Library
        from engines.train.publish_learnt import publish_learnt

    publish_learnt(checkpoint, out, Library())
    return out
