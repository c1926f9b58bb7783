"""Directions that a model takes over from the one it learned on from."""

from __future__ import annotations

from msgspec.structs import replace

from engines.protocol.errors import EngineError
from engines.runtime import direction_notes, directions
from engines.runtime.directions import Way
from engines.runtime.library import Library, Model


def inherit_directions(made: Model, base: str, library: Library) -> int:
    """Write those of the base into a new model's folder.

    A network that learns on keeps most of its latent space: what turned faces turns them still.
    But nothing was measured on the new weights, so figures and examples stay behind. Codes are
    inputs of the network and stay codes.

    Args:
        made: the new model, without directions of its own.
        base: the name of the model that it started from; gone, it leaves nothing.
        library: where the base is.

    Returns:
        How many were taken over.
    """
    if not made.card.levels:
        return 0
    try:
        before = directions.of_model(library.get(base))
    except EngineError:  # it was removed meanwhile, or damaged
        return 0
    ways = [_taken_over(way) for way in before.values()]
    if ways:
        directions.write(made.path / direction_notes.DIRECTIONS, ways, made)
    return len(ways)


def _taken_over(way: Way) -> Way:
    info = replace(way.info, effect=None, leakage=None, monotony=None, note="")
    if info.method == "code":  # what its choices were called was true of other pictures
        numbers = tuple(str(number + 1) for number in range(len(info.choices)))
        return Way(replace(info, choices=numbers), way.vectors)
    return Way(replace(info, method="inherited"), way.vectors)
