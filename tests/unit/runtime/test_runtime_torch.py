"""The torch back end gives what ONNX Runtime gives, from the weights themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the torch back end needs the train extra")

import torch
from safetensors.torch import load_file, save_file

from engines.nets.registry import family
from engines.protocol.errors import EngineError
from engines.runtime.backend import make_backend
from engines.runtime.cards import WEIGHTS, Card, read_card, write_card
from engines.runtime.library import Library, Model
from engines.runtime.onnx_backend import OnnxBackend
from engines.runtime.torch_backend import TorchBackend
from engines.runtime.torch_export import export_weights

SHAPES: dict[str, dict[str, Any]] = {
    "dcgan": {"size": 8, "latent": 6, "generator": [4], "discriminator": [4]},
    "portrait": {
        "size": 16, "latent": 6, "style": 10, "generator": [8, 4], "discriminator": [4, 8]
    },
    "midinet": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One random model of every family, exported."""
    place = tmp_path_factory.mktemp("models")
    for name, values in SHAPES.items():
        torch.manual_seed(0)
        kin = family(name)
        config = kin.parse(values)
        weights = {k: v.half() for k, v in kin.generator(config).state_dict().items()}
        folder = place / name
        folder.mkdir()
        metadata = {"family": name, "config": kin.dump(config)}
        save_file(weights, folder / WEIGHTS, metadata=metadata)
        export_weights(folder)
        card = Card(
            name=name, title=name, task=kin.task, family=name, size=values.get("size", 0)
        )  # fmt: skip
        write_card(folder, card)
    return place


def find(models: Path, name: str) -> Model:
    return Library([models]).get(name)


def inputs_of(name: str, model: Model) -> dict[str, np.ndarray]:
    generator = np.random.Generator(np.random.PCG64(3))
    shapes = OnnxBackend(threads=1).open(model).inputs
    arrays = {
        key: generator.standard_normal([2 if axis is None else axis for axis in shape], np.float32)
        for key, shape in shapes.items()
    }
    return arrays


@pytest.mark.parametrize("name", SHAPES)
def test_both_back_ends_agree(models: Path, name: str) -> None:
    model = find(models, name)
    arrays = inputs_of(name, model)
    expected = OnnxBackend(threads=1).open(model).run(**arrays)
    session = TorchBackend(threads=1, device="cpu").open(model)
    assert session.inputs == OnnxBackend(threads=1).open(model).inputs
    values = session.run(**arrays)
    assert values.keys() == expected.keys()
    for key, value in values.items():
        assert value.dtype == np.float32
        np.testing.assert_allclose(value, expected[key], atol=2e-3)


@pytest.mark.gpu
@pytest.mark.parametrize("name", SHAPES)
def test_a_gpu_in_half_precision_comes_close(models: Path, name: str) -> None:
    model = find(models, name)
    arrays = inputs_of(name, model)
    expected = OnnxBackend(threads=1).open(model).run(**arrays)
    values = TorchBackend(device="cuda").open(model).run(**arrays)
    for key, value in values.items():
        np.testing.assert_allclose(value, expected[key], atol=5e-2)


def test_settings_of_the_other_back_end_fit() -> None:
    assert make_backend("torch", threads=1, spin=False).name == "torch"


def test_the_generator_keeps_no_gradients_of_its_own(models: Path) -> None:
    session = TorchBackend(device="cpu").open(find(models, "dcgan"))
    assert not session.module.training
    assert not any(parameter.requires_grad for parameter in session.module.parameters())


def rewrite(models: Path, place: Path, change: str) -> Model:
    """A sealed copy of the dcgan model with something wrong in its weights."""
    source, folder = models / "dcgan", place / "dcgan"
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    tensors = load_file(source / WEIGHTS)
    metadata = {"family": "dcgan", "config": json.dumps(SHAPES["dcgan"])}
    match change:
        case "a tensor missing":
            tensors.pop("last.bias")
        case "a tensor too many":
            tensors["extra"] = torch.zeros(1)
        case "another shape":
            tensors["last.bias"] = torch.zeros(4)
        case "unknown family":
            metadata["family"] = "stylegan9"
        case "no config":
            del metadata["config"]
        case "config no JSON":
            metadata["config"] = "{"
        case "impossible config":
            metadata["config"] = '{"size": 7}'
        case "not a number":
            tensors["last.bias"] = torch.full((3,), torch.nan)
    save_file(tensors, folder / WEIGHTS, metadata=metadata)
    if change == "no safetensors":
        (folder / WEIGHTS).write_bytes(b"\x08\0\0\0\0\0\0\0notjson!")
    write_card(folder, read_card(folder))
    return find(place, "dcgan")


@pytest.mark.parametrize(
    "change",
    [
        "a tensor missing",
        "a tensor too many",
        "another shape",
        "unknown family",
        "no config",
        "config no JSON",
        "impossible config",
        "no safetensors",
        "not a number",
    ],
)
def test_weights_that_do_not_fit_are_bad_model(models: Path, tmp_path: Path, change: str) -> None:
    model = rewrite(models, tmp_path, change)
    arrays = inputs_of("dcgan", find(models, "dcgan"))
    with pytest.raises(EngineError) as caught:
        TorchBackend(device="cpu").open(model).run(**arrays)
    assert caught.value.kind == "bad_model"
    assert "\n" not in str(caught.value)
