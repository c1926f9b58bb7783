"""Training with codes: losses by hand, one step that helps, resuming, the ablation."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engines.nets.infogan import Answer, InfoGANConfig
from engines.protocol.errors import EngineError
from engines.train import checkpoint, recipe
from engines.train.codes import CodeSteps
from engines.train.information import (
    category_loss,
    continuous_loss,
    disagreement,
    draw_codes,
    losses,
)
from engines.train.launch import make_fabric, train

RECIPE = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "infogan"
[network]
size = 16
noise = 4
categories = {categories}
grey = {grey}
generator = [8, 8]
discriminator = [8, 8]
features = 8
recognition = 8
{network}
[data]
kind = "codes"
augment = ["affine"]
[objective]
{objective}
[optimiser]
discriminator = 0.5
final_rate = 1e-5
[schedule]
samples = 96
batch = 8
report = 32
save = 32
ema_half_life = 40
precision = "fp32"
"""


def make(
    network: str = "", objective: str = "lazy = 2", grey: bool = True, categories: int = 3
) -> recipe.Recipe:
    values = {"grey": str(grey).lower(), "categories": categories}
    text = RECIPE.format(network=network, objective=objective, **values)
    return recipe.parse(text, "tiny.toml")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path / "digits.npz"
    np.savez(path, x=rng.integers(0, 256, (40, 12, 12), np.uint8), y=np.arange(40) % 3)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(30):
        pixels = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


def test_losses_by_hand() -> None:
    one_hot = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert category_loss(torch.zeros(2, 2), one_hot).item() == pytest.approx(math.log(2))
    mean, codes = torch.tensor([[0.5, 0.0]]), torch.tensor([[1.0, -1.0]])
    # Half of 0.25 and 1, with a variance of 1.
    assert continuous_loss(mean, torch.zeros(1, 2), codes).item() == pytest.approx(0.625)
    # With a variance of e² each: the squares shrink, and the two logarithms cost 1 each.
    unsure = continuous_loss(mean, torch.full((1, 2), 2.0), codes).item()
    assert unsure == pytest.approx(0.625 / math.e**2 + 2)


def test_a_variance_cannot_vanish() -> None:
    zeros = torch.zeros(1, 1)
    assert continuous_loss(zeros, torch.full((1, 1), -99.0), zeros).item() == pytest.approx(-3)


def test_agreement_by_hand() -> None:
    sure = torch.eye(4).repeat(2, 1)
    assert disagreement(sure, sure).item() == pytest.approx(-math.log(4), abs=1e-3)
    # Always the same category, or shares that say nothing: no information.
    same = torch.tensor([[1.0, 0, 0, 0]]).expand(8, -1)
    assert disagreement(same, same).item() == pytest.approx(0, abs=1e-3)
    even = torch.full((8, 4), 0.25)
    assert disagreement(even, even).item() == pytest.approx(0, abs=1e-3)
    # The second view says the opposite half the time: log 2 is left of log 4.
    swapped = torch.eye(4)[[0, 1, 2, 3, 1, 0, 3, 2]]
    assert disagreement(sure, swapped).item() == pytest.approx(-math.log(2), abs=1e-3)


def test_two_views_of_each_picture_where_they_must_agree(digits: Path) -> None:
    steps = _steps(digits, "agreement = 1.0")
    shown = steps._real(0)
    assert torch.equal(shown[:4], shown[4:])
    assert len(shown.flatten(1).unique(dim=0)) == 4
    assert "agreement" in steps.step(0, 0.0)


def test_only_codes_that_there_are_cost() -> None:
    config = InfoGANConfig(categories=0, continuous=2)
    answer = Answer(torch.zeros(4, 0), torch.zeros(4, 2), torch.zeros(4, 2))
    assert losses(answer, torch.ones(4, 2), config).keys() == {"continuous"}


def test_codes_are_drawn_evenly() -> None:
    torch.manual_seed(0)
    codes = draw_codes(InfoGANConfig(categories=4), 4000, torch.device("cpu"))
    assert codes[:, :4].mean(dim=0).tolist() == pytest.approx([0.25] * 4, abs=0.03)
    assert codes[:, :4].sum(dim=1).eq(1).all()
    assert -1 <= codes[:, 4:].min() < -0.99
    assert 0.99 < codes[:, 4:].max() <= 1


@pytest.mark.parametrize("norm", ["norm = true", "norm = false\nspread = true"])
@pytest.mark.parametrize("grey", [True, False])
def test_resumed_equals_uninterrupted(
    tmp_path: Path, digits: Path, pictures: Path, norm: str, grey: bool
) -> None:
    objective = "lazy = 2\nagreement = 1.0" if grey else "lazy = 2"
    made = make(norm, objective, grey=grey, categories=3 if grey else 0)
    source = digits if grey else pictures
    whole = train(made, source, tmp_path / "whole")
    train(made, source, tmp_path / "parts", steps=5)
    parts = train(made, source, tmp_path / "parts", resume=True)
    assert whole.steps == parts.steps == 12
    one = load_file(tmp_path / "whole" / checkpoint.FILE)
    other = load_file(tmp_path / "parts" / checkpoint.FILE)
    assert one.keys() == other.keys()
    assert [key for key in one if not torch.equal(one[key], other[key])] == []
    with Image.open(tmp_path / "whole" / "samples" / "000000096.png") as sheet:
        assert sheet.size == (160, 16 * (3 if grey else 2))


def _steps(digits: Path, objective: str, rate: float = 2e-3) -> CodeSteps:
    text = make(objective=objective).text.replace("[optimiser]", f"[optimiser]\nrate = {rate}")
    made = recipe.parse(text.replace("discriminator = 0.5\nfinal_rate = 1e-5", ""), "tiny.toml")
    return CodeSteps(made, digits, make_fabric(made))


def test_information_is_learned(digits: Path) -> None:
    steps = _steps(digits, 'name = "gan"\ngamma = 0.0')
    costs = [float(steps.step(index, 0.0)["category"]) for index in range(60)]
    assert np.mean(costs[-10:]) < 0.8 * np.mean(costs[:10])


def test_without_weight_the_generator_is_not_moved_by_it(digits: Path) -> None:
    plain, told = (
        _steps(digits, f'name = "gan"\ngamma = 0.0\ninformation = {weight}') for weight in (0, 5)
    )
    again = _steps(digits, 'name = "gan"\ngamma = 0.0\ninformation = 0')
    with torch.no_grad():  # Q as another network: nothing but Q may be another after the step
        for tensor in again.discriminator.recognition.parameters():
            tensor.mul_(-1)
    for steps in (plain, told, again):
        steps.step(0, 0.0)
    trunks = [one.discriminator.trunk[0].weight for one in (plain, again, told)]
    makers = [one.generator.project.weight for one in (plain, again, told)]
    for ours, same, moved in (trunks, makers):
        assert torch.equal(ours, same)
        assert not torch.equal(ours, moved)


def test_another_family_has_no_codes(digits: Path) -> None:
    text = make().text.replace('"infogan"', '"dcgan"')
    made = recipe.parse(text, "tiny.toml")
    with pytest.raises(EngineError, match="the family dcgan has none"):
        CodeSteps(made, digits, make_fabric(made))
