"""The time of an epoch, measured beforehand: near what one then takes, and nothing is kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import torch
from command_line import run
from drawn_faces import make_faces
from tiny_songs import make_songs
from torch import Tensor

from engines.evaluate import likeness
from engines.train import finetune_melodies, finetune_pictures, melodies, pace, pictures

MODELS = Path(__file__).resolve().parents[3] / "assets" / "models"


@pytest.fixture(autouse=True)
def _measure_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(melodies, "MEASURED_PIECES", 4)
    monkeypatch.setattr(finetune_melodies, "LEAST_STEPS", 2)
    monkeypatch.setattr(finetune_pictures, "LEAST_STEPS", 1)
    monkeypatch.setattr(likeness, "MOST", 4)
    monkeypatch.setattr(pictures, "SETTLE_BATCHES", 1)


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


class _Slow:
    """Steps of known length: the first is dear, and every fourth has penalties."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        self.taken.append(index)
        time.sleep(0.2 if len(self.taken) == 1 else 0.05 if index % 4 == 0 else 0.01)
        return {"loss": torch.zeros(())}


def test_penalties_count_as_often_as_they_come_and_the_first_step_not_at_all() -> None:
    steps = _Slow()
    each = pace._seconds_a_step(steps, lazy=4)  # type: ignore[arg-type]
    assert steps.taken == [0, 4, 5, 6, 7]
    assert (0.05 + 3 * 0.01) / 4 <= each < 0.1
