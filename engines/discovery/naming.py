"""Names for directions that nobody asked for: after what they measurably change most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.discovery.quality import Change
from engines.evaluate.judge import Judge

#: A direction that changes nothing by as much as this is only a component.
LEAST = 0.3
#: What changes this share of the most is named beside it.
BESIDE = 0.7


@dataclass(frozen=True)
class Name:
    """What a direction is called.

    Attributes:
        title: for people.
        trait: what it is named after, or None.
    """

    title: str
    trait: int | None


def name_after(change: Change, judge: Judge, number: int) -> Name:
    """A title for a direction.

    Args:
        change: what it does.
        judge: whose traits those are.
        number: of the component, from 1, for one that changes nothing that has a name.
    """
    order = np.argsort(-np.abs(change.change))
    first = int(order[0])
    if change.effect(first) < LEAST:
        return Name(f"Component {number}", None)
    title = judge.traits[first].title
    asked = judge.traits[first].key
    beside = [int(i) for i in order[1:] if judge.traits[int(i)].key != asked][:1]
    if beside and change.effect(beside[0]) >= max(LEAST, BESIDE * change.effect(first)):
        other = judge.traits[beside[0]].title.lower()
        same = change.change[first] * change.change[beside[0]] > 0
        title = f"{title} and {other}" if same else f"{title}, less {other}"
    return Name(title, first)


def distinct(title: str, taken: set[str]) -> str:
    """The title, with a number behind it where another direction has it."""
    candidate, number = title, 2
    while candidate in taken:
        candidate, number = f"{title} {number}", number + 1
    return candidate
