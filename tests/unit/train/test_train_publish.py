"""From a checkpoint to a model folder; the exported network equals the trained one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from engines.nets.registry import FAMILIES, family
from engines.protocol.errors import EngineError
from engines.protocol.paths import shipped_models_dir
from engines.runtime.cards import NETWORK, TRAINING, WEIGHTS, read_card
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend
from engines.train import checkpoint, recipe
from engines.train.ema import Average
from engines.train.publish import publish
from engines.train.start import start_from

TINY = {
    "dcgan": "size = 16\nlatent = 8\ngenerator = [8, 8]\ndiscriminator = [8, 8]",
    "portrait": "size = 16\nlatent = 8\nstyle = 12\ngenerator = [8, 8]\ndiscriminator = [8, 8]",
}
TOLERANCE = 2e-3


def _text(name: str) -> str:
    return (
        f'name = "tiny"\ntitle = "Tiny"\nsummary = "For tests."\nfamily = "{name}"\n'
        f'[network]\n{TINY[name]}\n[data]\nkind = "pictures"\n[schedule]\nsamples = 64\n'
    )


def run_of(name: str, folder: Path) -> Path:
    """A checkpoint as a run leaves it, of untrained networks."""
    text = _text(name)
    made = recipe.parse(text, "tiny.toml")
    kin = family(name)
    config = kin.parse(made.network)
    torch.manual_seed(0)
    generator = kin.generator(config)
    networks = {
        "generator": generator,
        "discriminator": kin.discriminator(config),
        "average": Average(generator, 10).network,
    }
    progress = checkpoint.Progress(step=2, samples=64, seconds=1.5, recipe=text)
    folder.mkdir(exist_ok=True)
    checkpoint.save(folder / checkpoint.FILE, networks, {}, progress)
    return folder / checkpoint.FILE


@pytest.mark.parametrize("name", TINY)
def test_a_published_model_is_whole_and_its_onnx_is_equal(tmp_path: Path, name: str) -> None:
    card = publish(run_of(name, tmp_path / "run"), tmp_path / "models" / "tiny")
    assert card.training.images_seen == 64
    assert read_card(tmp_path / "models" / "tiny").family == name
    tensors = load_file(tmp_path / "models" / "tiny" / TRAINING)
    assert {key.split(".")[0] for key in tensors} == {"generator", "discriminator"}
    assert_equal(tmp_path / "models", "tiny")
    network = (tmp_path / "models" / "tiny" / NETWORK).read_bytes()
    assert b".py" not in network, "no path of the machine it was made on"


@pytest.mark.parametrize(
    "name", sorted(p.parent.name for p in shipped_models_dir().glob("*/card.toml"))
)
def test_every_shipped_onnx_equals_its_weights(name: str) -> None:
    assert_equal(shipped_models_dir(), name)


def assert_equal(models: Path, name: str) -> None:
    model = Library([models]).get(name)
    session = OnnxBackend(threads=1).open(model)
    with safe_open(models / name / WEIGHTS, framework="pt") as file:
        metadata = file.metadata()
        state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    kin = FAMILIES[metadata["family"]]
    config = kin.parse(json.loads(metadata["config"]))
    network = kin.generator(config).eval()
    network.load_state_dict(state)
    rng = np.random.default_rng(0)
    for batch in (1, 3):
        inputs = example(kin.task, kin.latent(config), kin.offset(config), batch, rng)
        (ours,) = session.run(**inputs).values()
        with torch.no_grad():
            theirs = network(*(torch.from_numpy(array) for array in inputs.values())).numpy()
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() <= TOLERANCE


def example(
    task: str, latent: int, offset: int, batch: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    z = rng.standard_normal((batch, latent), dtype=np.float32)
    if task == "generate":
        moved = 0.1 * rng.standard_normal((batch, offset), dtype=np.float32)
        return {"z": z, "truncation": np.array([0.7], np.float32), "offset": moved}
    chord = np.eye(13, dtype=np.float32)[rng.integers(0, 12, batch)]
    previous = np.zeros((batch, 1, 16, 128), np.float32)
    previous[:, 0, np.arange(16), rng.integers(48, 72, 16)] = 1
    return {"z": z, "chord": chord, "previous": previous}


def test_the_models_stay_small() -> None:
    folders = [p.parent for p in shipped_models_dir().glob("*/card.toml")]
    sizes = {f.name: sum(p.stat().st_size for p in f.iterdir()) for f in folders}
    assert all(size < 15_000_000 for size in sizes.values()), sizes
    assert sum(sizes.values()) < 150_000_000
    assert all((f / NETWORK).exists() for f in folders)


def test_a_run_can_start_from_a_published_model(tmp_path: Path) -> None:
    publish(run_of("dcgan", tmp_path / "run"), tmp_path / "models" / "tiny")
    kin = family("dcgan")
    config = kin.parse(recipe.parse(_text("dcgan"), "tiny.toml").network)
    torch.manual_seed(1)
    networks = {"generator": kin.generator(config), "discriminator": kin.discriminator(config)}
    start_from("tiny", networks, Library([tmp_path / "models"]))
    saved = checkpoint.read_networks(tmp_path / "run" / checkpoint.FILE)
    for name, network in networks.items():
        for key, tensor in network.state_dict().items():
            assert torch.allclose(tensor, saved[name][key], rtol=1e-3, atol=1e-4), key


def test_a_start_of_another_shape_is_refused(tmp_path: Path) -> None:
    publish(run_of("dcgan", tmp_path / "run"), tmp_path / "models" / "tiny")
    config = family("portrait").parse(recipe.parse(_text("portrait"), "tiny.toml").network)
    networks = {"generator": family("portrait").generator(config)}
    with pytest.raises(EngineError, match="another shape"):
        start_from("tiny", networks, Library([tmp_path / "models"]))
