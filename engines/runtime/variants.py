"""A model made from another one: the same space and directions, other weights."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PIL import Image

from engines.runtime import direction_notes, directions, files
from engines.runtime.cards import PREVIEW, TRAINING, WEIGHTS, Card, write_card
from engines.runtime.library import make_model

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.runtime.library import Library, Model

#: Pixels along a side of a preview.
PREVIEWED = 256
#: How a direction of the user's own says that it is.
OWN = "yours"
#: What is said of data and licence of weights that a person's picture went into.
ONE_PICTURE, BEFORE = "; then one picture of yours", "for your own use; before: "


def keep_variant(
    library: Library,
    base: Model,
    steps: int,
    seconds: float,
    picture: Pixels,
    write_networks: Callable[[Path], None],
) -> Model:
    """Add a model to the library whose last layers were tuned to a picture.

    Args:
        library: where it goes.
        base: what it was made from; its latent space and directions are taken over, its measured
            figures are not.
        steps: of tuning.
        seconds: they took.
        picture: (H, W, 3) what it makes of the picture, for its preview.
        write_networks: fills a folder with weights, network, and an encoder if there is one.

    Raises:
        EngineError: kind ``bad_input``, when the disk refuses to take it.
    """
    card = _card_of(library, base, steps, seconds)
    ways = directions.of_model(base).values()
    own = [way for way in ways if way.info.method == OWN]
    measured = [way for way in ways if way.info.method != OWN]
    try:
        library.home.mkdir(parents=True, exist_ok=True)
        with files.replacing_folder(library.home / card.name) as unfinished:
            write_networks(unfinished)
            if TRAINING in base.card.files:
                (unfinished / TRAINING).write_bytes(base.read(TRAINING))
            image = Image.fromarray(picture)
            image.resize((PREVIEWED, PREVIEWED), Image.Resampling.LANCZOS).save(
                unfinished / PREVIEW, lossless=True
            )
            write_card(unfinished, card)
            sealed = replace(card, files={WEIGHTS: files.sha256(unfinished / WEIGHTS)})
            directions.write(
                unfinished / direction_notes.DIRECTIONS,
                measured,
                make_model(unfinished, sealed),
                direction_notes.examples(base),
            )
        made = library.get(card.name)
        for way in own:  # where they can be removed again
            directions.write(direction_notes.user_file(card.name, way.info.name), [way], made)
    except OSError as error:
        raise files.unwritable(library.home, error) from error
    return made


def _card_of(library: Library, base: Model, steps: int, seconds: float) -> Card:
    """The card of a variant: named after the model that its line began with."""
    name = re.sub(r"-tuned(-\d+)?$", "", base.card.name)
    title = re.sub(r", tuned( \d+)?$", "", base.card.title)
    licence = base.card.licence
    taken = {row.name for row in library.models()}
    number = 1
    while _numbered(f"{name}-tuned", "-", number) in taken:
        number += 1
    notes = base.card.training
    return replace(
        base.card,
        name=_numbered(f"{name}-tuned", "-", number),
        title=_numbered(f"{title}, tuned", " ", number),
        summary=f"{title} with its last layers tuned to one picture.",
        training=replace(
            notes,
            data=f"{notes.data.removesuffix(ONE_PICTURE)}{ONE_PICTURE}",
            steps=notes.steps + steps,
            seconds=round(notes.seconds + seconds, 1),
            date=time.strftime("%Y-%m-%d", time.gmtime()),
        ),
        licence=replace(licence, weights=f"{BEFORE}{licence.weights.removeprefix(BEFORE)}"),
        quality={},
        files={},
    )


def _numbered(text: str, joint: str, number: int) -> str:
    return f"{text}{joint}{number}" if number > 1 else text
