"""Figures as flat dictionaries, their targets, and the table."""

from __future__ import annotations

import json

import pytest

from engines.evaluate.figures import Figure, collect, flatten
from engines.evaluate.report import lines
from engines.evaluate.stages import Stages


@pytest.mark.parametrize(
    ("figure", "ok"),
    [
        (Figure("a", 2.0), None),
        (Figure("a", 2.0, at_most=2.0), True),
        (Figure("a", 2.1, at_most=2.0), False),
        (Figure("a", 2.0, at_least=1.0, at_most=3.0), True),
        (Figure("a", 0.5, at_least=1.0, at_most=3.0), False),
    ],
)
def test_a_target_is_met_or_not(figure: Figure, ok: bool | None) -> None:
    assert figure.ok is ok


def test_figures_survive_the_flat_form() -> None:
    figures = [
        Figure("distance_x1000", 12.345678, floor=5.0, ceiling=200.0, at_most=12.0),
        Figure("share", 0.1, real=0.125, at_least=0.08),
    ]
    flat = flatten(figures)
    assert flat["distance_x1000"] == 12.35
    assert flat["distance_x1000_ok"] is False
    assert "share_ceiling" not in flat
    again = collect({**flat, "notes": ["a sentence"], "task": "generate"})
    assert [(f.name, f.value, f.real, f.floor, f.ceiling, f.ok) for f in again] == [
        ("distance_x1000", 12.35, None, 5.0, 200.0, False),
        ("share", 0.1, 0.125, None, None, True),
    ]
    assert json.loads(json.dumps(flat)) == flat


def test_the_table_names_values_targets_and_notes() -> None:
    flat = flatten([Figure("nearest_share", 0.25, real=0.125, at_least=0.1, at_most=0.2)])
    text = "\n".join(lines({**flat, "samples": 7, "notes": ["One thing more."]}, "some model"))
    for words in ("some model", "nearest share", "0.25", "0.1 to 0.2", "MISSED", "samples 7"):
        assert words in text
    assert text.endswith("One thing more.")


def test_progress_of_stages_only_rises_and_ends_at_the_whole() -> None:
    told: list[tuple[int, int, str]] = []
    stages = Stages({"first": 1, "second": 3}, lambda *args: told.append(args))
    tick = stages.begin("first")
    tick(0.5)
    stages.begin("second")(0.5)
    stages.end()
    assert told == [
        (0, 100, "first"),
        (12, 100, "first"),
        (25, 100, "second"),
        (62, 100, "second"),
        (100, 100, ""),
    ]
