"""What of a folder a filler can learn from: the check says what training then does."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import make_faces
from PIL import Image

from engines.data.photo_check import check_photos
from engines.data.photos import count_photos, load_photos
from engines.protocol.errors import EngineError


def photographs(folder: Path, count: int, size: tuple[int, int] = (80, 70)) -> Path:
    """Pictures of noise, whose neighbouring pixels differ as a photograph's do."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for index in range(count):
        pixels = rng.integers(0, 255, (size[1], size[0], 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"photo{index:02d}.png")
    return folder


def agrees_with_training(source: Path) -> None:
    """The files said to be learnt from are those that are, and so are those kept apart."""
    check = check_photos(source, 64)
    used = {row.name.split(": ")[-1] for row in check.rows if row.used}
    loaded = [load_photos(source, 64, part) for part in ("train", "held_out")]
    names = [[name for one in sets for name in one.names] for sets in loaded]
    assert used == {*names[0], *names[1]}
    assert check.learnt == f"{len(names[0])} pictures"
    apart = {row.name.split(": ")[-1] for row in check.rows if "kept apart" in row.reason}
    assert apart == set(names[1])


def test_they_need_more_and_see_parts(tmp_path: Path) -> None:
    check = check_photos(make_faces(tmp_path / "faces", 12, size=(80, 40)), 64)
    assert check.problem is not None
    assert "Give 20 or more." in str(check.problem)
    assert not any("middle square" in row.reason for row in check.rows)
    assert any("enlarged to 64 px" in row.reason for row in check.rows)


def test_what_is_set_aside_is_said_to_be(tmp_path: Path) -> None:
    source = photographs(tmp_path / "photos", 24)
    photographs(source / "labels", 2)
    photographs(source / "validation", 3)
    Image.new("RGB", (90, 90), "white").save(source / "photo99-chart.png")
    (source / "torn.png").write_bytes(b"nothing")
    told = {row.name: row for row in check_photos(source, 64).rows}
    left = {name: row.reason for name, row in told.items() if not row.used}
    assert left == {
        "labels/photo00.png": "The folder labels is set aside.",
        "labels/photo01.png": "The folder labels is set aside.",
        "photo99-chart.png": "A chart or drawing among photographs.",
        "torn.png": "Not a picture that can be read.",
    }
    assert "kept apart" in told["validation/photo00.png"].reason
    agrees_with_training(source)


def test_a_set_of_drawings_has_no_charts(tmp_path: Path) -> None:
    source = make_faces(tmp_path / "faces", 24)
    assert all(row.used for row in check_photos(source, 64).rows)
    agrees_with_training(source)


def test_a_folder_of_zips_is_a_set_each(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    for name, count in (("alps", 15), ("towns", 12)):
        folder = photographs(tmp_path / name, count)
        shutil.make_archive(str(tmp_path / "sets" / name), "zip", folder)
    check = check_photos(tmp_path / "sets", 64)
    assert check.problem is None
    assert [row.name for row in check.rows[14:16]] == [
        "alps.zip: photo14.png", "towns.zip: photo00.png",
    ]  # fmt: skip
    assert count_photos(tmp_path / "sets") == 27


def test_what_leaves_nothing_to_measure_with_is_told(tmp_path: Path) -> None:
    source = photographs(tmp_path / "photos", 21)
    (source / "photo00.png").write_bytes(b"one of the two that were to be kept apart")
    problem = check_photos(source, 64).problem
    assert problem is not None
    assert "Too few pictures of photos are left to measure with" in str(problem)


def test_what_leaves_nothing_to_learn_from_is_told(tmp_path: Path) -> None:
    photographs(tmp_path / "photos" / "validation", 24)
    problem = check_photos(tmp_path / "photos", 64).problem
    assert problem is not None
    assert "Every picture of photos is kept apart" in str(problem)


def test_a_zip_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "sets.zip").write_bytes(b"%PDF-1.7")
    with pytest.raises(EngineError, match=r"sets\.zip is not a zip I can read"):
        check_photos(tmp_path / "sets.zip", 64)
