"""The page of measured figures: what a run writes, and what it leaves alone."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def results(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that writes the page; the benchmarks are scripts, not a package."""
    monkeypatch.syspath_prepend(str(repository / "tests" / "benchmarks"))
    return importlib.import_module("results")


def test_new_figures_join_and_known_ones_are_replaced(results: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    first = [results.Figure("start", "1.0 s", "at most 2 s", True), results.Figure("load", "3 ms")]
    results.write(first, "run.py start", "2 cores", page)
    results.write([results.Figure("start", "3.0 s", "at most 2 s", False)], "run.py", "8", page)
    rows = results.read_rows(page.read_text())
    assert list(rows) == ["start", "load"]
    assert rows["start"][1:5] == ("3.0 s", "at most 2 s (missed)", "`run.py`", "8")
    assert rows["load"][1:5] == ("3 ms", "", "`run.py start`", "2 cores")


def test_writing_the_same_again_changes_nothing(results: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    figures = [results.Figure("first, 64 px", "2.0x"), results.Figure("second", "1 ms", "x", None)]
    results.write(figures, "run.py", "here", page)
    once = page.read_text()
    results.write(figures, "run.py", "here", page)
    assert page.read_text() == once
    assert once.startswith("# Measured\n")


def test_the_machine_is_told_in_one_cell(results: ModuleType) -> None:
    told = results.machine()
    assert "cores" in told
    assert "|" not in told
    assert "\n" not in told
