"""What a picture can show more or less of: the attributes that directions and arithmetic change.

A data set's ``attributes.jsonl`` names parts ("glasses3") and colours ("#ae5d29"). A trait is a
question about them with an answer from 0 to 1: is there a hat, how light is the skin. The ones
below are asked wherever their key is in the data. Keys that none of them asks about give one trait
a value, as long as there are few values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.labels import NONE, Label, find_labels

Floats = NDArray[np.float32]
Row = dict[str, Any]

#: Rec. 709 luma, and two ways across the colours at equal lightness.
LIGHT = (0.2126, 0.7152, 0.0722)
WARM = (1.0, 0.0, -1.0)
GREEN = (-0.5, 1.0, -0.5)
#: A value that fewer pictures than this show is no trait: too few to learn from.
RAREST = 0.02
#: Of a key without traits of its own: no more values than this become some.
MOST_VALUES = 6


@dataclass(frozen=True)
class Trait:
    """One question about a picture.

    Attributes:
        name: for figures and files.
        title: for people: what a picture with a high answer has.
        key: the attribute it is about.
        values: patterns of the values that mean yes, of which a missing one is never; () for a
            colour.
        axis: of a colour, what red, green and blue weigh in the answer.
    """

    name: str
    title: str
    key: str
    values: tuple[str, ...] = ()
    axis: tuple[float, float, float] | None = None

    @property
    def is_scale(self) -> bool:
        """Whether the answer is a degree and not a yes or no."""
        return self.axis is not None

    def encode(self, rows: Sequence[Row]) -> NDArray[np.int64]:
        """(N,) 1 for yes and 0 for no; only for traits that are no scale."""
        words = [str(row.get(self.key, NONE)) for row in rows]
        yes = {word: word != NONE and self._means(word) for word in set(words)}
        return np.array([yes[word] for word in words], np.int64)

    def _means(self, word: str) -> bool:
        return any(fnmatchcase(word, pattern) for pattern in self.values)

    def scale(self, colours: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) of 8-bit values: the answer, not yet from 0 to 1."""
        return colours @ np.array(self.axis, np.float64)


def _any_of(name: str, title: str, key: str, values: str) -> Trait:
    return Trait(name, title, key, tuple(values.split()))


def _colour(name: str, title: str, key: str, axis: tuple[float, float, float]) -> Trait:
    return Trait(name, title, key, axis=axis)


#: In the order of their importance to somebody who changes a portrait. Open Peeps first (its hair
#: is black but for a few heads), then Toon Head.
DECLARED: tuple[Trait, ...] = (
    _any_of("glasses", "Glasses", "accessories", "glasses*"),
    _any_of("sunglasses", "Sunglasses", "accessories", "sunglasses*"),
    _any_of("facial-hair", "Facial hair", "facialHair", "*"),
    _any_of("beard", "Beard", "beard", "*"),
    _any_of(
        "smile", "Smile", "face",
        "smile* lovingGrin* cute cheeky eatingHappy",
    ),
    _any_of("smile", "Smile", "mouth", "smile laugh"),
    _any_of("wide-eyes", "Wide eyes", "face", "awe cyclops fear hectic monster rage"),
    _any_of("open-eyes", "Open eyes", "eyes", "happy wide"),
    _any_of("hat", "Hat", "head", "hatBeanie hatHip hijab turban"),
    _any_of(
        "long-hair", "Long hair", "head",
        "long* bangs bangs2 medium2 medium3 mediumBangs* mediumStraight",
    ),
    _any_of("long-hair", "Long hair", "rearHair", "long*"),
    _any_of(
        "dark-hair", "Dark hair", "head",
        "afro bangs2 bantuKnots bun2 buns cornrows* dreads* flatTop* long* medium1 medium2 medium3 "
        "mediumBangs mediumBangs3 mediumStraight pomp shaved* short1 short2 short3 short5 twists*",
    ),
    _colour("light-hair", "Hair lightness", "hairColor", LIGHT),
    _any_of("bun", "Bun", "hair", "bun"),
    _any_of("bald", "Bald", "head", "noHair*"),
    _colour("light-skin", "Skin lightness", "skinColor", LIGHT),
    _any_of("open-mouth", "Open mouth", "mouth", "agape laugh"),
    _colour("warm-background", "Warm background", "background", WARM),
    _colour("green-background", "Green background", "background", GREEN),
    _colour("warm-clothes", "Warm clothes", "clothingColor", WARM),
    _colour("green-clothes", "Green clothes", "clothingColor", GREEN),
    _colour("light-clothes", "Light clothes", "clothesColor", LIGHT),
    _colour("warm-clothes", "Warm clothes", "clothesColor", WARM),
    _any_of("angry-brows", "Angry brows", "eyebrows", "angry"),
)  # fmt: skip


def find_traits(rows: Sequence[Row]) -> list[Trait]:
    """The traits of a data set that enough pictures show and enough lack."""
    keys = {key for row in rows for key in row}
    traits = [trait for trait in DECLARED if trait.key in keys]
    asked = {trait.key for trait in traits}
    for label in find_labels(rows):
        if label.key not in asked:
            traits += _derived(label)
    return [trait for trait in traits if trait.is_scale or _is_common(trait, rows)]


def palette(key: str, rows: Sequence[Row]) -> list[str]:
    """The colours that an attribute takes, "#rrggbb" each."""
    return sorted({str(row[key]) for row in rows if key in row})


def _derived(label: Label) -> list[Trait]:
    """One trait a value, or a lightness of a key of colours."""
    key, words = label.key, _words(label.key)
    if all(value.startswith("#") for value in label.values):
        return [_colour(f"{key}-light", f"Light {words}", key, LIGHT)]
    if label.presence_only:
        return [_any_of(key, words.capitalize(), key, "*")]
    values = [value for value in label.values if value != NONE]
    if len(values) > MOST_VALUES:
        return []
    return [
        _any_of(f"{key}-{value}", f"{words.capitalize()}: {_words(value)}", key, f"{value}*")
        for value in values
    ]


def _words(name: str) -> str:
    """The words of a name: head contrast color, of headContrastColor."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _is_common(trait: Trait, rows: Sequence[Row]) -> bool:
    return RAREST <= float(trait.encode(rows).mean()) <= 1 - RAREST
