"""What each picture of a set shows, from its ``attributes.jsonl``: one JSON object a line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from engines.protocol.errors import bad_input

Row = dict[str, Any]

ATTRIBUTES = "attributes.jsonl"


def read_attributes(source: Path) -> dict[str, Row] | None:
    """The row of each picture by the name of its file, or None where a set has no table.

    Args:
        source: a zip or a folder of pictures.

    Raises:
        EngineError: kind ``bad_input``, when the table is at fault.
    """
    table = _read_table(source)
    return None if table is None else _parse(table, source)


def rows_of(by_file: dict[str, Row], names: Sequence[str]) -> tuple[Row, ...]:
    """The row of each picture; {} for one that is not in the table."""
    return tuple(by_file.get(PurePosixPath(name).name, {}) for name in names)


def _read_table(source: Path) -> bytes | None:
    if source.is_dir():
        path = source / ATTRIBUTES
        return path.read_bytes() if path.is_file() else None
    with zipfile.ZipFile(source) as archive:
        found = [name for name in archive.namelist() if PurePosixPath(name).name == ATTRIBUTES]
        return archive.read(found[0]) if found else None


def _parse(table: bytes, source: Path) -> dict[str, Row]:
    try:
        rows = [json.loads(line) for line in table.decode().splitlines() if line.strip()]
        return {PurePosixPath(str(row["file"])).name: row for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise bad_input(
            f"The {ATTRIBUTES} of {source} is not one JSON object with a `file` on each line.",
            "Correct that file, or remove it to go on without attributes.",
        ) from error
