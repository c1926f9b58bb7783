"""What of a folder of photographs a filler can learn from, file by file, before it begins."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np

from engines.data.check import Check, Row, counted, sentence
from engines.data.photos import ASIDE, charts, flatness, kept_apart, photo_sets
from engines.data.picture_check import KEPT_APART, described, too_few, unread
from engines.data.pictures import UNREADABLE, decoded, picture_files

#: Fewer leave too few held-out pictures to fill holes in.
LEAST = 20
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
    learnt = 0
    for one in sets:
        within = f"{one.name}: " if len(sets) > 1 else ""
        found, used = _check_set(one, size, within)
        rows += found
        learnt += used
    return Check(tuple(rows), counted(learnt, "picture"), too_few(path, rows, LEAST))


def _check_set(path: Path, size: int, within: str) -> tuple[list[Row], int]:
    """The rows of one set, and how many of its pictures are learnt from."""
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
    return list(rows.values()), sum(rows[name].used for name in flat[False])
