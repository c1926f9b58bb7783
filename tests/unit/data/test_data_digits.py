"""Labelled grey pictures: both forms, the held-out part, and damaged files."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from engines.data.digits import holds_digits, load_digits, load_pixels, read_idx
from engines.data.pictures import held_out
from engines.protocol.errors import EngineError

PIXELS = np.arange(40, dtype=np.uint8)[:, None, None] * np.ones((1, 6, 6), np.uint8)
LABELS = (np.arange(40) % 10).astype(np.uint8)


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "idx"
    made.mkdir()
    for part, some in (("train", slice(0, 30)), ("t10k", slice(30, 40))):
        pictures, labels = idx(PIXELS[some]), idx(LABELS[some])
        (made / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(pictures))
        (made / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    return made


@pytest.mark.parametrize("names", [("x", "y"), ("images", "labels")])
def test_an_npz_is_split_and_padded(tmp_path: Path, names: tuple[str, str]) -> None:
    path = tmp_path / "set.npz"
    np.savez_compressed(path, **dict(zip(names, (PIXELS, LABELS), strict=True)))
    assert holds_digits(path)
    rest, kept = load_digits(path, 9, "train"), load_digits(path, 9, "held_out")
    assert (len(rest), len(kept)) == (36, 4)
    assert kept.pixels[:, 1, 1].tolist() == [i for i in range(40) if held_out(i)]
    assert kept.labels.tolist() == [i % 10 for i in range(40) if held_out(i)]
    assert kept.pixels.shape == (4, 9, 9)
    assert not kept.pixels[:, 0].any(), "one row above, two below"
    assert not kept.pixels[:, -2:].any()
    assert load_pixels(path, 9).shape == (36, 9, 9, 1)


def test_idx_files_have_a_part_of_their_own_held_out(folder: Path) -> None:
    assert holds_digits(folder)
    rest, kept = load_digits(folder, 6), load_digits(folder, 6, "held_out")
    assert np.array_equal(rest.pixels, PIXELS[:30])
    assert np.array_equal(kept.pixels, PIXELS[30:])
    assert kept.labels.tolist() == LABELS[30:].tolist()


def test_a_set_without_a_part_to_measure_with_may_do_without(folder: Path) -> None:
    for file in folder.glob("t10k-*"):
        file.unlink()
    assert len(load_pixels(folder, 32)) == 30
    assert load_pixels(folder, 32, "held_out", least=0).shape == (0, 32, 32, 1)
    with pytest.raises(EngineError, match="t10k-images"):
        load_pixels(folder, 32, "held_out")


def test_other_sources_hold_no_digits(tmp_path: Path) -> None:
    assert not holds_digits(tmp_path)
    assert not holds_digits(tmp_path / "faces.zip")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"0",
        lambda data: data[:3],
        lambda data: b"\x00\x00\x0d\x03" + data[4:],
        lambda data: b"PK\x03\x04" + data[4:],
        lambda data: data[:4] + b"\xff\xff\xff\xff" * 3 + data[16:],
    ],
)
def test_a_damaged_idx_file_is_named(tmp_path: Path, change: object) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(change(idx(PIXELS)))  # type: ignore[operator]
    with pytest.raises(EngineError, match="train-images-idx3-ubyte cannot be read") as caught:
        read_idx(path)
    assert caught.value.kind == "bad_input"


@pytest.mark.parametrize("data", [gzip.compress(idx(PIXELS))[:-9], idx(PIXELS), b""])
def test_a_damaged_compressed_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(data)
    with pytest.raises(EngineError, match=r"ubyte\.gz cannot be read"):
        read_idx(path)


def test_missing_labels_are_told(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(EngineError, match="does not hold train-images-idx3-ubyte and its labels"):
        load_digits(folder, 6)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"x": PIXELS}, "it holds x, not images and labels"),
        ({"x": PIXELS, "y": LABELS[:7]}, "its labels are uint8 of the shape"),
        ({"x": PIXELS.astype(np.float32), "y": LABELS}, "its pictures are float32"),
        ({"x": PIXELS[:, :5], "y": LABELS}, "its pictures are uint8 of the shape"),
        ({"x": np.array([{}, []], dtype=object), "y": LABELS}, "allow_pickle"),
    ],
)
def test_an_npz_of_something_else_is_named(
    tmp_path: Path, arrays: dict[str, np.ndarray], reason: str
) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=reason) as caught:
        load_digits(path, 9)
    assert caught.value.kind == "bad_input"
    assert str(path) in caught.value.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"\x93NUMPY"])
def test_a_damaged_npz_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(data)
    with pytest.raises(EngineError, match=r"set\.npz cannot be read"):
        load_digits(path, 9)


def test_a_lone_array_is_no_set(tmp_path: Path) -> None:
    with (tmp_path / "set.npz").open("wb") as file:
        np.save(file, PIXELS)
    with pytest.raises(EngineError, match=r"set\.npz cannot be read"):
        load_digits(tmp_path / "set.npz", 9)


def test_a_missing_npz_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="There is no file at"):
        load_digits(tmp_path / "set.npz", 9)


def test_pictures_larger_than_the_network_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", x=PIXELS, y=LABELS)
    with pytest.raises(EngineError, match="are 6 pixels wide, the network's 4"):
        load_digits(tmp_path / "set.npz", 4)
