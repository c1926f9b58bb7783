"""``duet-engine evaluate``: what it passes on, prints and writes; measuring is tested elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny_models

import engines.evaluate
from engines import cli
from engines.evaluate.figures import Figure, flatten
from engines.runtime.cards import read_card
from engines.runtime.library import Library

FIGURES = flatten([Figure("distance_x1000", 12.5, floor=6.25, at_most=20.0)])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path, dict[str, Any]]]:
    """What the measuring was asked for; it takes minutes, so it answers at once here."""
    heard: list[tuple[Path, Path, dict[str, Any]]] = []

    def evaluate(model: Path, data: Path, **options: Any) -> dict[str, Any]:
        heard.append((model, data, options))
        options["progress"](1, 2, "half")
        return {**FIGURES, "samples": 100}

    monkeypatch.setattr(engines.evaluate, "evaluate", evaluate)
    return heard


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path))
    (tmp_path / "faces.zip").write_bytes(b"")
    return tiny_models.make_generator(tmp_path / "models", "mine")


def test_figures_are_printed_beside_their_targets(
    asked: list[Any], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "faces.zip"
    assert cli.main(["evaluate", "--model", "mine", "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert "distance x1000" in out
    assert "12.5" in out
    assert "met" in out
    ((model, where, options),) = asked
    assert (model, where) == (folder, data)
    assert set(options) == {"progress"}
    assert read_card(folder).quality == {}


def test_figures_are_written_with_the_command_and_still_sealed(
    asked: list[Any], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "faces.zip"
    options = ["--samples", "300", "--seed", "4", "--write", "--json"]
    assert cli.main(["evaluate", "--model", "mine", "--data", str(data), *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quality"]["distance_x1000"] == 12.5
    quality = Library([folder.parent]).get("mine").card.quality
    assert quality["distance_x1000_floor"] == 6.25
    assert quality["command"] == (
        "duet-engine evaluate --model mine --data faces.zip --samples 300 --seed 4"
    )
    assert len(quality["date"]) == len("2026-01-01")


def test_figures_of_sums_lie_beside_the_others(
    asked: list[Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engines.evaluate import arithmetic

    def sums(model: Path, data: Path, **options: Any) -> dict[str, Any]:
        return {"arithmetic_reached_share": 0.9}

    monkeypatch.setattr(arithmetic, "evaluate_arithmetic", sums)
    command = ["evaluate", "--model", "mine", "--data", str(tmp_path / "faces.zip"), "--write"]
    assert cli.main(command) == 0
    assert cli.main([*command, "--arithmetic"]) == 0
    assert cli.main(command) == 0  # measured again, and the sums stay
    quality = read_card(folder).quality
    assert quality["distance_x1000"] == 12.5
    assert quality["arithmetic_reached_share"] == 0.9
    assert quality["command"].endswith("--data faces.zip")
    assert quality["arithmetic_command"].endswith("--data faces.zip --arithmetic")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--data", "/no/such/data"], "/no/such/data"),
        (["--data", "DATA", "--features", "/no/weights"], "/no/weights"),
        (["--data", "DATA", "--sheet", "/dev/null/a.png"], "/dev/null"),
        (["--data", "DATA", "--samples", "few"], "few"),
        (["--data", "DATA", "--arithmetic", "--samples", "3"], "--samples is not for --arithmetic"),
        (["--data", "DATA", "--arithmetic", "--projection", "--features", "DATA"], "not for"),
    ],
)
def test_what_would_fail_at_the_end_fails_at_the_start(
    asked: list[Any],
    folder: Path,
    tmp_path: Path,
    options: list[str],
    names: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [text.replace("DATA", str(tmp_path / "faces.zip")) for text in options]
    assert cli.main(["evaluate", "--model", "mine", *filled]) == 2
    assert names in capsys.readouterr().err
    assert asked == []
