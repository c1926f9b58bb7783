"""Projection is measured beside random seeds, and its figures live beside the others in a card."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("torch", reason="evaluation needs the train extra")

import torch
from drawn_faces import draw_faces
from PIL import Image
from tiny_latents import SIZE, make_encoder, make_latent_model

from engines.commands import evaluate as command
from engines.evaluate import projection
from engines.evaluate.projection import evaluate_projection
from engines.evaluate.squeezenet import INPUT_PX, SqueezeNet
from engines.protocol.errors import EngineError
from engines.runtime.cards import read_card, write_card


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_latent_model(tmp_path_factory.mktemp("models"))


@pytest.fixture
def features(shared_data: Path) -> Path:
    return shared_data / "features" / "squeezenet1_0_imagenet_fp16.safetensors"


def test_projection_is_measured_and_laid_out(
    model: Path, features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "SEEDS", 10)
    monkeypatch.setattr(projection, "CHUNK", 5)
    monkeypatch.setattr(projection, "STEPS", (2, 12))
    faces = tmp_path / "faces"
    faces.mkdir()
    for number, pixels in enumerate(draw_faces(30, SIZE)[0]):
        Image.fromarray(pixels).save(faces / f"{number:03}.png")
    with pytest.raises(EngineError, match="has no encoder"):
        evaluate_projection(model, faces, features=features)
    make_encoder(model)
    sheet = tmp_path / "sheet.png"
    found = evaluate_projection(model, faces, features=features, samples=2, sheet=sheet, threads=1)
    assert found["projection_pictures"] == 2
    assert all(name.startswith("projection_") for name in found)
    colours = [found[f"projection_{name}_colour_distance"] for name in ("encoder", "12_steps")]
    assert colours[1] < colours[0]
    with Image.open(sheet) as picture:
        assert picture.width == 5 * SIZE


def test_vectors_lie_as_far_apart_as_the_pictures_look(features: Path) -> None:
    net = SqueezeNet(features)
    pictures = draw_faces(3, INPUT_PX)[0]
    tensor = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        wanted = net.distance(tensor[:2], tensor[1:])
    vectors = net.spelled_out(pictures)
    apart = (vectors[:2] - vectors[1:]).square().sum(dim=1)
    np.testing.assert_allclose(apart.numpy(), wanted.numpy(), rtol=1e-3)


def test_the_card_keeps_the_figures_of_the_other_kind(model: Path) -> None:
    card = read_card(model)
    write_card(model, msgspec.structs.replace(card, quality={"kid": 3.0, "date": "2026-01-01"}))
    command._write(model, {"projection_pictures": 5}, "project", "projection")
    command._write(model, {"kid": 2.0}, "measure", "")
    quality = read_card(model).quality
    assert quality["kid"] == 2.0
    assert quality["command"] == "measure"
    assert quality["projection_pictures"] == 5
    assert quality["projection_command"] == "project"
