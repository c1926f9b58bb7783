"""Manifests of older formats, brought up to the one that is written today, a step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio.persistence.manifest import FORMAT

#: A manifest as plain JSON values.
Plain = dict[str, Any]
#: By the format they start from: each makes a manifest of the next one.
STEPS: Mapping[int, Callable[[Plain], Plain]] = {}


class NewerError(ValueError):
    """The file was written by a version of Duet that is newer than this one."""


def migrated(
    plain: Plain,
    steps: Mapping[int, Callable[[Plain], Plain]] = STEPS,
    newest: int = FORMAT,
) -> Plain:
    """The manifest in today's format.

    Args:
        plain: as it was read.
        steps: see :data:`STEPS`.
        newest: see :data:`FORMAT`.

    Raises:
        NewerError: see there.
        ValueError: it says no format, or one that never was.
    """
    number = plain.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("it says no format")
    if number > newest:
        raise NewerError(f"format {number}")
    for old in range(number, newest):
        plain = {**steps[old](plain), "format": old + 1}
    return plain
