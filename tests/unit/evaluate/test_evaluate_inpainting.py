"""An inpainter measured beside the classical methods, from its folder to the flat figures."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tiny_models
import tomli_w
from PIL import Image

from engines.data.masks import centre
from engines.evaluate import evaluate
from engines.evaluate.fills import (
    BASELINES,
    decibel,
    difference,
    errors,
    fill_all,
    gradient_energy,
)
from engines.evaluate.inpainting import Filled, measure
from engines.protocol.errors import EngineError

SIZE = 64


def scenes(count: int, size: int = SIZE) -> np.ndarray:
    """Smooth slopes with some grain: easy to continue, hard to guess from the mean."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:size, 0:size] / size
    made = []
    for _ in range(count):
        a, b, c = rng.uniform(-1, 1, (3, 3))
        picture = 128 + 90 * (a * x[..., None] + b * y[..., None]) + 30 * c
        made.append(picture + rng.normal(0, 3, picture.shape))
    return np.clip(np.rint(made), 0, 255).astype(np.uint8)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for index, picture in enumerate(scenes(220)):
        Image.fromarray(picture).save(folder / f"{index:03}.png")
    return folder


def holes(count: int) -> np.ndarray:
    return np.stack([centre(np.random.default_rng(0), SIZE, SIZE)] * count)


def test_the_baselines_change_only_the_hole_and_do_not_look_into_it() -> None:
    real, gaps = scenes(4), holes(4)
    noise = np.random.default_rng(1).integers(0, 256, real.shape, np.uint8)
    for name, way in BASELINES.items():
        filled = fill_all(way, real, gaps)
        assert np.array_equal(filled[~gaps], real[~gaps]), name
        other = fill_all(way, np.where(gaps[..., None], noise, real), gaps)
        assert np.array_equal(filled, other), name


def test_methods_that_continue_slopes_are_nearer_than_the_mean() -> None:
    real, gaps = scenes(8), holes(8)
    found = {
        name: decibel(errors(fill_all(way, real, gaps), real, gaps)[1])
        for name, way in BASELINES.items()
    }
    assert found["telea"] > found["mean"] + 1
    assert found["navier_stokes"] > found["mean"] + 1


def test_errors_are_those_of_the_hole() -> None:
    real, gaps = np.full((1, SIZE, SIZE, 3), 100, np.uint8), holes(1)
    fill = np.where(gaps[..., None], np.uint8(151), real)
    absolute, squared = errors(fill, real, gaps)
    assert absolute == pytest.approx(0.2)
    assert squared == pytest.approx(0.04)
    assert decibel(squared) == pytest.approx(13.98, abs=0.01)
    assert difference(fill, real, gaps) == pytest.approx(20)
    assert gradient_energy(fill, gaps) == 0, "the rim is not inside"


def test_the_original_meets_every_target_and_a_flat_fill_none() -> None:
    real, gaps = scenes(24), holes(24)
    ways = {name: fill_all(way, real, gaps) for name, way in BASELINES.items()}
    shifted = np.where(gaps[..., None], np.minimum(real, 247) + np.uint8(8), real)
    figures = measure(Filled("centre", gaps, {**ways, "model": real}, shifted), real)
    assert {figure.name: figure.ok for figure in figures if figure.ok is False} == {}
    flat = measure(Filled("centre", gaps, {**ways, "model": ways["mean"]}, ways["mean"]), real)
    missed = {figure.name for figure in flat if figure.ok is False}
    assert missed == {
        "centre_psnr_over_telea_db",
        "centre_model_gradient_energy_ratio",
        "centre_two_seeds_differ_percent",
    }


def test_a_model_is_measured_twice_the_same(data: Path, tmp_path: Path) -> None:
    model = tiny_models.make_inpainter(tmp_path / "models", size=SIZE)
    told: list[tuple[int, int, str]] = []
    sheet = tmp_path / "sheet.png"
    first, second = (
        evaluate(model, data, seed=3, sheet=sheet, progress=lambda *args: told.append(args))
        for _ in range(2)
    )
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert first["held_out"] == 22
    assert first["centre_known_pixels_changed_share"] == 0
    assert first["freeform_two_seeds_differ_percent"] > 1
    assert first["scratches_telea_psnr_db"] > first["freeform_telea_psnr_db"]
    assert "scratches_psnr_over_telea_db_ok" not in first
    assert told[-1] == (100, 100, "")
    with Image.open(sheet) as picture:
        assert picture.width == 7 * SIZE
    assert json.loads(json.dumps(first)) == first
    assert tomllib.loads(tomli_w.dumps(first)) == first


def test_a_context_encoder_is_measured_on_its_middle_only(data: Path, tmp_path: Path) -> None:
    model = tiny_models.make_inpainter(tmp_path / "models", family="context_encoder", size=SIZE)
    found = evaluate(model, data, samples=20)
    assert found["samples"] == 20
    assert not any(name.startswith(("freeform", "scratches")) for name in found)
    assert "centre_two_seeds_differ_percent_target_min" not in found
    assert "no other hole" in found["notes"][0]


def test_features_and_too_few_pictures(data: Path, tmp_path: Path, shared_data: Path) -> None:
    model = tiny_models.make_inpainter(tmp_path / "models", size=SIZE)
    weights = shared_data / "features" / "squeezenet1_0_imagenet_fp16.safetensors"
    found = evaluate(model, data, samples=20, features=weights)
    assert found["freeform_telea_feature_distance_x1000"] > 0
    with pytest.raises(EngineError, match="3 held-out pictures are too few"):
        evaluate(model, data, samples=3)
