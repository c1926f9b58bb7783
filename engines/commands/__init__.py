"""What ``duet-engine`` can do, one file a command; nothing is imported before it is asked for."""

from __future__ import annotations

import importlib
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from typing import Any, Protocol, cast


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has to say when it is done.

    Attributes:
        data: for programs: the one object that ``--json`` prints. It holds plain values.
        lines: for people: the same on stdout, without ``--json``.
        code: what the process exits with.
    """

    data: dict[str, Any] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    code: int = 0


class Module(Protocol):
    """What a command's file offers."""

    def add_arguments(self, parser: ArgumentParser, command: str) -> None:
        """Declare the command's options."""

    def run(self, options: Namespace) -> Report:
        """Carry it out.

        Raises:
            EngineError: with a sentence for people.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the help lists it.

    Attributes:
        name: what one types.
        usage: its arguments in short.
        summary: what it does.
        module: the file that carries it out.
        takes_over: whether that file is a program of its own, with a ``main(arguments)``.
    """

    name: str
    usage: str
    summary: str
    module: str
    takes_over: bool = False

    def load(self) -> Module:
        """Import the file that carries it out."""
        return cast(Module, importlib.import_module(self.module))

    def take_over(self, arguments: list[str]) -> int:
        """Hand the process to a file that is a program of its own; returns the exit code."""
        return int(importlib.import_module(self.module).main(arguments))


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command("models", "[--json]", "list the library", "engines.commands.models"),
        Command(
            "generate",
            "--out DIR|FILE.png [--model M] [--count N] [--seed S]",
            "make pictures",
            "engines.commands.task",
        ),
        Command(
            "compose",
            "--out DIR|FILE.mid|.musicxml|.wav|.flac "
            '[--chords "C Am F G"] [--bars 8] [--primer FILE.mid] [--seed S]',
            "write melodies over chords",
            "engines.commands.compose",
        ),
        Command(
            "inpaint",
            "IMAGE --mask MASK --out DIR|FILE.png [--method smooth] [--count N] [--seed S]",
            "fill holes in a picture",
            "engines.commands.inpaint",
        ),
        Command(
            "latent",
            "directions|arithmetic|walk|project ... [--json]",
            "steer a model through its latent space",
            "engines.commands.latent",
        ),
        Command(
            "train",
            "RECIPE --data DIR|ZIP --out DIR [--start MODEL_DIR] [--resume]",
            "train a model from a recipe",
            "engines.commands.train",
        ),
        Command(
            "finetune",
            "--model M --data DIR|ZIP --out NAME [--epochs N] [--minutes N]",
            "let a model learn on from a folder of pictures, or of MIDI files",
            "engines.commands.finetune",
        ),
        Command(
            "evaluate",
            "--model M --data DIR|ZIP [--write]",
            "measure a model's quality",
            "engines.commands.evaluate",
        ),
        Command(
            "export",
            "--model M | --checkpoint FILE --out DIR",
            "write model.onnx from model.safetensors, or a model from a checkpoint",
            "engines.commands.export",
        ),
        Command(
            "serve",
            "",
            "be the engine of a window, over stdin and stdout",
            "engines.service.__main__",
            takes_over=True,
        ),
    )
}

#: Tools without a command of their own name, and what to type for them.
TYPED_AS: dict[str, tuple[str, str]] = {
    "direction": ("latent", "directions"),
    "project": ("latent", "project"),
    "sketch": ("latent", "project"),
    "walk": ("latent", "walk"),
}
