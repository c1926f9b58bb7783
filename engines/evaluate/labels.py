"""From the attributes of real pictures to labels that a classifier can learn and count.

Any ``attributes.jsonl`` will do. Values lose their trailing digits ("glasses3" is "glasses"), a
missing value is "none". A key with 2 to 12 different values is learned as it is; one with more
only as there or not there; one that never varies, or has many values and is never missing, is
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NONE = "none"
PRESENT = "present"
MOST_VALUES = 12

#: Keys whose values a generator must all make, each within a third of its share in the data.
TARGETED_VALUES: dict[str, frozenset[str] | None] = {
    "background": None,  # every value
    "accessories": frozenset({"glasses", "sunglasses"}),
}
#: Keys of which "there at all" must come out within a third of its share in the data.
TARGETED_PRESENCE = frozenset({"facialHair", "beard"})


@dataclass(frozen=True)
class Label:
    """One attribute of a data set.

    Attributes:
        key: its name in the attributes.
        values: what it can be; "none" comes first where it can be missing.
        presence_only: whether all values but "none" were put together.
    """

    key: str
    values: tuple[str, ...]
    presence_only: bool = False

    def encode(self, rows: Sequence[dict[str, Any]]) -> NDArray[np.int64]:
        """(N,): each row's place in ``values``; -1 for a value that is not among them."""
        place = {value: i for i, value in enumerate(self.values)}
        words = [_word(row, self.key) for row in rows]
        if self.presence_only:
            words = [word if word == NONE else PRESENT for word in words]
        return np.array([place.get(word, -1) for word in words], np.int64)

    @property
    def optional(self) -> bool:
        """Whether pictures can be without it."""
        return NONE in self.values

    def targeted(self, value: str) -> bool:
        """Whether the share of this value has a target."""
        wanted = TARGETED_VALUES.get(self.key, frozenset())
        return value != NONE and (wanted is None or value in wanted)


def find_labels(rows: Sequence[dict[str, Any]]) -> list[Label]:
    """The attributes worth learning from, by name."""
    keys = sorted({key for row in rows for key in row} - {"file"})
    labels = [_label(key, {_word(row, key) for row in rows}) for key in keys]
    return [label for label in labels if label is not None]


def _label(key: str, words: set[str]) -> Label | None:
    """What can be learned of one key that takes these values."""
    ordered = sorted(words, key=lambda word: (word != NONE, word))
    if 2 <= len(ordered) <= MOST_VALUES:
        return Label(key, tuple(ordered))
    if NONE in words and len(words) > 1:
        return Label(key, (NONE, PRESENT), presence_only=True)
    return None


def _word(row: dict[str, Any], key: str) -> str:
    """The value without its trailing number; colours keep theirs."""
    value = str(row.get(key, NONE))
    return value if value.startswith("#") else value.rstrip("0123456789") or value
