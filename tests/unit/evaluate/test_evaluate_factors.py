"""Factors of rendered pictures, and correlations worked out by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from engines.evaluate.factors import pearson, ranks, read_factors, spearman
from engines.protocol.errors import EngineError

ROWS = (
    '{"file": "1.webp", "seed": 7, "yaw": -3.5, "smile": 0, "name": "a"}\n'
    '{"file": "0.webp", "seed": 8, "yaw": 2.0, "smile": 1, "name": "b"}\n'
)


def test_factors_come_in_the_order_of_the_pictures(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("meta.jsonl", ROWS)
    found = read_factors(tmp_path / "set.zip", ["images/0.webp", "images/1.webp"])
    assert {name: values.tolist() for name, values in found.items()} == {
        "yaw": [2.0, -3.5],
        "smile": [1.0, 0.0],
    }


def test_a_folder_without_factors_has_none(tmp_path: Path) -> None:
    assert read_factors(tmp_path, ["0.webp"]) == {}


@pytest.mark.parametrize("text", [ROWS[:40], "{}\n", ROWS.replace("1.webp", "2.webp")])
def test_damaged_factors_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "meta.jsonl").write_text(text)
    with pytest.raises(EngineError, match=r"meta\.jsonl of .* does not describe") as caught:
        read_factors(tmp_path, ["0.webp", "1.webp"])
    assert caught.value.kind == "bad_input"


def test_correlations_by_hand() -> None:
    a = np.array([1.0, 2.0, 3.0])
    assert pearson(a, np.array([2.0, 4.0, 6.0])) == pytest.approx(1)
    # (-1, 0, 1) against (-1, 1, 0): 1 over 2.
    assert pearson(a, np.array([0.0, 2.0, 1.0])) == pytest.approx(0.5)
    assert pearson(a, np.ones(3)) == 0
    assert spearman(a, np.exp(5 * a)) == pytest.approx(1)


def test_equal_values_share_their_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 1.0, 9.0])).tolist() == [2.0, 0.5, 0.5, 3.0]
