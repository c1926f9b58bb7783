"""A table of measured figures for a terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from engines.evaluate.figures import Figure, collect

#: Entries that say how it was measured; they stand in the title and not in rows.
SETTINGS = (
    "samples", "compared", "held_out", "training", "size_px", "pieces", "seed", "seconds",
)  # fmt: skip


def table(result: Mapping[str, Any], title: str = "") -> Table:
    """What :func:`engines.evaluate.evaluate` found, one row a figure."""
    settings = ", ".join(f"{name} {result[name]}" for name in SETTINGS if name in result)
    made = Table(title=title or None, caption=settings, title_justify="left")
    made.add_column("figure", no_wrap=True)
    for name in ("value", "real data", "floor", "ceiling", "target"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("")
    for figure in collect(result):
        if figure.name not in SETTINGS:
            made.add_row(*_row(figure))
    return made


def lines(result: Mapping[str, Any], title: str = "", width: int = 118) -> list[str]:
    """The table and the notes as plain text, for output that is no terminal."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(table(result, title))
    for note in result.get("notes", ()):
        console.print(note, highlight=False)
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue().rstrip().splitlines()


def _row(figure: Figure) -> tuple[str, ...]:
    verdict = {None: "", True: "met", False: "MISSED"}[figure.ok]
    numbers = [_number(v) for v in (figure.value, figure.real, figure.floor, figure.ceiling)]
    return (figure.name.replace("_", " "), *numbers, _target(figure), verdict)


def _number(value: float | None) -> str:
    """Four digits, without a row of noughts."""
    return "" if value is None else f"{value:,.4g}"


def _target(figure: Figure) -> str:
    if figure.at_least is not None and figure.at_most is not None:
        return f"{_number(figure.at_least)} to {_number(figure.at_most)}"
    if figure.at_least is not None:
        return f"≥ {_number(figure.at_least)}"
    return "" if figure.at_most is None else f"≤ {_number(figure.at_most)}"
