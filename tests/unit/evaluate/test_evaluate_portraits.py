"""A generator measured as a whole, from its folder to the flat figures."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import drawn_faces
import numpy as np
import pytest
import tiny_models
import tomli_w

from engines.data.pictures import load_pictures
from engines.evaluate import evaluate
from engines.evaluate.figures import collect
from engines.evaluate.pictures import Pictures, RealPictures, load_real
from engines.evaluate.portraits import measure
from engines.evaluate.sampling import draw, find_model
from engines.protocol.errors import EngineError


@pytest.fixture(scope="module")
def real() -> RealPictures:
    training, _ = drawn_faces.draw_faces(360, seed=1)
    held_out, _ = drawn_faces.draw_faces(60, seed=2)
    return RealPictures(training, held_out)


def figures(samples: Pictures, real: RealPictures) -> dict[str, float]:
    return {figure.name: figure.value for figure in collect(measure(samples, real))}


def test_new_real_pictures_are_at_the_floor(real: RealPictures) -> None:
    result = measure(drawn_faces.draw_faces(60, seed=3)[0], real)
    assert result["sliced_wasserstein_floor_ratio"] == pytest.approx(1, abs=0.35)
    assert result["sliced_wasserstein_floor_ratio_ok"] is True
    assert result["high_frequency_energy_ratio"] == pytest.approx(1, abs=0.2)
    assert result["repeated_samples_in_200"] == 0
    assert result["near_duplicate_share"] < 0.1
    assert result["sliced_wasserstein_mean_x1000"] < result["sliced_wasserstein_mean_x1000_ceiling"]


def test_copies_of_training_pictures_are_flagged(real: RealPictures) -> None:
    found = figures(real.training[100:160], real)
    assert found["near_duplicate_share"] == 1
    assert found["nearest_training_distance_median_8bit"] == 0
    assert found["sliced_wasserstein_floor_ratio"] < 1.5


def test_one_picture_again_and_again_is_flagged(real: RealPictures) -> None:
    found = figures(np.repeat(drawn_faces.draw_faces(1, seed=9)[0], 60, axis=0), real)
    assert found["repeated_samples_in_200"] == 59
    assert found["sliced_wasserstein_floor_ratio"] > 2.5


def test_noise_is_at_the_ceiling(real: RealPictures) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    result = measure(noise, real)
    for name in ("sliced_wasserstein_floor_ratio", "nyquist_energy_ratio"):
        assert result[name] == pytest.approx(result[name + "_ceiling"], rel=0.1)
        assert result[name + "_ok"] is False


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_models.make_generator(tmp_path / "models")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    pictures, _ = drawn_faces.draw_faces(220, 16)
    return drawn_faces.write_zip(tmp_path / "faces.zip", pictures)


def test_a_model_is_measured_twice_the_same(model: Path, data: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    sheet = tmp_path / "sheet.png"
    first, second = (
        evaluate(model, data, samples=40, seed=7, sheet=sheet, progress=lambda *a: told.append(a))
        for _ in range(2)
    )
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert first["samples"] == 40
    assert first["compared"] == len(load_real(data, 16).held_out)
    assert sheet.is_file()
    assert told[-1] == (100, 100, "")
    assert any("no attributes" in note for note in first["notes"])
    assert json.loads(json.dumps(first)) == first
    assert tomllib.loads(tomli_w.dumps(first)) == first


def test_samples_are_those_of_the_same_seeds(model: Path) -> None:
    found = find_model(model)
    assert np.array_equal(draw(found, 3, seed=5)[1:], draw(found, 2, seed=6))


def test_bad_requests_name_what_is_wrong(model: Path, data: Path, tmp_path: Path) -> None:
    composer = tiny_models.make_composer(tmp_path / "models")
    weights = tmp_path / "none.safetensors"
    for folder, options, words in (
        (tmp_path / "models" / "nobody", {}, "nobody"),
        (model, {"samples": 3}, "3 samples"),
        (model, {"features": weights, "samples": 20}, "none.safetensors"),
        (composer, {"features": weights}, "features"),
        (composer, {"sheet": tmp_path / "x.png"}, "sheet"),
    ):
        with pytest.raises(EngineError, match=words) as caught:
            evaluate(folder, data, **options)
        assert caught.value.kind == "bad_input"


def test_the_measure_holds_on_the_training_data(shared_data: Path) -> None:
    """Training pictures of the real set as samples: at the floor, complete, and all copies."""
    pixels = load_pictures(shared_data / "portraits" / "toons.zip", 32, "all").pixels
    result = measure(pixels[1000:1200], RealPictures(pixels[:2000], pixels[2000:2200]))
    assert result["sliced_wasserstein_floor_ratio"] == pytest.approx(1, abs=0.35)
    assert result["near_duplicate_share"] == 1
    assert result["repeated_samples_in_200"] == 0
