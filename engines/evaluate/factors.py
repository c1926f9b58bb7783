"""What is known of rendered pictures, and how codes found without it go along with it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input

Doubles = NDArray[np.float64]

FACTORS_FILE = "meta.jsonl"
#: Entries of a row that are numbers but no property of the picture.
NO_FACTORS = frozenset({"file", "seed"})


def read_factors(source: Path, names: Sequence[str]) -> dict[str, Doubles]:
    """Every number that ``meta.jsonl`` knows of the named pictures, (N,) by factor.

    Args:
        source: the zip or folder of the pictures.
        names: of their files, with or without folders.

    Returns:
        Nothing, where there is no such file.

    Raises:
        EngineError: ``bad_input``, when the file is damaged or lacks a picture.
    """
    text = _text(source)
    if text is None:
        return {}
    try:
        rows = [json.loads(line) for line in text.decode().splitlines() if line.strip()]
        by_file = {PurePosixPath(str(row["file"])).name: row for row in rows}
        ours = [by_file[PurePosixPath(name).name] for name in names]
        keys = [
            key
            for key, value in ours[0].items()
            if key not in NO_FACTORS and isinstance(value, int | float)
        ]
        return {key: np.array([float(row[key]) for row in ours]) for key in keys}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise bad_input(
            f"The {FACTORS_FILE} of {source} does not describe its pictures: {error}.",
            "Correct that file, or remove it to measure without.",
        ) from error


def _text(source: Path) -> bytes | None:
    if source.is_dir():
        path = source / FACTORS_FILE
        return path.read_bytes() if path.is_file() else None
    if not zipfile.is_zipfile(source):
        return None
    with zipfile.ZipFile(source) as archive:
        found = [name for name in archive.namelist() if PurePosixPath(name).name == FACTORS_FILE]
        return archive.read(found[0]) if found else None


def pearson(a: Doubles, b: Doubles) -> float:
    """Correlation of two rows of numbers; 0 where one of them never changes."""
    a, b = a - a.mean(), b - b.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length > 0 else 0.0


def spearman(a: Doubles, b: Doubles) -> float:
    """Correlation of the ranks: 1 for any two rows that rise together."""
    return pearson(ranks(a), ranks(b))


def ranks(values: Doubles) -> Doubles:
    """The place of each value in their order, from 0; equal values share the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[which]
