"""``duet-engine models``: what is in the library, and another model into it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.commands import Report
from engines.commands.common import add_json

if TYPE_CHECKING:
    from engines.protocol.messages import ModelInfo


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options."""
    parser.add_argument(
        "--add", type=Path, metavar="MODEL", help="copy a model's folder, or a zip of it, in first"
    )
    add_json(parser)


def run(options: Namespace) -> Report:
    """List the models, broken ones with what is wrong."""
    import msgspec

    from engines.runtime.library import Library

    library = Library()
    data: dict[str, Any] = {}
    if options.add is not None:
        from engines.runtime.install import install

        data["added"] = install(options.add, library).name
    models = library.models()
    data["models"] = [msgspec.to_builtins(model) for model in models]
    if not models:
        return Report(data, ("No models are installed.",))
    name = max(len(model.name) for model in models)
    return Report(data, tuple(_line(model, name) for model in models))


def _line(model: ModelInfo, width: int) -> str:
    if model.problem:
        return f"{model.name:{width}}  broken    {model.problem}"
    size = f"{model.size} px" if model.size else ""
    return f"{model.name:{width}}  {model.task:8}  {size:>7}  {model.title}: {model.summary}"
