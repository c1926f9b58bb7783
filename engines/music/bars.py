"""Lists of bars as people write them: "1-4, 7" for the first four and the seventh."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engines.protocol.errors import bad_input

_PART = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def parse_bars(text: str, bars: int) -> tuple[int, ...]:
    """Read a list of bars.

    Args:
        text: numbers from 1 and stretches of them, with commas or semicolons between; may be
            empty.
        bars: how many there are.

    Returns:
        sorted, counted from 0.

    Raises:
        EngineError: kind ``bad_input``, for a text that is no such list, or a bar there is not.
    """
    found: set[int] = set()
    for part in re.split(r"[,;]", text) if text.strip() else ():
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise bad_input(
                f"The bars {text.strip()!r} cannot be read at {part.strip()!r}.",
                "Write numbers and stretches with commas between: 1-4, 7.",
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise bad_input(
                f"The bars {part.strip()!r} run backwards.", f"Write {last}-{first} instead."
            )
        if first < 1 or last > bars:
            wrong = first if first < 1 else last
            raise bad_input(
                f"There is no bar {wrong} to keep: bars are counted from 1 to {bars}.",
                "Name others, or make the melody longer.",
            )
        found.update(range(first - 1, last))
    return tuple(sorted(found))


def print_bars(numbers: Iterable[int]) -> str:
    """The text that :func:`parse_bars` reads back as the same bars, counted from 0."""
    parts: list[list[int]] = []
    for bar in sorted(set(numbers)):
        if parts and bar == parts[-1][1] + 1:
            parts[-1][1] = bar
        else:
            parts.append([bar, bar])
    return ", ".join(f"{a + 1}-{b + 1}" if b > a else f"{a + 1}" for a, b in parts)
