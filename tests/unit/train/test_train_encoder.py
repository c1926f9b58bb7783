"""An encoder learns from its model's samples, resumes to the bit, and lands beside the model."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch
from drawn_faces import draw_faces
from PIL import Image
from safetensors.torch import load_file
from tiny_latents import SIZE, make_latent_model

from engines import cli
from engines.nets.encoder import Encoder, EncoderConfig
from engines.protocol.errors import EngineError
from engines.runtime.cards import ENCODER, read_card
from engines.runtime.encoder import open_encoder
from engines.runtime.library import Library
from engines.train import checkpoint, recipe
from engines.train.encoder import encodable, jitter
from engines.train.launch import train
from engines.train.loop import LOG

RECIPE = """
name = "encoder-portrait"
title = "Encoder"
summary = "For tests."
family = "encoder"
start_from = "portrait"
[network]
channels = [8, 8]
hidden = 16
[data]
kind = "encoder"
[encoding]
bank = 64
rendered = 2
real = 2
[optimiser]
rate = 3e-3
betas = [0.9, 0.99]
[schedule]
samples = 4_800
batch = 16
report = 1_600
save = 3_200
ema_half_life = 200
"""


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    for number, pixels in enumerate(draw_faces(40, SIZE)[0]):
        Image.fromarray(pixels).save(folder / f"{number:03}.png")
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    make_latent_model(place)
    return place


@pytest.fixture
def mine(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny model as the library finds it."""
    monkeypatch.setattr("engines.runtime.library.shipped_models_dir", lambda: models)
    return models / "portrait"


def test_places_are_learned_and_a_resumed_run_equals_an_uninterrupted_one(
    mine: Path, faces: Path, tmp_path: Path
) -> None:
    made = recipe.parse(RECIPE, "tiny.toml")
    train(made, faces, tmp_path / "whole")
    train(made, faces, tmp_path / "parts", steps=130)
    train(made, faces, tmp_path / "parts", resume=True)
    lines = [json.loads(x) for x in (tmp_path / "whole" / LOG).read_text().splitlines()]
    assert lines[-1]["latent"] < 0.8 * lines[0]["latent"]
    whole, parts = (load_file(tmp_path / each / checkpoint.FILE) for each in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[key], parts[key]) for key in whole)


def test_the_command_puts_the_encoder_into_the_models_folder(
    mine: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "encoder-portrait.toml"
    path.write_text(RECIPE)
    out = tmp_path / "run"
    code = cli.main(
        ["train", str(path), "--data", str(faces), "--out", str(out), "--steps", "300", "--json"]
    )
    assert code == 0
    assert json.loads(capsys.readouterr().out)["model"] == str(mine / ENCODER)
    assert ENCODER in read_card(mine).files
    model = Library([mine.parent]).get("portrait")
    encoder = open_encoder(model, (2, 10), threads=1)
    assert encoder is not None
    assert encoder.notes.recipe == "encoder-portrait.toml"
    assert 0 < encoder.notes.within < 1
    network = Encoder(EncoderConfig(size=SIZE, levels=2, width=10, channels=(8, 8), hidden=16))
    network.load_state_dict(checkpoint.read_networks(out / checkpoint.FILE)["average"])
    pixels = draw_faces(1, SIZE)[0][0]
    tensor = torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        np.testing.assert_allclose(encoder(pixels), network(tensor)[0].numpy(), atol=0.02)


def test_a_model_of_codes_has_no_places_to_learn(tmp_path: Path) -> None:
    make_latent_model(tmp_path, "infogan")
    with pytest.raises(EngineError, match="steered by its codes"):
        encodable("infogan", Library([tmp_path]))


def test_an_impossible_shape_is_a_sentence(mine: Path, faces: Path, tmp_path: Path) -> None:
    text = RECIPE.replace("channels = [8, 8]", "channels = [8, 8, 8, 8, 8]")
    with pytest.raises(EngineError, match="5 halvings do not divide 16 pixels"):
        train(recipe.parse(text, "tiny.toml"), faces, tmp_path / "out")


def test_every_other_picture_is_left_as_it_is() -> None:
    torch.manual_seed(0)
    x = torch.rand(6, 3, 16, 16) * 2 - 1
    y = jitter(x)
    assert torch.equal(y[::2], x[::2])
    assert (y[1::2] != x[1::2]).any()
    assert y.abs().max() <= 1


@pytest.mark.parametrize("name", ["peeps", "peeps-128", "toons-128"])
def test_the_recipes_make_encoders_small_enough_to_ship(name: str, repository: Path) -> None:
    path = repository / "engines" / "train" / "recipes" / f"encoder-{name}.toml"
    made = recipe.load(path)
    assert made.name == f"encoder-{name}"
    assert made.start_from == f"portraits-{name}"
    fitting = {"size": 128, "levels": 5, "width": 96}
    network = Encoder(msgspec.convert({**made.network, **fitting}, EncoderConfig))
    assert sum(p.numel() for p in network.parameters()) <= 350_000
