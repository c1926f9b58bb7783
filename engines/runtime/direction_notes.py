"""What files of directions say of themselves, read without numpy: listing models is quick.

In the metadata of a safetensors file stand the directions' descriptions, seeds by attribute, and
the hash of the weights that both are for.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.latent import Direction, Examples
from engines.protocol.paths import user_data_dir
from engines.runtime.headers import metadata_of

if TYPE_CHECKING:
    from engines.runtime.library import Model

log = logging.getLogger(__name__)

DIRECTIONS = "directions.safetensors"
ENDING = ".safetensors"
LISTED, EXAMPLES, WEIGHTS = "directions", "examples", "weights"
#: What names of models and directions are made of: nothing that leads out of a folder.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Notes(msgspec.Struct, frozen=True):
    """What a file says of itself.

    Attributes:
        directions: in the file's order.
        weights: short hash of the weights it is for.
        examples: seeds by attribute, as they were found with the directions.
    """

    directions: list[Direction]
    weights: str
    examples: dict[str, Examples]


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


def files_of(model: Model) -> Iterator[Path]:
    """The files of a model's directions, the user's own last."""
    own = user_folder(model.card.name)
    for path in (model.path / DIRECTIONS, *sorted(own.glob(f"*{ENDING}"))):
        if path.is_file():
            yield path


def read_notes(path: Path, model: Model) -> Notes:
    """What a file says of itself.

    Raises:
        EngineError: kind ``bad_input``, naming the file, when it is unreadable or made for other
            weights.
    """
    try:
        metadata = metadata_of(path)
        listed = msgspec.json.decode(metadata[LISTED], type=list[Direction])
        found = msgspec.json.decode(metadata.get(EXAMPLES, "{}"), type=dict[str, Examples])
    except (OSError, KeyError, ValueError) as error:  # msgspec's are ValueErrors
        raise unreadable(path, error) from error
    if metadata.get(WEIGHTS) != model.card.weights:
        raise bad_input(
            f"The directions in {path} were made for another model than {model.card.name!r}.",
            "Use them with the model they were made for, or make them again.",
        )
    return Notes(listed, model.card.weights, found)


def unreadable(path: Path, error: Exception) -> EngineError:
    """The error for a file that holds no directions."""
    reason = " ".join(str(error).split())
    return bad_input(f"{path} holds no directions I can read: {reason}.", "Make them again.")


def listed(model: Model) -> tuple[Direction, ...]:
    """The descriptions of every direction of a model; the user's own win.

    Files that do not fit are left out and logged: a slider less is no reason to show no model.
    """
    found: dict[str, Direction] = {}
    for path in files_of(model):
        try:
            found |= {one.name: one for one in read_notes(path, model).directions}
        except EngineError as error:
            log.warning("%s", error)
    return tuple(found.values())


def examples(model: Model) -> dict[str, Examples]:
    """Seeds by attribute, as they were found with the model's directions; none where none were."""
    path = model.path / DIRECTIONS
    if not path.is_file():
        return {}
    try:
        return read_notes(path, model).examples
    except EngineError as error:
        log.warning("%s", error)
        return {}


def name_of(title: str, taken: Iterable[str] = ()) -> str:
    """A name for files and requests from what a person typed, other than those taken."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "direction"
    name, number, used = base, 2, set(taken)
    while name in used:
        name, number = f"{base}-{number}", number + 1
    return name
