"""How long an epoch takes on this machine, measured before anybody waits for one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engines.nets.registry import family
from engines.runtime.library import Library
from engines.train.finetune import COURSES
from engines.train.launch import make_fabric
from engines.train.recipe import Recipe
from engines.train.steps import Steps

#: Seconds after which no further step is timed.
LONG_ENOUGH = 4.0
#: Plain steps that are timed at least, and at most.
FEWEST, MOST = 2, 24


@dataclass(frozen=True)
class Pace:
    """What an epoch costs.

    Attributes:
        epoch_seconds: its steps, and the measurement after them; what is written is left out.
        steps: how many it has.
        samples: shown in it.
        measuring_seconds: what of the time measures.
    """

    epoch_seconds: float
    steps: int
    samples: int
    measuring_seconds: float


def measure_pace(recipe: Recipe, data: Path, library: Library | None = None) -> Pace:
    """Take a few steps that nothing is kept of, and one measurement.

    Args:
        recipe: see :func:`engines.train.finetune.recipe_for`.
        data: zip or folder of songs or pictures.
        library: where the model is.

    Raises:
        EngineError: kind ``bad_input``, for data that cannot be learned from.
    """
    fabric = make_fabric(recipe)
    lesson = COURSES[family(recipe.family).task].begin(recipe, data, fabric, library)
    each = _seconds_a_step(lesson.steps, recipe.objective.lazy)
    lesson.steps.measure()  # what it looks up of the real ones, it does once
    measuring = _seconds(lesson.steps.settle) + _seconds(lesson.steps.measure)
    return Pace(
        epoch_seconds=each * lesson.length + measuring,
        steps=lesson.length,
        samples=lesson.length * recipe.schedule.batch,
        measuring_seconds=measuring,
    )


def _seconds_a_step(steps: Steps, lazy: int) -> float:
    """The mean over a round of steps, of which the first has the penalties, if there are any."""
    steps.step(0, 0.0)  # what is allocated and chosen once
    with_penalty = _seconds(partial(steps.step, lazy, 0.0))
    plain: list[float] = []
    while len(plain) < min(MOST, max(FEWEST, lazy - 1)):
        if len(plain) >= FEWEST and with_penalty + sum(plain) > LONG_ENOUGH:
            break
        plain.append(_seconds(partial(steps.step, lazy + 1 + len(plain), 0.0)))
    return (with_penalty + (lazy - 1) * sum(plain) / len(plain)) / lazy


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
