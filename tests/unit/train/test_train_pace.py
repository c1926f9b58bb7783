"""The time of an epoch, measured beforehand: near what one then takes, and nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from command_line import run
from drawn_faces import make_faces
from short_lessons import measure_little
from tiny_songs import make_songs
from torch import Tensor

from engines.train import pace

MODELS = Path(__file__).resolve().parents[3] / "assets" / "models"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    measure_little(monkeypatch)


@pytest.mark.parametrize("model", ["melody-pop", "portraits-peeps"])
def test_an_epoch_is_told_and_nothing_is_written(model: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    if model == "melody-pop":
        make_songs(data)
    else:
        make_faces(data, 12)
    before = sorted(tmp_path.rglob("*"))
    code, told, _ = run("finetune", "--pace", "--model", MODELS / model, "--data", data, "--json")
    assert code == 0
    found = json.loads(told)
    assert found["epoch_seconds"] >= found["measuring_seconds"] > 0
    assert found["samples"] % found["steps"] == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [(("--data", "nowhere"), "no data"), (("--model", "melody-pop", "--data", "."), "no melodies")],
)
def test_what_cannot_be_measured_is_told(
    given: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, told = run("finetune", "--pace", *given)
    assert code == 2
    assert words in told


class _Steps:
    """Steps of known length by a clock of their own: every fourth has penalties."""

    def __init__(self, plain: float) -> None:
        self.taken: list[int] = []
        self.now, self._plain = 0.0, plain

    def perf_counter(self) -> float:
        return self.now

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        self.taken.append(index)
        first, penalised = len(self.taken) == 1, index % 4 == 0
        self.now += 100.0 if first else 5.0 * self._plain if penalised else self._plain
        return {"loss": torch.zeros(())}


@pytest.mark.parametrize(("plain", "taken"), [(0.1, [0, 4, 5, 6, 7]), (9.0, [0, 4, 5, 6])])
def test_penalties_count_as_often_as_they_come_and_the_first_step_not_at_all(
    plain: float, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _Steps(plain)
    monkeypatch.setattr(pace, "time", steps)
    each = pace._seconds_a_step(steps, lazy=4)  # type: ignore[arg-type]
    assert steps.taken == taken
    assert each == pytest.approx((5 + 3) * plain / 4)
