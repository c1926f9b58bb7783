"""What of a folder of photographs a filler can learn from, file by file, before it begins."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np

from engines.data.check import Check, Row, counted, sentence
from engines.data.photos import ASIDE, VALIDATION, charts, flatness, kept_apart, photo_sets
from engines.data.picture_check import KEPT_APART, described, too_few, unread
from engines.data.pictures import UNREADABLE, decoded, picture_files
from engines.protocol.errors import EngineError, bad_input

#: Fewer leave too few held-out pictures to fill holes in, and so many of those are needed.
LEAST, LEAST_APART = 20, 2
CHART = "a chart or drawing among photographs"


def check_photos(path: Path, size: int) -> Check:
    """Read a source as :func:`engines.data.photos.load_photos` would.

    Args:
        path: a folder or zip of pictures, or a folder of zips.
        size: pixels along a side of what the model learns to fill.

    Raises:
        EngineError: kind ``bad_input``, when a zip cannot be read.
    """
    sets = photo_sets(path)
    rows: list[Row] = []
    learnt = apart = 0
    for one in sets:
        within = f"{one.name}: " if len(sets) > 1 else ""
        found, used, kept = _check_set(one, size, within)
        rows += found
        learnt, apart = learnt + used, apart + kept
    problem = too_few(path, rows, LEAST) or _lopsided(path, learnt, apart)
    return Check(tuple(rows), counted(learnt, "picture"), problem)


def _lopsided(path: Path, learnt: int, apart: int) -> EngineError | None:
    """Why nothing is left to learn from, or to measure with."""
    if not learnt:
        return bad_input(
            f"Every picture of {path.name} is kept apart to measure with.",
            f"Move some out of its folder {VALIDATION}.",
        )
    if apart < LEAST_APART:
        return bad_input(
            f"Too few pictures of {path.name} are left to measure with.", "Give some more."
        )
    return None


def _check_set(path: Path, size: int, within: str) -> tuple[list[Row], int, int]:
    """The rows of one set, and how many of its pictures are learnt from and kept apart."""
    rows: dict[str, Row] = {}
    flat: dict[bool, dict[str, float]] = {False: {}, True: {}}  # by whether they are held out
    seen: dict[str, str] = {}
    places = count()
    for name, blob in picture_files(path):
        folder = name.split("/", 1)[0]
        if folder in ASIDE:
            rows[name] = Row(within + name, False, f"The folder {folder} is set aside.")
            continue
        apart = kept_apart(next(places), name)
        try:
            picture = decoded(blob)
        except UNREADABLE as error:
            rows[name] = unread(within + name, error)
            continue
        parts = described(name, blob, picture.size, size, seen)
        flat[apart][name] = flatness(np.asarray(picture))
        rows[name] = Row(within + name, True, sentence("; ".join([*parts, *[KEPT_APART] * apart])))
    for part in flat.values():
        for name, chart in zip(part, charts(list(part.values())), strict=True):
            if chart:
                rows[name] = Row(within + name, False, sentence(CHART))
    used = {apart: sum(rows[name].used for name in part) for apart, part in flat.items()}
    return list(rows.values()), used[False], used[True]
