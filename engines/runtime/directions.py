"""Directions of a model on the disk: the ones it came with, and the user's own.

A file is safetensors: one tensor (levels, width) a direction, or (choices, levels, width) where it
is a choice, with the descriptions as JSON in the metadata beside the hash of the weights they are
for. A direction of other weights points anywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.latent import Direction, Examples
from engines.runtime import files
from engines.runtime.direction_notes import (
    EXAMPLES,
    LISTED,
    WEIGHTS,
    files_of,
    read_notes,
    unreadable,
)

if TYPE_CHECKING:
    from engines.runtime.library import Model

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Way:
    """A direction with its numbers.

    Attributes:
        info: how it is described.
        vectors: (levels, width), or (choices, levels, width).
    """

    info: Direction
    vectors: Floats

    def move(self, amount: float) -> Floats:
        """What to add to a place, (levels, width)."""
        if not self.info.choices:
            return np.float32(amount) * self.vectors
        chosen = min(max(round(amount), 0), len(self.info.choices) - 1)
        return self.vectors[chosen]


def of_model(model: Model) -> dict[str, Way]:
    """Every direction of a model by name; the user's own win. Files that do not fit are left out.

    What was left out is logged: a slider less is no reason to show no model.
    """
    found: dict[str, Way] = {}
    for path in files_of(model):
        try:
            found |= {way.info.name: way for way in read(path, model)}
        except EngineError as error:
            log.warning("%s", error)
    return found


def read(path: Path, model: Model) -> list[Way]:
    """The directions of a file.

    Raises:
        EngineError: kind ``bad_input``, naming the file, when it is unreadable or made for other
            weights.
    """
    from safetensors import SafetensorError, safe_open

    notes = read_notes(path, model)
    try:
        with safe_open(path, framework="numpy") as file:
            ways = [
                Way(one, file.get_tensor(one.name).astype(np.float32)) for one in notes.directions
            ]
    except (OSError, SafetensorError) as error:
        raise unreadable(path, error) from error
    for way in ways:
        _check(path, way)
    return ways


def write(
    path: Path,
    ways: Sequence[Way],
    model: Model,
    examples: Mapping[str, Examples] | None = None,
) -> None:
    """Write a file of directions for a model, atomically.

    Args:
        path: the file.
        ways: what it holds.
        model: whose directions they are.
        examples: seeds by attribute, kept beside them.
    """
    from safetensors.numpy import save

    tensors = {way.info.name: way.vectors.astype(np.float16) for way in ways}
    listed = msgspec.json.encode([way.info for way in ways]).decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {LISTED: listed, WEIGHTS: model.card.weights}
    if examples:
        metadata[EXAMPLES] = msgspec.json.encode(examples).decode()
    files.write_bytes(path, save(tensors, metadata))


def total(moves: Mapping[str, float], ways: Mapping[str, Way], shape: tuple[int, int]) -> Floats:
    """All moves together, (levels, width).

    Raises:
        EngineError: kind ``bad_input``, for a direction that the model does not have.
    """
    sum_: Floats = np.zeros(shape, np.float32)
    for name, amount in moves.items():
        way = ways.get(name)
        if way is None:
            raise bad_input(f"There is no direction called {name!r} here.", _advice(ways))
        sum_ += way.move(amount)
    return sum_


def _check(path: Path, way: Way) -> None:
    expected = 3 if way.info.choices else 2
    fits = way.vectors.ndim == expected and np.isfinite(way.vectors).all()
    if not fits or (way.info.choices and len(way.vectors) != len(way.info.choices)):
        raise bad_input(f"The direction {way.info.name!r} in {path} is damaged.", "Make it again.")


def _advice(ways: Mapping[str, Way]) -> str:
    return f"Choose one of {', '.join(ways)}." if ways else "This model has none: make one."
