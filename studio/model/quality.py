"""A model's measured figures, read from the flat table of its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What stands beside a figure, by the ending of its name, and the word for it.
_BESIDE = {"_real": "real", "_floor": "floor", "_ceiling": "ceiling"}
_ENDINGS = (*_BESIDE, "_target_min", "_target_max", "_ok")
#: Units at the end of a name, and how they are written.
_UNITS = {"_px": " px", "_ratio": "", "_x1000": " × 10⁻³", "_share": ""}


@dataclass(frozen=True)
class Figure:
    """One figure as the library shows it.

    Attributes:
        label: in words.
        value: with its unit.
        beside: what to read it against, or "".
        met: whether its target is met; None without a target.
    """

    label: str
    value: str
    beside: str
    met: bool | None


def figures(quality: Mapping[str, Any]) -> list[Figure]:
    """The figures of a card's quality table, in its order; texts and tables are left out.

    Those with a goal, where there are any: a card may hold a hundred more for who looks closer.
    """
    names = [name for name, value in quality.items() if _is_figure(name, value)]
    judged = [name for name in names if f"{name}_ok" in quality]
    return [_figure(name, quality) for name in judged or names]


def _is_figure(name: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and not name.endswith(_ENDINGS)


def _figure(name: str, quality: Mapping[str, Any]) -> Figure:
    base, unit = name, ""
    for ending, written in _UNITS.items():
        if name.endswith(ending):
            base, unit = name.removesuffix(ending), written
    percent = name.endswith("_share")
    beside = [
        f"{word} {_number(quality[name + ending], percent)}"
        for ending, word in _BESIDE.items()
        if isinstance(quality.get(name + ending), int | float)
    ]
    beside += _target(name, quality, percent)
    met = quality.get(name + "_ok")
    return Figure(
        label=base.replace("_", " ").strip().capitalize(),
        value=_number(quality[name], percent) + unit,
        beside=", ".join(beside),
        met=met if isinstance(met, bool) else None,
    )


def _target(name: str, quality: Mapping[str, Any], percent: bool) -> list[str]:
    low, high = quality.get(name + "_target_min"), quality.get(name + "_target_max")
    match (low, high):
        case (None, None):
            return []
        case (low, None):
            return [f"goal at least {_number(low, percent)}"]
        case (None, high):
            return [f"goal at most {_number(high, percent)}"]
    return [f"goal {_number(low, percent)} to {_number(high, percent)}"]


def _number(value: Any, percent: bool) -> str:
    return f"{value:.1%}" if percent else f"{value:.3g}"
