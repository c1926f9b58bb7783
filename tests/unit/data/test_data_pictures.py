"""Reading pictures, the held-out part."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engines.data.pictures import held_out, load_pictures
from engines.protocol.errors import EngineError


def _png(colour: tuple[int, int, int], size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as file:
        for index in range(40):
            file.writestr(f"images/{index:03d}.png", _png((index, 0, 0)))
        file.writestr("images/broken.png", b"no picture")
        file.writestr("notes.txt", b"not looked at")
    return path


def test_zip_and_folder_give_the_same_pictures(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    zipped, loose = load_pictures(archive, 8, "all"), load_pictures(folder, 8, "all")
    assert zipped.names == loose.names
    assert np.array_equal(zipped.pixels, loose.pixels)
    assert zipped.pixels.shape == (40, 8, 8, 3)


def test_a_broken_file_is_dropped_with_its_reason(archive: Path) -> None:
    (dropped,) = load_pictures(archive, 8, "all").dropped
    assert dropped.name == "images/broken.png"
    assert dropped.reason


def test_held_out_and_training_pictures_are_all_and_share_none(archive: Path) -> None:
    train, held = load_pictures(archive, 8), load_pictures(archive, 8, "held_out")
    assert len(held) == 4
    assert not set(train.names) & set(held.names)
    assert len(train) + len(held) == 40


@given(st.integers(2, 12), st.integers(0, 1000))
def test_holding_out_meets_every_kind_of_a_periodic_set(period: int, offset: int) -> None:
    kinds = {(i + offset) % period for i in range(10_000) if held_out(i)}
    assert len(kinds) == period


def test_one_picture_in_ten_is_held_out() -> None:
    assert all(sum(held_out(10 * k + i) for i in range(10)) == 1 for k in range(1000))


def test_no_picture_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no picture"):
        load_pictures(tmp_path, 8)
    with pytest.raises(EngineError, match="There is no folder or zip"):
        load_pictures(tmp_path / "missing", 8)
    (tmp_path / "fake.zip").write_bytes(b"not a zip")
    with pytest.raises(EngineError, match="is not a zip"):
        load_pictures(tmp_path / "fake.zip", 8)
