"""From a checkpoint to a model folder; the exported network equals the trained one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from engines.data.masks import draw_mask
from engines.nets.registry import FAMILIES, Family, family
from engines.protocol.errors import EngineError
from engines.protocol.paths import shipped_models_dir
from engines.runtime.cards import NETWORK, PREVIEW, TRAINING, WEIGHTS, read_card
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend
from engines.train import checkpoint, recipe
from engines.train.ema import Average
from engines.train.publish import picture_for, publish
from engines.train.start import start_from, starting_from

TINY = {
    "dcgan": "size = 16\nlatent = 8\ngenerator = [8, 8]\ndiscriminator = [8, 8]",
    "portrait": "size = 16\nlatent = 8\nstyle = 12\ngenerator = [8, 8]\ndiscriminator = [8, 8]",
    "infogan": (
        "size = 16\nnoise = 5\ncategories = 3\ngenerator = [8, 8]\ndiscriminator = [8, 8]\n"
        "features = 8\nrecognition = 8"
    ),
    "context_encoder": (
        "size = 32\nencoder = [4, 4, 8, 8, 8]\ndecoder = [8, 8, 4, 4]\ndiscriminator = [4, 8]"
    ),
    "inpaint": (
        "size = 32\nlatent = 6\nstyle = 8\nwidths = [4, 4, 8]\ndilations = [1, 2]\n"
        "discriminator = [4, 8]"
    ),
}
INPAINTERS = [name for name in TINY if FAMILIES[name].task == "inpaint"]
TOLERANCE = 2e-3


def _text(name: str) -> str:
    kind = {"inpaint": "inpaint", "infogan": "codes"}.get(
        "inpaint" if name in INPAINTERS else name, "pictures"
    )
    return (
        f'name = "tiny"\ntitle = "Tiny"\nsummary = "For tests."\nfamily = "{name}"\n'
        f'[network]\n{TINY[name]}\n[data]\nkind = "{kind}"\nshown = true\n'
        "[schedule]\nsamples = 64\n"
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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Of a family: a folder with its run and its model, models/tiny. Made once, read only."""

    @cache
    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        publish(run_of(name, folder / "run"), folder / "models" / "tiny")
        return folder

    return make


@pytest.mark.parametrize("name", TINY)
def test_a_published_model_is_whole_and_its_onnx_is_equal(
    published: Callable[[str], Path], name: str
) -> None:
    model = published(name) / "models" / "tiny"
    card = read_card(model)
    assert card.training is not None
    assert card.training.images_seen == 64
    assert card.family == name
    tensors = load_file(model / TRAINING)
    assert {key.split(".")[0] for key in tensors} == {"generator", "discriminator"}
    assert_equal(model.parent, "tiny")
    network = (model / NETWORK).read_bytes()
    assert b".py" not in network, "no path of the machine it was made on"


@pytest.mark.parametrize("name", INPAINTERS)
def test_an_inpainter_shows_its_last_sheet_or_a_drawn_scene(
    published: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    model = published(name) / "models" / "tiny"
    with Image.open(model / PREVIEW) as drawn:
        assert drawn.size == (256, 256)
        assert len(drawn.getcolors(2**16) or []) > 1000
    assert read_card(model).size == 32
    sheets = tmp_path / "samples"
    sheets.mkdir()
    Image.new("RGB", (192, 256), (10, 200, 30)).save(sheets / "000000064.png")
    made, kin = recipe.parse(_text(name), "tiny.toml"), family(name)
    config = kin.parse(made.network)
    shown = picture_for(made, tmp_path, kin.generator(config), kin, config)
    assert shown.shape == (256, 256, 3)
    assert (shown == (10, 200, 30)).all()


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
    for batch, sides in ((1, (1, 1)), (3, (1, 2)), (2, (3, 2))):
        inputs = example(kin, config, batch, sides, rng)
        (ours,) = session.run(**inputs).values()
        with torch.no_grad():
            theirs = network(*(torch.from_numpy(array) for array in inputs.values())).numpy()
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() <= TOLERANCE


def example(
    kin: Family, config: Any, batch: int, sides: tuple[int, int], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    z = rng.standard_normal((batch, kin.latent(config)), dtype=np.float32)
    if kin.task == "generate":
        moved = 0.1 * rng.standard_normal((batch, *kin.offset(config)), dtype=np.float32)
        return {"z": z, "truncation": np.array([0.7], np.float32), "offset": moved}
    if kin.task == "inpaint":
        height, width = (config.size * (side if kin.multiple else 1) for side in sides)
        image = rng.uniform(-1, 1, (batch, 3, height, width)).astype(np.float32)
        mask = np.stack([draw_mask(rng, height, width) for _ in range(batch)])
        return {"image": image, "mask": mask[:, None].astype(np.float32), "z": z}
    chord = np.eye(13, dtype=np.float32)[rng.integers(0, 12, batch)]
    previous = np.zeros((batch, 1, 16, 128), np.float32)
    previous[:, 0, np.arange(16), rng.integers(48, 72, 16)] = 1
    inputs = {"z": z, "chord": chord, "previous": previous}
    if config.variant == "gated":
        inputs["creativity"] = rng.uniform(0, 1, (batch, 1)).astype(np.float32)
    return inputs


def test_the_models_stay_small() -> None:
    folders = [p.parent for p in shipped_models_dir().glob("*/card.toml")]
    sizes = {f.name: sum(p.stat().st_size for p in f.iterdir()) for f in folders}
    assert all(size < 15 * 2**20 for size in sizes.values()), sizes
    assert sum(sizes.values()) < 150 * 2**20
    assert all((f / NETWORK).exists() for f in folders)


def test_a_run_can_start_from_a_published_model(published: Callable[[str], Path]) -> None:
    folder = published("dcgan")
    kin = family("dcgan")
    config = kin.parse(recipe.parse(_text("dcgan"), "tiny.toml").network)
    torch.manual_seed(1)
    networks = {"generator": kin.generator(config), "discriminator": kin.discriminator(config)}
    start_from("tiny", networks, Library([folder / "models"]))
    saved = checkpoint.read_networks(folder / "run" / checkpoint.FILE)
    for name, network in networks.items():
        for key, tensor in network.state_dict().items():
            assert torch.allclose(tensor, saved[name][key], rtol=1e-3, atol=1e-4), key


def test_a_start_of_another_shape_is_refused(published: Callable[[str], Path]) -> None:
    config = family("portrait").parse(recipe.parse(_text("portrait"), "tiny.toml").network)
    networks = {"generator": family("portrait").generator(config)}
    with pytest.raises(EngineError, match="another shape"):
        start_from("tiny", networks, Library([published("dcgan") / "models"]))


def test_a_run_can_start_from_a_folder_outside_the_library(
    published: Callable[[str], Path],
) -> None:
    folder = published("dcgan")
    told = recipe.parse(_text("dcgan"), "tiny.toml")
    kin = family("dcgan")
    network = kin.generator(kin.parse(told.network))
    told = starting_from(told, folder / "models" / "tiny")
    start_from(told.start_from, {"generator": network})
    saved = checkpoint.read_networks(folder / "run" / checkpoint.FILE)["generator"]
    for key, tensor in network.state_dict().items():
        assert torch.allclose(tensor, saved[key], rtol=1e-3, atol=1e-4), key


def test_a_start_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=f"no model in {tmp_path}"):
        starting_from(recipe.parse(_text("dcgan"), "tiny.toml"), tmp_path)
