"""A model made from another one: the same space and directions, other weights."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PIL import Image

from engines.runtime import direction_notes, directions, files
from engines.runtime.cards import ENCODER, PREVIEW, TRAINING, TrainingNotes, write_card

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.runtime.library import Library, Model

#: Pixels along a side of a preview.
PREVIEWED = 256


def keep_variant(
    library: Library,
    base: Model,
    steps: int,
    seconds: float,
    picture: Pixels,
    write_weights: Callable[[Path], None],
) -> Model:
    """Add a model to the library whose last layers were tuned to a picture.

    Args:
        library: where it goes.
        base: what it was made from; its latent space, encoder and directions are taken over, its
            measured figures are not.
        steps: of tuning.
        seconds: they took.
        picture: (H, W, 3) what it makes of the picture, for its preview.
        write_weights: fills a folder with weights and network.
    """
    name, number = _unused(library, base.card.name)
    ordinal = f" {number}" if number > 1 else ""
    card = msgspec.structs.replace(
        base.card,
        name=name,
        title=f"{base.card.title}, tuned{ordinal}",
        summary=f"{base.card.title} with its last layers tuned to one picture.",
        training=_noted(base, steps, seconds),
        licence=msgspec.structs.replace(
            base.card.licence, weights=f"for your own use; before: {base.card.licence.weights}"
        ),
        quality={},
    )
    library.home.mkdir(parents=True, exist_ok=True)
    with files.replacing_folder(library.home / name) as unfinished:
        write_weights(unfinished)
        for file in (TRAINING, ENCODER):
            if file in base.card.files:
                (unfinished / file).write_bytes(base.read(file))
        Image.fromarray(picture).resize((PREVIEWED, PREVIEWED), Image.Resampling.LANCZOS).save(
            unfinished / PREVIEW, lossless=True
        )
        write_card(unfinished, card)
    made = library.get(name)
    ways = list(directions.of_model(base).values())
    if ways:
        path = made.path / direction_notes.DIRECTIONS
        directions.write(path, ways, made, direction_notes.examples(base))
    return made


def _unused(library: Library, base: str) -> tuple[str, int]:
    """A name that no model has, and which one of its kind it is."""
    taken = {row.name for row in library.models()}
    number = 1
    while (name := f"{base}-tuned" + (f"-{number}" if number > 1 else "")) in taken:
        number += 1
    return name, number


def _noted(base: Model, steps: int, seconds: float) -> TrainingNotes:
    notes = base.card.training
    return msgspec.structs.replace(
        notes,
        data=f"{notes.data}; then one picture of yours",
        steps=notes.steps + steps,
        seconds=round(notes.seconds + seconds, 1),
        date=time.strftime("%Y-%m-%d", time.gmtime()),
    )
