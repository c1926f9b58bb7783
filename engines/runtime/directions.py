"""Directions of a model on the disk: the ones it came with, and the user's own.

A file is safetensors: one tensor (levels, width) a direction, or (choices, levels, width) where it
is a choice, with the descriptions as JSON in the metadata beside the hash of the weights they are
for. A direction of other weights points anywhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.latent import Direction, Examples
from engines.protocol.paths import user_data_dir
from engines.runtime import files

if TYPE_CHECKING:
    from engines.runtime.library import Model

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

DIRECTIONS = "directions.safetensors"
ENDING = ".safetensors"
_LISTED = "directions"
_EXAMPLES = "examples"
_WEIGHTS = "weights"
#: What names of models and directions are made of: nothing that leads out of a folder.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


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


def user_folder(model: str) -> Path:
    """Where the user's own directions of a model are kept."""
    return user_data_dir() / "directions" / model


def user_file(model: str, name: str) -> Path:
    """The file of one of the user's own.

    Raises:
        EngineError: kind ``bad_input``, for names that lead elsewhere.
    """
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(model):
        raise bad_input(f"{name!r} is no name of a direction of {model!r}.", "List them first.")
    return user_folder(model) / f"{name}{ENDING}"


def of_model(model: Model) -> dict[str, Way]:
    """Every direction of a model by name; the user's own win. Files that do not fit are left out.

    What was left out is logged: a slider less is no reason to show no model.
    """
    own = user_folder(model.card.name)
    places = [model.path / DIRECTIONS, *sorted(own.glob(f"*{ENDING}"))]
    found: dict[str, Way] = {}
    for path in places:
        if not path.is_file():
            continue
        try:
            found |= {way.info.name: way for way in read(path, model)}
        except EngineError as error:
            log.warning("%s", error)
    return found


def listed(model: Model) -> tuple[Direction, ...]:
    """The descriptions of every direction, as :func:`of_model` finds them; the numbers unread."""
    return tuple(way.info for way in of_model(model).values())


def read(path: Path, model: Model) -> list[Way]:
    """The directions of a file.

    Raises:
        EngineError: kind ``bad_input``, naming the file, when it is unreadable or made for other
            weights.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            listed = msgspec.json.decode(metadata[_LISTED], type=list[Direction])
            ways = [Way(one, file.get_tensor(one.name).astype(np.float32)) for one in listed]
    except (OSError, SafetensorError, KeyError, msgspec.MsgspecError) as error:
        reason = " ".join(str(error).split())
        raise bad_input(
            f"{path} holds no directions I can read: {reason}.", "Make them again."
        ) from error
    if metadata.get(_WEIGHTS) != model.card.weights:
        raise bad_input(
            f"The directions in {path} were made for another model than {model.card.name!r}.",
            "Use them with the model they were made for, or make them again.",
        )
    for way in ways:
        _check(path, way)
    return ways


def examples(model: Model) -> dict[str, Examples]:
    """Seeds by attribute, as they were found with the model's directions; none where none were."""
    from safetensors import SafetensorError, safe_open

    path = model.path / DIRECTIONS
    if not path.is_file():
        return {}
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        found = msgspec.json.decode(metadata.get(_EXAMPLES, "{}"), type=dict[str, Examples])
    except (OSError, SafetensorError, msgspec.MsgspecError) as error:
        log.warning("%s holds no examples I can read: %s", path, error)
        return {}
    return found if metadata.get(_WEIGHTS) == model.card.weights else {}


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
    metadata = {_LISTED: listed, _WEIGHTS: model.card.weights}
    if examples:
        metadata[_EXAMPLES] = msgspec.json.encode(examples).decode()
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


def name_of(title: str, taken: Iterable[str] = ()) -> str:
    """A name for files and requests from what a person typed, other than those taken."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "direction"
    name, number, used = base, 2, set(taken)
    while name in used:
        name, number = f"{base}-{number}", number + 1
    return name


def _check(path: Path, way: Way) -> None:
    expected = 3 if way.info.choices else 2
    fits = way.vectors.ndim == expected and np.isfinite(way.vectors).all()
    if not fits or (way.info.choices and len(way.vectors) != len(way.info.choices)):
        raise bad_input(f"The direction {way.info.name!r} in {path} is damaged.", "Make it again.")


def _advice(ways: Mapping[str, Way]) -> str:
    return f"Choose one of {', '.join(ways)}." if ways else "This model has none: make one."
