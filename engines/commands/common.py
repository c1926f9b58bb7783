"""What several commands share: their common options and the library they look in."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engines.protocol.errors import bad_input
from engines.protocol.params import SEED_MAX
from engines.protocol.paths import advice_for_training

if TYPE_CHECKING:
    from engines.runtime.library import Library

MOST_THREADS = 256


def add_json(parser: ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of sentences"
    )


def add_backend(parser: ArgumentParser) -> None:
    """Declare how networks are computed."""
    parser.add_argument(
        "--threads", type=threads, metavar="N", help="CPU threads to use (default: every core)"
    )
    parser.add_argument(
        "--backend",
        default="auto",
        metavar="NAME",
        help="auto, onnx (the CPU) or torch (a GPU); default auto",
    )


def threads(text: str) -> int:
    """A thread count from the command line.

    Raises:
        EngineError: ``bad_input``.
    """
    if text.isdecimal() and 1 <= int(text) <= MOST_THREADS:
        return int(text)
    raise bad_input(f"--threads cannot be {text!r}.", f"Choose between 1 and {MOST_THREADS}.")


def seeds_of(option: str, text: str) -> list[int]:
    """Seeds from the command line, as in "1,2,3".

    Args:
        option: which, for the complaint.
        text: what was given.

    Raises:
        EngineError: ``bad_input``.
    """
    words = [word.strip() for word in text.split(",")]
    if all(word.isdecimal() and int(word) <= SEED_MAX for word in words):
        return [int(word) for word in words]
    raise bad_input(
        f"{option} cannot be {text!r}.", f"Give whole numbers between 0 and {SEED_MAX}: 1,2,3."
    )


def find_library(model: str) -> tuple[Library, str]:
    """Where to look for a model given by its name, or by the path of its folder.

    Args:
        model: "portraits-peeps", or "./my-models/cats": a path has a slash in it.

    Returns:
        the library, and the model's name in it.
    """
    from engines.runtime.library import Library

    usual = Library()
    if "/" not in model and "\\" not in model:
        return usual, model
    folder = Path(model).resolve()
    if not folder.is_dir():
        raise bad_input(
            f"There is no model folder {model}.", "Give a model's name, or the path of its folder."
        )
    return Library([folder.parent, *usual.dirs]), folder.name


class ProgressLine:
    """One line on a terminal that counts up; silent when stderr is a file or a pipe."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = False
        self._wanted = sys.stderr.isatty()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show how far the work is."""
        if self._wanted:
            print(f"\r\x1b[K{self._what} {done} / {total} {note}", end="", file=sys.stderr)
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away again."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr)
            self._shown = False


@contextmanager
def needing_training() -> Iterator[None]:
    """Say how to install what training needs, should an import in the block fail for it.

    Raises:
        EngineError: ``bad_input``, naming what is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "engines":
            raise
        raise bad_input(
            f"This needs {error.name}, which is not installed.",
            advice_for_training(),
        ) from error
