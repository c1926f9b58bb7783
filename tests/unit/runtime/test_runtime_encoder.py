"""An encoder's file equals its network, belongs to its weights, and pictures of any form fit it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="encoders are exported from torch")

import onnx
import torch
from tiny_latents import SIZE, make_encoder, make_latent_model, make_network

from engines.protocol.errors import EngineError
from engines.runtime.cards import ENCODER, read_card, write_card
from engines.runtime.encoder import KEY, distance, fitted, open_encoder
from engines.runtime.library import Library, Model


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with an encoder; exporting takes seconds, so that tests copy it."""
    folder = make_latent_model(tmp_path_factory.mktemp("models"))
    make_encoder(folder, within=0.25)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / made.name))


def find(folder: Path) -> Model:
    return Library([folder.parent]).get(folder.name)


def picture(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_the_file_gives_what_the_network_gives(folder: Path) -> None:
    encoder, network = open_encoder(find(folder), (2, 10), threads=1), make_network(folder)
    assert encoder is not None
    assert encoder.notes.within == 0.25
    pixels = picture(SIZE, SIZE, 3)
    tensor = torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        np.testing.assert_allclose(encoder(pixels), network(tensor)[0].numpy(), atol=2e-3)


def test_a_model_need_not_have_an_encoder(folder: Path) -> None:
    (folder / ENCODER).unlink()
    write_card(folder, read_card(folder))
    assert open_encoder(find(folder), (2, 10), threads=1) is None


def test_an_encoder_of_other_weights_is_left_out(folder: Path) -> None:
    network = onnx.load(folder / ENCODER)
    (notes,) = [each for each in network.metadata_props if each.key == KEY]
    notes.value = notes.value.replace(read_card(folder).weights, "0123456789abcdef")
    onnx.save(network, folder / ENCODER)
    write_card(folder, read_card(folder))
    assert open_encoder(find(folder), (2, 10), threads=1) is None


def test_a_damaged_encoder_is_named(folder: Path) -> None:
    (folder / ENCODER).write_bytes(b"nothing")
    with pytest.raises(EngineError, match=r"encoder\.onnx of the model 'portrait' is damaged"):
        open_encoder(find(folder), (2, 10), threads=1)
    write_card(folder, read_card(folder))  # sealed as it is: now the library itself complains
    with pytest.raises(EngineError, match=r"ONNX Runtime cannot use the encoder\.onnx"):
        open_encoder(find(folder), (2, 10), threads=1)


def test_an_encoder_of_other_places_is_refused(folder: Path) -> None:
    with pytest.raises(EngineError, match="it takes and gives"):
        open_encoder(find(folder), (5, 96), threads=1)


@pytest.mark.parametrize("shape", [(16, 16, 3), (40, 90, 3), (300, 20, 3), (9, 4000, 4)])
def test_pictures_of_any_form_are_fitted(shape: tuple[int, ...]) -> None:
    square = fitted(picture(*shape), 16)
    assert square.shape == (16, 16, 3)
    assert square.dtype == np.uint8


def test_the_middle_is_looked_at_unless_another_square_is_asked_for() -> None:
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = 200
    assert (fitted(pixels, 16) == 200).all()
    assert (fitted(pixels, 16, (0, 0, 20)) == 0).all()


def test_what_is_transparent_is_white() -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[:, 8:, 3] = 255
    square = fitted(pixels, 16)
    assert (square[:, :8] == 255).all()
    assert (square[:, 8:] == 0).all()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5000, 3), (7, 100, 4)])
def test_too_little_to_look_at_is_a_sentence(shape: tuple[int, ...]) -> None:
    with pytest.raises(EngineError, match="too little to find anything in") as caught:
        fitted(picture(*shape), 16)
    assert caught.value.kind == "bad_input"


def test_a_square_outside_the_picture_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="leaves the picture, which is 30x20"):
        fitted(picture(20, 30, 3), 16, (15, 0, 20))


def test_distance_is_nought_for_the_same_and_one_for_the_opposite() -> None:
    black, white = np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 255, np.uint8)
    assert distance(black, black) == 0
    assert distance(black, white) == pytest.approx(1)
    grain, still = picture(16, 16, 3), np.full((16, 16, 3), 128, np.uint8)
    assert distance(grain, still) < distance(white, still)
