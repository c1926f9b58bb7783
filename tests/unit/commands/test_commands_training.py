"""The way from pictures to a picture on the command line: train, go on, generate, export."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tiny_models
from PIL import Image

from engines import cli

pytest.importorskip("torch", reason="training needs the train extra")

RECIPE = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "dcgan"
[network]
size = 16
latent = 8
generator = [8, 8]
discriminator = [8, 8]
[data]
kind = "pictures"
[schedule]
samples = 48
batch = 8
report = 16
save = 16
precision = "fp32"
"""


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: object) -> Done:
    """Carry out a command in this process: importing torch anew for each would take a minute."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([str(argument) for argument in arguments])
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty pictures and a recipe of six steps, four of them done."""
    folder = tmp_path_factory.mktemp("training")
    (folder / "data").mkdir()
    dice = np.random.default_rng(0)
    for number in range(30):
        pixels = dice.integers(0, 256, (16, 16, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "data" / f"{number}.png")
    (folder / "tiny.toml").write_text(RECIPE, encoding="utf-8")
    done = train(folder, "--steps", 4)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["steps"], data["samples"], data["finished"]) == (4, 32, False)
    reports = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [report["samples"] for report in reports] == [16, 32]
    return folder


def train(place: Path, *options: object) -> Done:
    recipe, data, out = place / "tiny.toml", place / "data", place / "run"
    return run("train", recipe, "--data", data, "--out", out, "--json", *options)


def test_a_run_is_not_started_over_another(place: Path) -> None:
    done = train(place)
    assert done.returncode == 2
    assert "--resume" in done.stderr
    assert done.stderr.count("\n") == 1


def test_going_on_finishes_and_leaves_a_model_that_generates(place: Path) -> None:
    done = train(place, "--resume")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["steps"], data["finished"]) == (6, True)
    assert data["model"] == str(place / "run" / "tiny")
    picture = place / "a.png"
    made = run("generate", "--model", data["model"], "--seed", 1, "--out", picture)
    assert made.returncode == 0, made.stderr
    with Image.open(picture) as image:
        assert image.size == (16, 16)

    network = place / "run" / "tiny" / "model.onnx"
    network.write_bytes(b"damaged")
    refused = run("generate", "--model", data["model"], "--seed", 1, "--out", place / "b.png")
    assert refused.returncode == 2
    assert "duet-engine export --model tiny" in refused.stderr
    assert run("export", "--model", data["model"]).returncode == 0
    again = run("generate", "--model", data["model"], "--seed", 1, "--out", place / "b.png")
    assert again.returncode == 0, again.stderr
    assert (place / "b.png").read_bytes() == picture.read_bytes()


def test_a_file_that_is_no_checkpoint_cannot_be_exported(place: Path) -> None:
    done = run("export", "--checkpoint", place / "tiny.toml", "--out", place / "made")
    assert done.returncode == 2
    assert "tiny.toml" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (place / "made").exists()


def test_weights_that_do_not_fit_their_family_are_a_bad_model(tmp_path: Path) -> None:
    folder = tiny_models.make_generator(tmp_path / "models", "mine")
    before = (folder / "model.onnx").read_bytes()
    done = run("export", "--model", folder)
    assert done.returncode == 2
    assert "model.safetensors of the model 'mine'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (folder / "model.onnx").read_bytes() == before
