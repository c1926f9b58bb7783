"""What learning on is for one task: its data, what of the recipe changes, what an epoch shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightning_fabric import Fabric

from engines.runtime.library import Library
from engines.train.recipe import Recipe
from engines.train.steps import Steps

#: No fewer steps than this make an epoch: a small folder is shown several times.
LEAST_STEPS = 25
#: Times as many of pictures, which change less from step to step.
LONGER = 2


@dataclass(frozen=True)
class Lesson:
    """A model about to learn from a folder.

    Attributes:
        steps: how one step goes; its ``measure`` chooses among the epochs.
        length: steps of an epoch.
        told: lines about what was read.
        show: writes what the weights make now beside a file name, and says where.
    """

    steps: Steps
    length: int
    told: Sequence[str]
    show: Callable[[Path], Path]


@dataclass(frozen=True)
class Course:
    """How models of one task learn on.

    Attributes:
        data: what they learn from, in words.
        amend: changes a recipe's table, in place, for the data.
        begin: reads the data and the model.
    """

    data: str
    amend: Callable[[dict[str, Any], Path], None]
    begin: Callable[[Recipe, Path, Fabric, Library | None], Lesson]
