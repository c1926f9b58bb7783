"""What of a folder of pictures a model can learn from, file by file, before it begins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from engines.data.check import Check, Row, counted, sentence
from engines.data.pictures import UNREADABLE, decoded, held_out, picture_files
from engines.protocol.errors import EngineError, bad_input

#: Fewer pictures than this teach a network themselves and nothing else.
LEAST = 10
KEPT_APART = "kept apart to measure with"


def check_pictures(path: Path, size: int) -> Check:
    """Read a folder or zip as training would.

    Args:
        path: see :func:`engines.data.pictures.load_pictures`.
        size: pixels along a side of the model's pictures.

    Raises:
        EngineError: kind ``bad_input``, when the zip cannot be read.
    """
    rows: list[Row] = []
    seen: dict[str, str] = {}
    learnt = 0
    for index, (name, blob) in enumerate(picture_files(path)):
        try:
            sides = decoded(blob).size
        except UNREADABLE as error:
            rows.append(unread(name, error))
            continue
        parts = described(name, blob, sides, size, seen)
        if sides[0] != sides[1]:
            parts.insert(1, "its middle square is taken")
        if held_out(index):
            parts.append(KEPT_APART)
        else:
            learnt += 1
        rows.append(Row(name, True, sentence("; ".join(parts))))
    return Check(tuple(rows), counted(learnt, "picture"), too_few(path, rows, LEAST))


def described(
    name: str, blob: bytes, sides: tuple[int, int], size: int, seen: dict[str, str]
) -> list[str]:
    """What is told of a picture whatever learns from it.

    Args:
        name: of the file.
        blob: its content.
        sides: width and height, px.
        size: pixels along a side that the model sees.
        seen: the first file of every content so far; this one's is added.
    """
    parts = [f"{sides[0]} × {sides[1]}"]
    if min(sides) < size:
        parts.append(f"enlarged to {size} px")
    twin = seen.setdefault(hashlib.sha256(blob).hexdigest(), name)
    return parts if twin == name else [*parts, f"the same as {twin}"]


def unread(name: str, error: Exception) -> Row:
    """The row of a file that is no picture."""
    huge = isinstance(error, Image.DecompressionBombError)
    return Row(name, False, "It is too large." if huge else "Not a picture that can be read.")


def too_few(path: Path, rows: Sequence[Row], least: int) -> EngineError | None:
    """Why nothing can be learnt from these rows; None when it can."""
    usable = sum(row.used for row in rows)
    if not rows:
        return bad_input(
            f"There are no pictures in {path.name}.",
            "Choose a folder or zip with PNG, JPEG or WebP files, or a melody model for songs.",
        )
    if not usable:
        return bad_input(
            f"Nothing in {path.name} can be learnt from.", "Each file's line says why."
        )
    if usable < least:
        return bad_input(
            f"{counted(usable, 'picture')} in {path.name} are too few to learn from."
            if usable > 1
            else f"One picture in {path.name} is too few to learn from.",
            f"Give {least} or more.",
        )
    return None
