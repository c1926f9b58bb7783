"""Figures and the page they are written to; rows of other figures stay as they are."""

from __future__ import annotations

import datetime
import os
import platform
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).with_name("RESULTS.md")

COLUMNS = ("figure", "measured", "goal", "command", "machine", "date")

HEADER = """\
# Measured

Written by `tests/benchmarks/run.py`, never by hand. Times are medians unless a figure says
otherwise. Compare ratios, which are taken in one run; absolute times belong to the machine and to
what else it did, which the load (processes waiting for a core, mean of the last minute) shows.
Windows are shown on an X server in memory where there is no display.

"""


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured; the key of its row.
        measured: the value with its unit, as printed.
        goal: what it should be, or "".
        met: whether it is; None without a goal.
    """

    name: str
    measured: str
    goal: str = ""
    met: bool | None = None


def machine() -> str:
    """This machine in a few words: cores, processor, load."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores, {model}{load}"


def row(figure: Figure, command: str, where: str) -> tuple[str, ...]:
    """The cells of a figure, in the order of :data:`COLUMNS`."""
    verdict = {None: "", True: " (met)", False: " (missed)"}[figure.met]
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return (figure.name, figure.measured, figure.goal + verdict, f"`{command}`", where, today)


def read_rows(text: str) -> dict[str, tuple[str, ...]]:
    """The rows of a page, by figure."""
    cells = (
        tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        for line in text.splitlines()
        if line.startswith("| ")
    )
    return {
        each[0]: each
        for each in cells
        if len(each) == len(COLUMNS) and each != COLUMNS and set(each[0]) != {"-"}
    }


def write(figures: list[Figure], command: str, where: str, page: Path = PAGE) -> None:
    """Put figures into the page: known ones in their place, new ones at the end.

    Args:
        figures: what was measured.
        command: how to measure it again.
        where: the machine, see :func:`machine`.
        page: the file.
    """
    rows = read_rows(page.read_text(encoding="utf-8")) if page.exists() else {}
    rows |= {figure.name: row(figure, command, where) for figure in figures}
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows.values()]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    part = page.with_suffix(".part")
    part.write_text(HEADER + table, encoding="utf-8")
    part.replace(page)
