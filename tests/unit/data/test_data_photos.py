"""Photographs: sets, the held-out part, what is dropped, random crops."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engines.data.photos import (
    KEPT,
    central_squares,
    crop,
    flatness,
    load_photos,
    share_of_sets,
)
from engines.data.pictures import load_pictures
from engines.protocol.errors import EngineError


def _noise(seed: int, height: int = 60, width: int = 80) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def _chart(height: int = 60, width: int = 80) -> np.ndarray:
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[height // 2] = 0
    return picture


def _write(path: Path, pictures: dict[str, np.ndarray]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, pixels in pictures.items():
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG")
            archive.writestr(name, buffer.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "sets"
    place.mkdir()
    photos = {f"a/training/{i:02}.png": _noise(i) for i in range(30)}
    photos |= {f"a/validation/{i}.png": _noise(100 + i) for i in range(5)}
    _write(place / "photos.zip", {**photos, "a/training/04-chart.png": _chart()})
    rendered = {f"images/{i:02}.png": _noise(200 + i, 24, 24) for i in range(20)}
    labels = {f"labels/{i:02}.png": _chart(24, 24) for i in range(20)}
    _write(place / "rendered.zip", {**rendered, **labels, "pairs/0.png": _noise(9)})
    (place / "weights.safetensors").write_bytes(b"not a picture")
    return place


def test_every_zip_of_a_folder_is_a_set(folder: Path) -> None:
    photos, rendered = load_photos(folder, 32, "all")
    assert (photos.name, rendered.name) == ("photos", "rendered")
    assert (len(photos), len(rendered)) == (35, 20)
    assert all(name.startswith("images/") for name in rendered.names)
    assert rendered.photos[0].shape == (32, 32, 3), "enlarged to a crop"
    (alone,) = load_photos(folder / "photos.zip", 32, "all")
    assert alone.names == photos.names


def test_charts_among_photographs_are_dropped_with_what_was_measured(folder: Path) -> None:
    (photos,) = load_photos(folder / "photos.zip", 32)
    (dropped,) = photos.dropped
    assert dropped.name == "a/training/04-chart.png"
    assert "a chart or drawing: 9" in dropped.reason
    assert flatness(_chart()) > 0.9
    assert flatness(_noise(0)) < 0.01


def test_nothing_is_dropped_from_a_set_of_drawings(tmp_path: Path) -> None:
    _write(tmp_path / "drawn.zip", {f"{i}.png": _chart() for i in range(20)})
    (drawn,) = load_photos(tmp_path / "drawn.zip", 32, "all")
    assert (len(drawn), drawn.dropped) == (20, ())


def test_validation_folders_and_one_in_ten_are_held_out(folder: Path) -> None:
    (train,) = load_photos(folder / "photos.zip", 32)
    (held,) = load_photos(folder / "photos.zip", 32, "held_out")
    assert not set(train.names) & set(held.names)
    assert len(train) + len(held) == 35
    assert sum("validation" in name for name in held.names) == 5
    assert sum("training" in name for name in held.names) == 3


def test_plain_sets_are_split_as_generators_split_them(tmp_path: Path) -> None:
    _write(tmp_path / "faces.zip", {f"{i:03}.png": _noise(i, 16, 16) for i in range(40)})
    for part in ("train", "held_out"):
        (ours,) = load_photos(tmp_path / "faces.zip", 16, part)
        theirs = load_pictures(tmp_path / "faces.zip", 16, part)
        assert ours.names == theirs.names
        assert np.array_equal(central_squares(ours.photos, 16), theirs.pixels)


def test_large_pictures_are_kept_small_enough(tmp_path: Path) -> None:
    _write(tmp_path / "big.zip", {"a.png": _noise(0, 500, 700), "b.png": _noise(1, 300, 100)})
    (big,) = load_photos(tmp_path / "big.zip", 128, "all")
    assert big.photos[0].shape == (KEPT, 538, 3)
    assert big.photos[1].shape == (384, 128, 3)


@given(st.integers(0, 2**32), st.integers(16, 60), st.integers(16, 60))
def test_a_crop_has_its_size_and_its_seed(seed: int, height: int, width: int) -> None:
    photo = _noise(3, height, width)
    one, other = (crop(photo, 16, np.random.default_rng(seed)) for _ in range(2))
    assert one.shape == (16, 16, 3)
    assert np.array_equal(one, other)


def test_sets_are_shown_as_often_as_the_recipe_says(tmp_path: Path) -> None:
    shares = share_of_sets(["photos", "rendered"], {"photos": 3.0}, tmp_path)
    assert shares.tolist() == [0.75, 0.25]
    with pytest.raises(EngineError, match="names the set 'paintings'"):
        share_of_sets(["photos"], {"paintings": 1.0}, tmp_path)


def test_no_picture_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no picture"):
        load_photos(tmp_path, 32)


def test_enough_photographs_are_held_out_to_measure_on(shared_data: Path) -> None:
    (held,) = load_photos(shared_data / "photos" / "photos.zip", 128, "held_out")
    (train,) = load_photos(shared_data / "photos" / "photos.zip", 128)
    assert len(held) >= 60
    assert len(train) >= 190
    assert 20 <= len(held.dropped) + len(train.dropped) <= 30
