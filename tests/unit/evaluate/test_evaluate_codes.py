"""Measuring codes: a network that reads perfectly, one that learned nothing, runs beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engines import cli
from engines.data.digits import Digits
from engines.evaluate import evaluate
from engines.evaluate.code_directions import code_ways, looks
from engines.evaluate.recognition import Codes, Recogniser, find_labels, load_recogniser
from engines.nets.infogan import Discriminator, Generator, InfoGANConfig
from engines.protocol.errors import EngineError
from engines.runtime.directions import of_model
from engines.runtime.library import Library
from engines.train import checkpoint, recipe
from engines.train.launch import train
from engines.train.publish import publish

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
[data]
kind = "codes"
labels = ["square", "bar", "dot"]
[objective]
information = {information}
[schedule]
samples = 16
batch = 8
seed = {seed}
"""


def model(
    folder: Path, data: Path, seed: int = 0, information: float = 1.0, grey: bool = True
) -> Path:
    values = {"categories": 3 if grey else 0, "grey": str(grey).lower()}
    text = RECIPE.format(seed=seed, information=information, **values)
    train(recipe.parse(text, "tiny.toml"), data, folder / "run")
    publish(folder / "run" / checkpoint.FILE, folder / "tiny")
    return folder / "tiny"


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 400)
    pixels = rng.integers(0, 60, (400, 16, 16), np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        picture[[slice(2, 14), slice(6, 9), slice(6, 8)][label], 6:9] = 255
    np.savez(tmp_path / "shapes.npz", x=pixels, y=labels)
    return tmp_path / "shapes.npz"


def test_a_model_is_measured_beside_other_runs(tmp_path: Path, digits: Path) -> None:
    ours = model(tmp_path / "0", digits)
    beside = [model(tmp_path / "1", digits, seed=1), model(tmp_path / "2", digits, information=0)]
    found = evaluate(
        ours, digits, samples=30, threads=1, sheet=tmp_path / "sheet.png", beside=beside
    )
    assert {"code_purity", "code_purity_ceiling", "code_purity_ok"} <= found.keys()
    runs = [found[f"code_purity_run_seed_{seed}_at_0k"] for seed in (0, 1)]
    assert found["code_purity_runs_mean_at_0k"] == pytest.approx(np.mean(runs), abs=1e-3)
    assert found["code_purity"] == runs[0]
    assert "code_purity_without_information_seed_0_at_0k" in found
    assert {"category_read_back_share", "code_2_read_back_correlation"} <= found.keys()
    assert "sliced_wasserstein_floor_ratio" in found
    assert found["notes"][0].startswith("The categories, matched to labels: 0: ")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (3 * 160 + 2 * 24, 28 + 3 * 16), "two codes, and real pictures"


def test_factors_of_pictures_are_followed(tmp_path: Path) -> None:
    folder, rng = tmp_path / "faces", np.random.default_rng(0)
    folder.mkdir()
    rows = []
    for index in range(250):
        Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)).save(folder / f"{index}.png")
        rows.append(f'{{"file": "{index}.png", "seed": {index}, "yaw": {rng.normal()}}}')
    (folder / "meta.jsonl").write_text("\n".join(rows))
    ours = model(tmp_path, folder, grey=False)
    found = evaluate(ours, folder, samples=30, threads=1, sheet=tmp_path / "sheet.png")
    assert {"yaw_best_code_spearman", "yaw_code_1_pearson", "yaw_code_2_spearman"} <= found.keys()
    assert 0 <= found["yaw_best_code_spearman"] < 0.6
    assert "code_purity" not in found


def test_directions_are_written_and_found_again(tmp_path: Path, digits: Path) -> None:
    ours = model(tmp_path, digits)
    words = ["latent", "directions", "--model", str(ours), "--find", "--data", str(digits)]
    assert cli.main([*words, "--write"]) == 0
    ways = of_model(Library([tmp_path]).get("tiny"))
    assert list(ways) == ["category", "code-1", "code-2"]
    assert len(set(ways["category"].info.choices)) == 3
    assert ways["category"].vectors.shape == (3, 1, 5)
    assert {way.info.method for way in ways.values()} == {"code"}


def test_a_choice_of_category_is_what_the_generator_takes() -> None:
    config = InfoGANConfig(
        size=16, noise=4, categories=3, generator=(8, 8), discriminator=(8, 8), features=8,
        recognition=8,
    )  # fmt: skip
    torch.manual_seed(0)
    generator = Generator(config).eval()
    ours = Recogniser(Discriminator(config), config, {"data": {"labels": ["a", "b", "c"]}})
    real = np.random.default_rng(0).integers(0, 256, (9, 16, 16, 1), np.uint8)
    category, one, other = code_ways(ours, generator, real, np.eye(3, dtype=np.int64)[[2, 0, 1]])
    assert category.info.choices == ("a", "b", "c")
    z = torch.randn(4, config.latent)
    for place, means in enumerate((1, 2, 0)):  # "a" is what category 1 was matched to, and so on
        move = torch.from_numpy(category.move(place))[None].expand(4, -1, -1)
        assert generator.codes(z, move)[:, :3].argmax(dim=1).tolist() == [means] * 4
    moved = generator.codes(z, torch.from_numpy(one.move(0.5))[None].expand(4, -1, -1))
    assert (moved - generator.codes(z)).abs()[0].tolist() == pytest.approx([0, 0, 0, 0.5, 0])
    assert one.info.title != other.info.title


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ([[0, 9, 1], [1, 0, 9], [9, 0, 0]], ("a", "b", "c")),
        ([[5, 5, 0], [0, 0, 9], [1, 1, 9]], ("a or b", "c", "c (2)")),
        ([[0, 0, 0], [9, 9, 0], [0, 0, 1]], ("a or b", "c", "Kind 1")),
    ],
)
def test_categories_are_called_after_what_they_hold(
    table: list[list[int]], names: tuple[str, ...]
) -> None:
    config = InfoGANConfig(
        size=16, noise=4, categories=3, continuous=1, generator=(8, 8), discriminator=(8, 8)
    )
    ours = Recogniser(Discriminator(config), config, {"data": {"labels": ["a", "b", "c"]}})
    real = np.zeros((2, 16, 16, 1), np.uint8)
    assert code_ways(ours, Generator(config).eval(), real, np.array(table))[0].info.choices == names


class _Perfect(Recogniser):
    """Reads the first pixel, as if it were the category."""

    def read(self, pixels: np.ndarray) -> Codes:
        return Codes(pixels[:, 0, 0, 0].astype(np.int64), np.zeros((len(pixels), 0), np.float32))


def test_a_perfect_reader_is_pure() -> None:
    config = InfoGANConfig(categories=4, continuous=0)
    labels = np.array([3, 2, 1, 0, 0])
    pixels = np.zeros((5, 32, 32), np.uint8)
    pixels[:, 0, 0] = (labels + 1) % 4
    found = find_labels(_Perfect(Discriminator(config), config, {}), Digits(pixels, labels))
    assert found.purity == 1.0
    assert found.matching == [3, 0, 1, 2]


def test_looks_by_hand() -> None:
    upright, leaning = np.zeros((2, 1, 9, 9, 1), np.uint8)
    upright[0, 1:8, 4] = 255
    for row in range(1, 8):
        leaning[0, row, 8 - row] = 255  # a pixel to the right for each upwards
    for picture, slant in ((upright, 0.0), (leaning, 1.0)):
        found = looks(picture)
        assert found["Slant"][0] == pytest.approx(slant, abs=1e-4)
        assert found["Weight"][0] == pytest.approx(7 / 81, abs=1e-4)
        assert found["Height"][0] == pytest.approx(2.0, abs=1e-3)  # of -3 .. 3
        assert found["Width"][0] == pytest.approx(2.0 * slant, abs=1e-3)


def test_another_family_has_no_codes(tmp_path: Path, digits: Path) -> None:
    ours = model(tmp_path, digits)
    card = (ours / "card.toml").read_text()
    (ours / "card.toml").write_text(card.replace('family = "infogan"', 'family = "dcgan"'))
    with pytest.raises(EngineError, match="tiny has no codes"):
        load_recogniser(Library([tmp_path]).get("tiny"))
    with pytest.raises(EngineError, match="no codes to compare"):
        evaluate(ours, digits, beside=[ours])


def test_a_damaged_network_is_named(tmp_path: Path, digits: Path) -> None:
    ours = model(tmp_path, digits)
    (ours / "training.safetensors").write_bytes(b"nothing")
    with pytest.raises(EngineError, match=r"training\.safetensors of tiny cannot be read"):
        load_recogniser(Library([tmp_path]).get("tiny"))
