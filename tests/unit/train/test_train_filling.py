"""The losses of inpainting, and a run on real files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engines.protocol.errors import EngineError
from engines.train import recipe
from engines.train.filling import (
    detail,
    diversity,
    judged,
    patches_for_penalty,
    reconstruction,
    rim,
    shortfall,
)
from engines.train.launch import train
from engines.train.loop import LOG, SAMPLES
from engines.train.recipe import Filling


def square(side: int = 16) -> torch.Tensor:
    mask = torch.zeros(1, 1, side, side)
    mask[:, :, side // 4 : -side // 4, side // 4 : -side // 4] = 1
    return mask


def test_reconstruction_looks_into_the_hole_only() -> None:
    mask, real = square(), torch.zeros(1, 3, 16, 16)
    outside = 1 - mask.expand(1, 3, 16, 16)
    assert reconstruction(outside, real, mask, Filling()) == 0
    assert reconstruction(real + 0.5, real, mask, Filling()) == pytest.approx(0.5)
    assert reconstruction(real + 0.5, real, mask, Filling(norm="l2")) == pytest.approx(0.25)


def test_the_rim_counts_ten_times() -> None:
    mask, real = square(), torch.zeros(1, 3, 16, 16)
    band = rim(mask, 2)
    assert band.sum() == 8 * 8 - 4 * 4
    found = reconstruction(real + 1, real, mask, Filling(norm="l2", band=2))
    assert found == pytest.approx((10 * 48 + 16) / 64)
    strip = torch.zeros(1, 1, 16, 16)
    strip[..., :4] = 1
    assert rim(strip, 2)[..., 0].sum() == 0, "beyond the edge of a picture nothing is known"


def test_diversity_is_the_distance_of_fills_for_usual_latents() -> None:
    mask = square()
    one, other = torch.zeros(1, 3, 16, 16), torch.full((1, 3, 16, 16), 0.25)
    z, other_z = torch.zeros(1, 8), torch.full((1, 8), 2**0.5)
    found = diversity(one, other, mask, z, other_z)
    assert found.tolist() == pytest.approx([0.25])
    grain = 0.25 * (-1.0) ** torch.arange(16).expand(1, 3, 16, 16)
    assert diversity(one, grain, mask, z, other_z).tolist() == pytest.approx([0.0], abs=1e-6)
    assert shortfall(found, 0.5) == pytest.approx(0.5)
    assert shortfall(found, 0.2) == 0


def test_detail_is_that_of_the_hole() -> None:
    mask = square()
    noise = torch.rand(1, 3, 16, 16)
    assert detail(noise * (1 - mask), mask) == 0
    assert detail(2 * noise, mask) == pytest.approx(float(4 * detail(noise, mask)))


def test_patches_beside_a_hole_are_not_judged() -> None:
    where = judged(torch.zeros(1, 4, 4), square())
    assert where.sum() == 4
    assert where[0, 1:3, 1:3].all()


def test_the_penalty_of_patches_is_the_mean_over_them_on_average() -> None:
    x = torch.randn(1, 16, requires_grad=True)
    factors = torch.arange(1.0, 17.0).reshape(1, 4, 4)
    logits, where = x.reshape(1, 4, 4) * factors, torch.ones(1, 4, 4, dtype=torch.bool)
    torch.manual_seed(0)
    (gradient,) = torch.autograd.grad(patches_for_penalty(logits, where).sum(), x)
    assert gradient.square().sum() == pytest.approx(float((factors**2).mean()))


RECIPE = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "inpaint"
[network]
size = 32
latent = 4
style = 8
widths = [4, 4, 8]
dilations = [1]
discriminator = [4, 8]
[data]
kind = "inpaint"
shares = {{ one = 3.0 }}
[filling]
{filling}
[schedule]
samples = 32
batch = 8
report = 16
save = 32
measure = 16
precision = "fp32"
"""


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    place = tmp_path / "sets"
    place.mkdir()
    for name in ("one", "two"):
        with zipfile.ZipFile(place / f"{name}.zip", "w") as archive:
            for index in range(20):
                path = tmp_path / "picture.png"
                pixels = rng.integers(0, 256, (36, 48, 3), np.uint8)
                Image.fromarray(pixels).save(path)
                archive.write(path, f"{index:02}.png")
    return place


@pytest.mark.parametrize("filling", ["diversity = 0.5", "adversarial = 0.0", "alone = 0.6"])
def test_a_run_reports_measures_and_shows(tmp_path: Path, sets: Path, filling: str) -> None:
    made = recipe.parse(RECIPE.format(filling=filling), "tiny.toml")
    assert train(made, sets, tmp_path / "out").finished
    lines = [json.loads(line) for line in (tmp_path / "out" / LOG).read_text().splitlines()]
    losses, measured = lines[0], lines[1]
    assert {"reconstruction", "health"} <= losses.keys()
    assert ("diversity" in losses) == (filling == "diversity = 0.5")
    assert ("discriminator" in losses) == (filling == "diversity = 0.5")
    assert measured["hole_psnr_db"] > 0
    assert measured["detail"] > 0
    # Without a discriminator blur costs nothing; before its first step nothing is the best.
    lost = measured["hole_psnr_db"] - measured["score"]
    assert (lost == 0) == (filling == "adversarial = 0.0")
    assert (lost > 90) == ("alone" in filling)
    with Image.open(tmp_path / "out" / SAMPLES / "000000016.png") as sheet:
        assert sheet.size == (6 * 32, 2 * 32), "four held-out pictures in two columns"


def test_missing_feature_weights_are_a_clear_error(tmp_path: Path, sets: Path) -> None:
    text = RECIPE.format(filling='features = 1.0\nweights = "squeeze.safetensors"')
    with pytest.raises(EngineError, match=r"asks for feature weights.*squeeze\.safetensors"):
        train(recipe.parse(text, "tiny.toml"), sets, tmp_path / "out")


def test_feature_weights_lie_beside_the_data(tmp_path: Path, sets: Path, shared_data: Path) -> None:
    name = "squeezenet1_0_imagenet_fp16.safetensors"
    (sets / name).symlink_to(shared_data / "features" / name)
    text = RECIPE.format(filling=f'features = 1.0\nweights = "{name}"')
    train(recipe.parse(text, "tiny.toml"), sets, tmp_path / "out", steps=2)
    (line,) = (tmp_path / "out" / LOG).read_text().splitlines()[:1]
    assert json.loads(line)["features"] > 0


@pytest.mark.parametrize(
    "name", ["context-encoder", "context-encoder-l2", "inpaint-photo", "inpaint-portraits"]
)
def test_every_recipe_names_networks_that_can_be_built(name: str, repository: Path) -> None:
    from engines.nets.registry import family

    path = repository / "engines" / "train" / "recipes" / f"{name}.toml"
    made = recipe.load(path)
    assert made.name == name
    assert family(made.family).parse(made.network).size == 128
    assert made.data.credit
