"""How a measured figure is written down: a flat name, its floor, ceiling and target beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Endings that tell what a value of the flat dictionary says about the figure before it.
SUFFIXES = ("_real", "_floor", "_ceiling", "_target_min", "_target_max", "_ok")


@dataclass(frozen=True)
class Figure:
    """One measured number and what to read it against.

    Attributes:
        name: lower case, with the unit at its end (``_ratio``, ``_x1000``, ``_share``, ``_px``).
        value: what was measured.
        real: the same quantity in the real pictures.
        floor: the same measurement of real pictures against other real pictures.
        ceiling: the same measurement of pictures that have nothing to do with the data.
        at_least: the smallest value that meets the target, or None.
        at_most: the largest value that meets the target, or None.
    """

    name: str
    value: float
    real: float | None = None
    floor: float | None = None
    ceiling: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None where there is no target."""
        if self.at_least is None and self.at_most is None:
            return None
        above = self.at_least is None or self.value >= self.at_least
        below = self.at_most is None or self.value <= self.at_most
        return above and below

    def flat(self) -> dict[str, float | bool]:
        """The figure as entries of one flat dictionary."""
        entries: dict[str, float | bool | None] = {
            "": rounded(self.value),
            "_real": rounded(self.real),
            "_floor": rounded(self.floor),
            "_ceiling": rounded(self.ceiling),
            "_target_min": rounded(self.at_least),
            "_target_max": rounded(self.at_most),
            "_ok": self.ok,
        }
        return {self.name + end: value for end, value in entries.items() if value is not None}


def rounded(value: float | None) -> float | None:
    """Four significant digits: the rest is chance."""
    return None if value is None else float(f"{value:.4g}")


def flatten(figures: Iterable[Figure]) -> dict[str, Any]:
    """All figures as one JSON-able dictionary, in order."""
    flat: dict[str, Any] = {}
    for figure in figures:
        flat.update(figure.flat())
    return flat


def collect(flat: Mapping[str, Any]) -> list[Figure]:
    """The figures of a flat dictionary again; entries that are no numbers are left out."""
    names = [name for name in flat if not name.endswith(SUFFIXES)]
    return [
        Figure(
            name,
            float(flat[name]),
            real=flat.get(name + "_real"),
            floor=flat.get(name + "_floor"),
            ceiling=flat.get(name + "_ceiling"),
            at_least=flat.get(name + "_target_min"),
            at_most=flat.get(name + "_target_max"),
        )
        for name in names
        if isinstance(flat[name], int | float) and not isinstance(flat[name], bool)
    ]
