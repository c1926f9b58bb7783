"""A run that was stopped and resumed equals one that never was, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engines.protocol.errors import EngineError
from engines.train import checkpoint, recipe
from engines.train.launch import train
from engines.train.loop import Watch

RECIPE = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "{family}"
[network]
size = 16
latent = 8
generator = [8, 8]
discriminator = [8, 8]
{network}
[data]
kind = "pictures"
augment = ["translation", "color", "cutout"]
[objective]
lazy = 2
[optimiser]
final_rate = 1e-5
[schedule]
samples = 96
batch = 8
report = 32
save = 32
ema_half_life = 40
precision = "{precision}"
"""


INPAINT = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "{family}"
[network]
size = 32
{network}
[data]
kind = "inpaint"
masks = {masks}
[objective]
lazy = 2
penalties = ["r1"]
name = "{objective}"
[filling]
{filling}
[optimiser]
final_rate = 1e-5
[schedule]
samples = 96
batch = 8
report = 32
save = 32
measure = 32
ema_half_life = 40
precision = "{precision}"
"""
INPAINTERS = {
    "inpaint": {
        "network": (
            "latent = 6\nstyle = 8\nwidths = [4, 4, 8]\ndilations = [1, 2]\ndiscriminator = [4, 8]"
        ),
        "masks": '["strokes", "boxes", "half", "centre"]',
        "objective": "rpgan",
        "filling": "diversity = 0.5\nalone = 0.3",
    },
    "context_encoder": {
        "network": "encoder = [4, 4, 8, 8, 8]\ndecoder = [8, 8, 4, 4]\ndiscriminator = [4, 8]",
        "masks": '["centre"]',
        "objective": "gan",
        "filling": 'adversarial = 0.01\nnorm = "l2"\nband = 2',
    },
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(30):
        pixels = rng.integers(0, 256, (40, 36, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


def make(family: str, precision: str) -> recipe.Recipe:
    if family in INPAINTERS:
        text = INPAINT.format(family=family, precision=precision, **INPAINTERS[family])
        return recipe.parse(text, "tiny.toml")
    network = "minibatch_stddev = true" if family == "dcgan" else "style = 8"
    text = RECIPE.format(family=family, network=network, precision=precision)
    return recipe.parse(text, "tiny.toml")


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("family", ["dcgan", "portrait", *INPAINTERS])
def test_resumed_equals_uninterrupted(
    tmp_path: Path, pictures: Path, family: str, precision: str
) -> None:
    made = make(family, precision)
    whole = train(made, pictures, tmp_path / "whole")
    train(made, pictures, tmp_path / "parts", steps=5)
    parts = train(made, pictures, tmp_path / "parts", resume=True)
    assert whole.finished
    assert parts.finished
    assert whole.steps == parts.steps == 12
    one = load_file(tmp_path / "whole" / checkpoint.FILE)
    other = load_file(tmp_path / "parts" / checkpoint.FILE)
    assert one.keys() == other.keys()
    assert any(key.startswith("optimiser.discriminator") for key in one)
    different = [key for key in one if not torch.equal(one[key], other[key])]
    assert different == []


def test_stopping_leaves_a_checkpoint_samples_and_a_log(tmp_path: Path, pictures: Path) -> None:
    lines: list[dict[str, object]] = []
    shown: list[int] = []
    watch = Watch(
        report=lines.append,
        advance=lambda samples, total: shown.append(samples),
        stop=lambda: len(shown) >= 6,
    )
    outcome = train(make("dcgan", "fp32"), pictures, tmp_path / "out", watch=watch)
    assert not outcome.finished
    assert outcome.steps == 6
    assert checkpoint.read_progress(tmp_path / "out" / checkpoint.FILE).samples == 48
    assert (tmp_path / "out" / "samples" / "000000032.png").exists()
    assert lines[0]["samples"] == 32
    assert {"generator", "discriminator", "r1", "r2", "health"} <= lines[0].keys()


def test_a_second_run_never_overwrites_the_first(tmp_path: Path, pictures: Path) -> None:
    train(make("dcgan", "fp32"), pictures, tmp_path / "out", steps=1)
    with pytest.raises(EngineError, match="already holds a checkpoint"):
        train(make("dcgan", "fp32"), pictures, tmp_path / "out", steps=1)


def test_a_checkpoint_of_other_networks_is_refused(tmp_path: Path, pictures: Path) -> None:
    train(make("dcgan", "fp32"), pictures, tmp_path / "out", steps=1)
    with pytest.raises(EngineError, match="another recipe"):
        train(make("portrait", "fp32"), pictures, tmp_path / "out", resume=True)


@pytest.mark.parametrize("damage", [b"", b"\x08\0\0\0\0\0\0\0{}", b"garbage" * 10])
def test_a_damaged_checkpoint_is_a_clear_error(
    tmp_path: Path, pictures: Path, damage: bytes
) -> None:
    (tmp_path / checkpoint.FILE).write_bytes(damage)
    with pytest.raises(EngineError, match="not a checkpoint"):
        train(make("dcgan", "fp32"), pictures, tmp_path, resume=True)
