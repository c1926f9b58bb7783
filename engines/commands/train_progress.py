"""What a terminal shows while training runs: a bar with the time left, and the reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from engines.train.loop import Watch
    from engines.train.recipe import Recipe

Line = dict[str, float | int | str]


@contextmanager
def watching(watch: Watch, recipe: Recipe, steps: int | None) -> Iterator[Watch]:
    """Show a run on stderr: a bar on a terminal, plain lines in a file or pipe.

    Args:
        watch: its hooks are replaced.
        recipe: what is trained.
        steps: where the run will stop, if before the recipe's end.
    """
    if not sys.stderr.isatty():
        watch.report = lambda line: print(json.dumps(line), file=sys.stderr, flush=True)
        yield watch
        return
    schedule = recipe.schedule
    total = schedule.samples if steps is None else min(schedule.samples, steps * schedule.batch)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} samples"),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:
        row = progress.add_task(recipe.name, total=total, pace="")

        def advance(samples: int, _total: int) -> None:
            speed = progress.tasks[row].speed
            pace = f"{speed:,.0f} a second" if speed else ""
            progress.update(row, completed=samples, pace=pace)

        watch.advance = advance
        watch.report = lambda line: progress.console.print(describe(line), highlight=False)
        yield watch


def describe(line: Line) -> str:
    """A report as one line of text: the sentence about its health last."""
    numbers = [
        f"{name} {value:,.4g}" if isinstance(value, float) else f"{name} {value:,}"
        for name, value in line.items()
        if not isinstance(value, str)
    ]
    return "  ".join([*numbers, *(value for value in line.values() if isinstance(value, str))])
