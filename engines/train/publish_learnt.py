"""A model folder from a checkpoint of whatever kind, with what it takes over from its base."""

from __future__ import annotations

from pathlib import Path

from engines.runtime.cards import read_card
from engines.runtime.inherit import inherit_directions
from engines.runtime.library import Library, make_model
from engines.train import checkpoint, recipe
from engines.train.publish import publish


def publish_learnt(source: Path, target: Path, library: Library) -> None:
    """Publish a model; one that learned on from another has that one's directions.

    Args:
        source: see :func:`engines.train.publish.publish`.
        target: the folder to fill.
        library: where the model is that it learned on from.

    Raises:
        EngineError: kind ``bad_input``, when ``source`` is no checkpoint.
    """
    publish(source, target)
    made = recipe.parse(checkpoint.read_progress(source).recipe, str(source))
    if made.inherits:
        inherit_directions(make_model(target, read_card(target)), made.start_from, library)
