"""Training MidiNet through the project's own loop: resuming, measuring, publishing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from tiny_songs import make_songs
from torch.nn import functional as F

from engines.evaluate.melody import evaluate
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run as run_task
from engines.train import checkpoint, melodies, recipe
from engines.train.launch import train
from engines.train.loop import BEST
from engines.train.objectives import (
    mean_distance,
    mean_interval,
    smoothed_discriminator,
    straight_through,
)
from engines.train.publish import publish

RECIPE = """
name = "tiny-songs"
title = "Tiny songs"
summary = "For tests."
family = "midinet"
[network]
{network}
[data]
kind = "melodies"
source = "twenty arpeggios"
[objective]
name = "midinet"
generator_steps = 2
match_features = 0.1
match_samples = 0.01
{objective}
[optimiser]
rate = 2e-4
betas = [0.5, 0.999]
[schedule]
samples = 96
batch = 8
report = 48
save = 48
measure = 48
ema_half_life = 40
precision = "fp32"
"""


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_songs(tmp_path_factory.mktemp("songs"))


def make(network: str = "", objective: str = "") -> recipe.Recipe:
    return recipe.parse(RECIPE.format(network=network, objective=objective), "tiny.toml")


@pytest.fixture(autouse=True)
def _measure_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred pieces of a network that knows nothing yet take long to decode."""
    monkeypatch.setattr(melodies, "MEASURED_PIECES", 4)
    monkeypatch.setattr(melodies, "SETTLE_BATCHES", 1)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.parametrize(
    ("network", "objective"),
    [
        ("", ""),
        (
            "previous_in_discriminator = true\nspectral_norm = true",
            "straight_through = true\nmismatch = 1.0",
        ),
        ('variant = "gated"\nhears_chord = false', "mismatch = 1.0\nleaps = 1.0\nleaps_from = 0.5"),
    ],
)
def test_resumed_equals_uninterrupted(
    tmp_path: Path, songs: Path, network: str, objective: str
) -> None:
    made = make(network, objective)
    train(made, songs, tmp_path / "whole")
    train(made, songs, tmp_path / "parts", steps=5)
    train(made, songs, tmp_path / "parts", resume=True)
    one = load_file(tmp_path / "whole" / checkpoint.FILE)
    other = load_file(tmp_path / "parts" / checkpoint.FILE)
    assert one.keys() == other.keys()
    assert [key for key in one if not torch.equal(one[key], other[key])] == []


def test_a_run_leaves_a_model_that_composes(tmp_path: Path, songs: Path) -> None:
    out = tmp_path / "run"
    train(make(), songs, out)
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    measured = [line for line in lines if "measured" in line]
    assert len(measured) == 2
    assert all(np.isfinite(line["score"]) for line in measured)
    sheets = sorted((out / "samples").iterdir())
    assert len(sheets) == 2
    assert size_of(sheets[0]) == (2 * (256 + 4), 8 * (72 + 4))

    models = tmp_path / "models"
    publish(out / BEST, models / "tiny-songs")
    assert size_of(models / "tiny-songs" / "preview.webp") == (256, 256)
    card = tomllib.loads((models / "tiny-songs" / "card.toml").read_text())
    assert (card["task"], card["parameters"]) == ("compose", 530_625)

    context = Context(Library([models]), make_backend("onnx", threads=1))
    asked = Request(task="compose", model="tiny-songs", seed=1, params={"count": 1})
    (result,) = run_task(asked, context)
    assert result.clip is not None
    assert result.clip.bars == 8

    figures = evaluate(models / "tiny-songs", songs, pieces=4)
    assert {"score", "scale_consistency", "scale_consistency_real"} <= figures.keys()


def test_the_sheet_and_the_measure_do_not_disturb_training(tmp_path: Path, songs: Path) -> None:
    text = RECIPE.format(network="", objective="")
    quiet = text.replace("report = 48", "report = 9600").replace("measure = 48", "measure = 0")
    train(recipe.parse(text, "a"), songs, tmp_path / "a")
    train(recipe.parse(quiet, "b"), songs, tmp_path / "b")
    one = load_file(tmp_path / "a" / checkpoint.FILE)
    other = load_file(tmp_path / "b" / checkpoint.FILE)
    trained = [key for key in one if not key.startswith("network.average")]
    assert [key for key in trained if not torch.equal(one[key], other[key])] == []


def test_smoothed_labels_by_hand() -> None:
    # At logit 0 every cross entropy is log 2.
    zero = torch.zeros(4)
    assert smoothed_discriminator(zero, zero).item() == pytest.approx(2 * np.log(2))
    # The best answer to a real bar is not certainty but log(0.9 / 0.1).
    best = torch.full((4,), float(np.log(9)), requires_grad=True)
    smoothed_discriminator(best, zero).backward()
    assert best.grad is not None
    assert best.grad.abs().max() < 1e-6


def test_mean_distance_by_hand() -> None:
    real = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    fake = torch.tensor([[0.0, 0.0], [0.0, 4.0]])
    # Means (2, 0) and (0, 2): half of 4 + 4, summed and not averaged.
    assert mean_distance(real, fake).item() == pytest.approx(4.0)


def test_the_mean_interval_of_bars_is_that_of_the_metrics() -> None:
    steps = torch.tensor([[60] * 8 + [64] * 8, [67] * 4 + [65] * 4 + [60] * 8])
    bars = F.one_hot(steps, 128).float()[:, None].requires_grad_()
    found = mean_interval(bars)
    assert found.item() == pytest.approx((4 + 2 + 5) / 3)
    found.backward()
    assert bars.grad is not None
    # A leap would be shorter from or to a pitch nearer by.
    assert bars.grad[0, 0, 8, 62] < bars.grad[0, 0, 8, 64] < bars.grad[0, 0, 8, 70]
    still = F.one_hot(torch.full((2, 16), 60), 128).float()[:, None]
    assert mean_interval(still).item() == 0.0


def test_half_of_the_bars_are_shown_everything() -> None:
    drawn = melodies._creativity(np.random.default_rng(0), 4000)
    assert drawn.shape == (4000, 1)
    assert (drawn == 0).float().mean().item() == pytest.approx(0.5, abs=0.03)
    assert drawn.min() >= 0.0
    assert drawn.max() <= 1.0


def test_straight_through_shows_one_pitch_and_passes_the_gradient() -> None:
    roll = torch.tensor([[0.2, 0.5, 0.3]], requires_grad=True)
    hard = straight_through(roll)
    assert hard.tolist() == [[0.0, 1.0, 0.0]]
    (hard * torch.tensor([[1.0, 2.0, 3.0]])).sum().backward()
    assert roll.grad is not None
    # Shares of a sum of 1: the derivative is the weight less the weighted mean, 2.1.
    assert roll.grad[0].tolist() == pytest.approx([-1.1, -0.1, 0.9], abs=1e-4)
