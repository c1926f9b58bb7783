"""Who says what a generated picture shows: a classifier of traits that was tried on real pictures.

It learns from the training pictures and is tried on held-out ones. A trait that it does not tell
well there is not judged at all, and the judge says which those are. Backgrounds are read from the
corners, as :mod:`engines.evaluate.background` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.evaluate import background
from engines.evaluate.classifier import (
    PICTURES_SEEN,
    SIZE_PX,
    Classifier,
    Shares,
    train_classifier,
)
from engines.evaluate.pictures import Pictures, RealPictures, resize
from engines.evaluate.traits import Row, Trait, find_traits
from engines.evaluate.traits import palette as colours_of
from engines.protocol.errors import bad_input

Answers = NDArray[np.float32]

#: Balanced accuracy of a yes or no on held-out pictures (chance is a half), and the share of a
#: scale's variance that is told: below, a direction would follow the classifier's mistakes.
LEAST_ACCURACY = 0.85


@dataclass(frozen=True)
class _Head:
    """What the classifier says of one attribute.

    Attributes:
        key: the attribute.
        trait: the yes or no it answers; None for the colour of the attribute.
        palette: (K, 3) the colours it chooses from.
    """

    key: str
    trait: Trait | None
    palette: NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """A trained classifier and the traits it tells well.

    Attributes:
        traits: T of them.
        accuracy: of each, on held-out pictures: see :data:`LEAST_ACCURACY`.
        dropped: traits it was not good enough at, and how good.
    """

    traits: tuple[Trait, ...]
    accuracy: tuple[float, ...]
    dropped: tuple[tuple[Trait, float], ...]
    heads: tuple[_Head, ...]
    net: Classifier

    def read(self, pictures: Pictures) -> Answers:
        """(N, H, H, 3) to the traits' answers (N, T), 0 to 1."""
        return _read(self.net, self.heads, self.traits, pictures)


def train_judge(
    real: RealPictures,
    *,
    seed: int = 0,
    pictures_seen: int = PICTURES_SEEN,
    least: float = LEAST_ACCURACY,
    tick: Callable[[float], None] | None = None,
) -> Judge:
    """Learn to tell the traits of a data set.

    Args:
        real: pictures with attributes.
        seed: of the classifier.
        pictures_seen: how long it trains.
        least: the accuracy that keeps a trait.
        tick: told the share that is done.

    Raises:
        EngineError: ``bad_input``, when the data have no attributes worth telling.
    """
    traits = find_traits(real.training_rows)
    if not traits:
        raise bad_input(
            "These pictures come without attributes that directions could be found for.",
            "Give pictures with an attributes.jsonl.",
        )
    heads = _heads(traits, real.training_rows)
    targets = [_targets(head, real.training_rows) for head in heads]
    net = train_classifier(
        resize(real.training, SIZE_PX),
        targets,
        [len(head.palette) if head.trait is None else 2 for head in heads],
        seed=seed,
        pictures_seen=pictures_seen,
        tick=tick,
    )
    told = _read(net, heads, traits, real.held_out)
    truth = _truth(heads, traits, real.held_out_rows)
    accuracy = [_accuracy(t, told[:, i], truth[:, i]) for i, t in enumerate(traits)]
    rows = list(zip(traits, accuracy, strict=True))
    good = [(trait, value) for trait, value in rows if value >= least]
    return Judge(
        traits=tuple(trait for trait, _ in good),
        accuracy=tuple(value for _, value in good),
        dropped=tuple((trait, value) for trait, value in rows if value < least),
        heads=tuple(heads),
        net=net,
    )


def _heads(traits: Sequence[Trait], rows: Sequence[Row]) -> list[_Head]:
    """One head a yes or no, one a key of colours."""
    nothing = np.zeros((0, 3))
    heads = [_Head(trait.key, trait, nothing) for trait in traits if not trait.is_scale]
    for key in dict.fromkeys(trait.key for trait in traits if trait.is_scale):
        colours = background.palette(colours_of(key, rows))
        if colours is None:
            raise bad_input(f"The attribute {key} holds more than colours.", "Correct it.")
        heads.append(_Head(key, None, colours))
    return heads


def _targets(head: _Head, rows: Sequence[Row]) -> NDArray[np.int64]:
    if head.trait is not None:
        return head.trait.encode(rows)
    names = colours_of(head.key, rows)
    return np.array([names.index(str(r[head.key])) if head.key in r else -1 for r in rows])


def _read(
    net: Classifier, heads: Sequence[_Head], traits: Sequence[Trait], pictures: Pictures
) -> Answers:
    small = resize(pictures, SIZE_PX)
    shares = dict(zip(((h.key, h.trait) for h in heads), net.probabilities(small), strict=True))
    palettes = {head.key: head.palette for head in heads if head.trait is None}
    columns: list[NDArray[Any]] = []
    for trait in traits:
        if not trait.is_scale:
            columns.append(shares[trait.key, trait][:, 1])
        elif trait.key == background.KEY:
            columns.append(_degree(trait, background.corner_colours(small), palettes[trait.key]))
        else:
            likely = _mean_colour(shares[trait.key, None], palettes[trait.key])
            columns.append(_degree(trait, likely, palettes[trait.key]))
    return np.stack(columns, axis=1).astype(np.float32)


def _mean_colour(shares: Shares, palette: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3): between two colours of the palette, what lies between them."""
    return shares @ palette


def _degree(
    trait: Trait, colours: NDArray[np.float64], palette: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(N,) from 0 for the palette's lowest to 1 for its highest."""
    ends = trait.scale(palette)
    low, high = float(ends.min()), float(ends.max())
    return np.clip((trait.scale(colours) - low) / max(high - low, 1e-6), 0, 1)


def _truth(heads: Sequence[_Head], traits: Sequence[Trait], rows: Sequence[Row]) -> Answers:
    """(N, T) what the attributes say; not a number where a colour is missing."""
    palettes = {head.key: head.palette for head in heads if head.trait is None}
    columns = []
    for trait in traits:
        if not trait.is_scale:
            columns.append(trait.encode(rows).astype(np.float64))
            continue
        known = background.palette([str(row.get(trait.key, "#000000")) for row in rows])
        assert known is not None
        degree = _degree(trait, known, palettes[trait.key])
        columns.append(np.where([trait.key in row for row in rows], degree, np.nan))
    return np.stack(columns, axis=1).astype(np.float32)


def _accuracy(trait: Trait, told: Answers, truth: Answers) -> float:
    told, truth = told[np.isfinite(truth)], truth[np.isfinite(truth)]
    if trait.is_scale:
        spread = float(np.square(truth - truth.mean()).mean())
        return max(0.0, 1 - float(np.square(told - truth).mean()) / max(spread, 1e-9))
    yes = truth > 0.5
    if yes.all() or not yes.any():
        return 0.0
    return float(((told > 0.5)[yes].mean() + (told <= 0.5)[~yes].mean()) / 2)
