"""What of a folder of pictures a model can learn from, file by file, before it begins."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image

from engines.data.check import Check, Row, counted, sentence
from engines.data.pictures import UNREADABLE, decoded, held_out, picture_files
from engines.protocol.errors import EngineError, bad_input

#: Fewer pictures than this teach a network themselves and nothing else.
LEAST = 10
#: Fewer leave too few held-out pictures to fill holes in.
LEAST_FOR_FILLS = 20


def check_pictures(path: Path, size: int, fills: bool = False) -> Check:
    """Read a folder or zip as training would.

    Args:
        path: see :func:`engines.data.pictures.load_pictures`.
        size: pixels along a side of the model's pictures.
        fills: the model fills holes: it sees parts of pictures, and needs more of them.

    Raises:
        EngineError: kind ``bad_input``, when the zip cannot be read.
    """
    rows: list[Row] = []
    seen: dict[str, str] = {}
    learnt = 0
    for index, (name, blob) in enumerate(picture_files(path)):
        try:
            width, height = decoded(blob).size
        except UNREADABLE as error:
            rows.append(Row(name, False, sentence(_why(error))))
            continue
        parts = [f"{width} × {height}"]
        if width != height and not fills:
            parts.append("its middle square is taken")
        if min(width, height) < size:
            parts.append(f"enlarged to {size} px")
        twin = seen.setdefault(hashlib.sha256(blob).hexdigest(), name)
        if twin != name:
            parts.append(f"the same as {twin}")
        if held_out(index):
            parts.append("kept apart to measure with")
        else:
            learnt += 1
        rows.append(Row(name, True, sentence("; ".join(parts))))
    return Check(tuple(rows), counted(learnt, "picture"), _problem(path, rows, fills))


def _problem(path: Path, rows: list[Row], fills: bool) -> EngineError | None:
    least = LEAST_FOR_FILLS if fills else LEAST
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


def _why(error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return "It is too large"
    return "Not a picture that can be read"
