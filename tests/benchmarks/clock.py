"""Timing: medians of repeated calls, and of whole programs."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence


def times(call: Callable[[], object], count: int, warm: int = 3, pause: float = 0.0) -> list[float]:
    """Seconds of each of ``count`` calls, after ``warm`` unmeasured ones.

    Args:
        call: what is timed.
        count: how often.
        warm: calls before those.
        pause: seconds of rest before each, which are not counted: threads and caches go cold.
    """
    for _ in range(warm):
        call()
    taken = []
    for _ in range(count):
        if pause:
            time.sleep(pause)
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return taken


def median(call: Callable[[], object], count: int, warm: int = 3, pause: float = 0.0) -> float:
    """The median of :func:`times`."""
    return statistics.median(times(call, count, warm, pause))


def alternate(
    one: Callable[[], object],
    other: Callable[[], object],
    count: int,
    rounds: int = 10,
    warm: int = 1,
) -> tuple[float, float]:
    """Medians of two calls taken in turns, so that a slow spell of the machine hits both.

    Args:
        one: the first.
        other: the second.
        count: measured calls of each a round.
        rounds: how many.
        warm: unmeasured calls before those.

    Returns:
        seconds of the first and of the second.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, into in zip((one, other), taken, strict=True):
            into.extend(times(call, count, warm))
    return statistics.median(taken[0]), statistics.median(taken[1])


def program(command: Sequence[str], count: int = 5) -> float:
    """Median seconds of a whole program, disk warm.

    Raises:
        subprocess.CalledProcessError: it failed; its output is on the screen.
    """

    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return median(run, count, warm=1)
