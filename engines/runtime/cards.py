"""A model's card: ``card.toml`` as a checked struct, read and written.

The ``[files]`` table holds the SHA-256 of the model's files. It is the last table of the card, so
that a card cut short is noticed too, and it keeps damaged networks away from the libraries that
would crash on them.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from engines.protocol.errors import EngineError, bad_model
from engines.runtime import files

CARD = "card.toml"
WEIGHTS = "model.safetensors"
NETWORK = "model.onnx"
TRAINING = "training.safetensors"
PREVIEW = "preview.webp"
ENCODER = "encoder.onnx"

#: The files whose hash a card may hold; the first two it must hold.
SEALED = (WEIGHTS, NETWORK, TRAINING, ENCODER)
REQUIRED = (WEIGHTS, NETWORK)

#: How many hexadecimal digits of the hash name the weights in requests.
SHORT_HASH = 16

Text = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class TrainingNotes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the weights came to be.

    Attributes:
        recipe: file name of the recipe.
        recipe_sha256: hash of the recipe's bytes.
        data: what it was trained on, in words.
        steps: generator steps.
        images_seen: real examples shown to the discriminator (pictures or bars).
        seconds: wall time of the training, pauses excluded.
        hardware: the machine, in words.
        date: ISO date of the last step.
    """

    recipe: str = ""
    recipe_sha256: str = ""
    data: str = ""
    steps: Count = 0
    images_seen: Count = 0
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    hardware: str = ""
    date: str = ""


class Licence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may do with the weights, and whom to thank for the data."""

    weights: str = ""
    credit: tuple[str, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a person should know about a model.

    Attributes:
        name: the folder's name.
        title: the name shown.
        task: what it is for.
        family: key of the network's family in :mod:`engines.nets.registry`.
        summary: one sentence.
        size: edge in pixels of its pictures, or of those it was trained to fill; 0 for melodies.
        parameters: how many numbers the generator has.
        levels: how many styles a picture has that can be moved; 0 where there is no such latent.
        training: how it was trained.
        licence: terms and credit.
        quality: measured figures, as ``evaluate`` writes them.
        files: SHA-256 by file name.
    """

    name: Text
    title: Text
    task: Literal["generate", "compose", "inpaint"]
    family: Text
    summary: str = ""
    size: Count = 0
    parameters: Count = 0
    levels: Count = 0
    training: TrainingNotes = TrainingNotes()
    licence: Licence = Licence()
    quality: dict[str, Any] = {}
    files: dict[str, Hash] = {}

    @property
    def weights(self) -> str:
        """The short hash that names the weights in requests."""
        return self.files.get(WEIGHTS, "")[:SHORT_HASH]


def read_card(folder: Path) -> Card:
    """Read and check a model folder's card.

    Raises:
        EngineError: kind ``bad_model``, naming the file and what is wrong in it.
    """
    path = folder / CARD
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8"))
        card = msgspec.convert(data, Card)
    except FileNotFoundError:
        raise bad_model(
            f"The model {folder.name!r} has no {CARD}.", "Install or export the model again."
        ) from None
    except OSError as error:
        raise _damaged(folder, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:  # TOML, UTF-8 and schema errors are ValueErrors
        raise _damaged(folder, str(error) or "it is nested too deeply") from error
    _check_sense(folder, card)
    return card


def read_sealed(folder: Path, card: Card, name: str) -> bytes:
    """The bytes of one of a model's files, checked against its card.

    Args:
        folder: the model folder.
        card: its card.
        name: one of :data:`SEALED`.

    Raises:
        EngineError: kind ``bad_model``, when it is missing, unreadable or changed.
    """
    advice = "Install the model again."
    if name == NETWORK:
        advice = f"Make it again with `duet-engine export --model {card.name}`."
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_model(
            f"The {name} of the model {card.name!r} cannot be read: {reason}.", advice
        ) from error
    if hashlib.sha256(data).hexdigest() != card.files.get(name):
        raise bad_model(
            f"The {name} of the model {card.name!r} is damaged: "
            f"its SHA-256 is not the one in {CARD}.",
            advice,
        )
    return data


def write_card(folder: Path, card: Card) -> None:
    """Write a card atomically, with the hashes of the files that lie beside it now.

    Args:
        folder: the model folder; the network and weights should already be there.
        card: what to write; its ``files`` are replaced.
    """
    import tomli_w  # Cards are read at every start and written after training only.

    present = {name: files.sha256(folder / name) for name in SEALED if (folder / name).is_file()}
    table = msgspec.to_builtins(msgspec.structs.replace(card, files={}))
    del table["files"]  # To come last: see the module's text.
    table["files"] = present
    files.write_bytes(folder / CARD, tomli_w.dumps(table, multiline_strings=False).encode())


def _check_sense(folder: Path, card: Card) -> None:
    if card.name != folder.name:
        raise _damaged(folder, f"it is the card of {card.name!r}")
    if (card.size > 0) != (card.task != "compose"):
        raise _damaged(folder, f"the size {card.size} does not go with the task {card.task!r}")
    for name in REQUIRED:
        if name not in card.files:
            raise _damaged(folder, f"it records no SHA-256 for {name}")
    for name in card.files:
        if name not in SEALED:
            raise _damaged(folder, f"it records a file called {name!r}")


def _damaged(folder: Path, reason: str) -> EngineError:
    one_line = " ".join(reason.split())
    return bad_model(
        f"The {CARD} of the model {folder.name!r} cannot be used: {one_line}.",
        "Install or export the model again.",
    )
