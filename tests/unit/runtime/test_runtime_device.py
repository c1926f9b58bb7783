"""How many threads there may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engines.runtime import device


def test_there_is_at_least_one_core_and_not_more_than_the_system_says() -> None:
    assert 1 <= device.cores() <= (os.cpu_count() or 1)
    assert 1 <= device.default_threads() <= device.MOST_THREADS


@pytest.mark.parametrize(
    ("text", "share"),
    [("200000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", None), ("", None)],
)
def test_a_container_limits_the_cores(tmp_path: Path, text: str, share: int | None) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(text, encoding="ascii")
    assert device._container_share(path) == share


def test_what_the_user_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "9")
    device.limit_numpy_threads(1)
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
