"""Real pictures with their attributes, from zips and folders, and what is wrong with some."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import drawn_faces
import numpy as np
import pytest
from PIL import Image

from engines.evaluate.pictures import FEWEST_HELD_OUT, load_real
from engines.evaluate.sheet import make_sheet, write_sheet
from engines.protocol.errors import EngineError

COUNT = 10 * FEWEST_HELD_OUT


def test_every_tenth_picture_is_held_out_with_its_attributes(tmp_path: Path) -> None:
    pictures, rows = drawn_faces.draw_faces(COUNT, 16)
    real = load_real(drawn_faces.write_zip(tmp_path / "faces.zip", pictures, rows), 16)
    assert (len(real.training), len(real.held_out)) == (COUNT - COUNT // 10, COUNT // 10)
    for picture, row in zip(real.held_out, real.held_out_rows, strict=True):
        place = int(Path(row["file"]).stem)
        assert np.array_equal(picture, pictures[place])
    # The colours come round and round: a hold-out at a fixed place would miss some.
    assert {row["background"] for row in real.held_out_rows} == set(drawn_faces.BACKGROUNDS)


def test_a_folder_without_attributes_will_do(tmp_path: Path) -> None:
    pictures, _ = drawn_faces.draw_faces(COUNT, 16)
    for place, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / f"{place:05}.png")
    real = load_real(tmp_path, 16)
    assert real.training_rows == real.held_out_rows == ()
    assert len(real.held_out) == FEWEST_HELD_OUT


def test_attributes_beside_the_pictures_of_a_folder_are_read(tmp_path: Path) -> None:
    pictures, rows = drawn_faces.draw_faces(COUNT, 16)
    for row, picture in zip(rows, pictures, strict=True):
        Image.fromarray(picture).save(tmp_path / row["file"])
    lines = [json.dumps(row) for row in rows[: COUNT // 2]]
    (tmp_path / "attributes.jsonl").write_text("\n".join(lines))
    real = load_real(tmp_path, 16)
    assert real.training_rows[0]["background"] == rows[1]["background"]
    assert real.training_rows[-1] == {}


@pytest.mark.parametrize("table", ["not json", '{"background": "#fff"}', "[1, 2]"])
def test_a_broken_table_is_named(tmp_path: Path, table: str) -> None:
    pictures, _ = drawn_faces.draw_faces(COUNT, 16)
    path = drawn_faces.write_zip(tmp_path / "faces.zip", pictures)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("attributes.jsonl", table)
    with pytest.raises(EngineError, match=r"attributes\.jsonl") as caught:
        load_real(path, 16)
    assert caught.value.kind == "bad_input"


def test_too_little_or_nothing_is_refused(tmp_path: Path) -> None:
    pictures, _ = drawn_faces.draw_faces(30, 16)
    few = drawn_faces.write_zip(tmp_path / "few.zip", pictures)
    (tmp_path / "text.zip").write_text("no zip")
    for path, words in (
        (few, "too few"),
        (tmp_path / "text.zip", "text.zip"),
        (tmp_path / "missing.zip", "missing.zip"),
    ):
        with pytest.raises(EngineError, match=words) as caught:
            load_real(path, 16)
        assert caught.value.kind == "bad_input"


def test_the_sheet_shows_both_sides(tmp_path: Path) -> None:
    samples = np.zeros((25, 8, 8, 3), np.uint8)
    real = np.full((30, 8, 8, 3), 200, np.uint8)
    write_sheet(tmp_path / "sheet.png", samples, real)
    with Image.open(tmp_path / "sheet.png") as opened:
        sheet = np.asarray(opened)
    assert np.array_equal(sheet, np.asarray(make_sheet(samples, real)))
    assert (sheet[-24:, :40] == 0).all()  # 25 of each: the last row is half full
    assert (sheet[-8:, -80:-40] == 200).all()
    assert (sheet[-8:, -40:] == 255).all()


def test_a_sheet_nobody_can_write_is_refused(tmp_path: Path) -> None:
    pictures = np.zeros((4, 8, 8, 3), np.uint8)
    with pytest.raises(EngineError, match="cannot be written") as caught:
        write_sheet(tmp_path / "nowhere" / "sheet.png", pictures, pictures)
    assert caught.value.kind == "bad_input"
