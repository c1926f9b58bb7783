"""``duet-engine latent``: directions, arithmetic, walks and projection, one file each."""

from __future__ import annotations

import importlib
from argparse import ArgumentParser, Namespace
from typing import Protocol, cast

from engines.commands import Report
from engines.protocol.errors import bad_input

#: What follows ``latent``, the file that carries it out, and what it does.
PARTS = {
    "directions": ("engines.commands.latent_directions", "list, find or make directions"),
    "arithmetic": ("engines.commands.latent_arithmetic", "A - B + C on pictures"),
    "walk": ("engines.commands.latent_walk", "a film from one picture to the next"),
    "project": ("engines.commands.latent_project", "bring a picture into the latent space"),
}


class Part(Protocol):
    """What the file of a part offers."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the part's options."""

    def run(self, options: Namespace) -> Report:
        """Carry it out."""


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the parts; each one's file is imported for its options."""
    parts = parser.add_subparsers(dest="part", metavar="|".join(PARTS))
    for name, (module, summary) in PARTS.items():
        part = parts.add_parser(name, help=summary, description=f"{summary}.".capitalize())
        _load(module).add_arguments(part)


def run(options: Namespace) -> Report:
    """Hand over to the part that was asked for.

    Raises:
        EngineError: ``bad_input``, when none was.
    """
    if not options.part:
        raise bad_input("What to do in the latent space is missing.", f"Choose {', '.join(PARTS)}.")
    return _load(PARTS[options.part][0]).run(options)


def _load(module: str) -> Part:
    return cast(Part, importlib.import_module(module))
