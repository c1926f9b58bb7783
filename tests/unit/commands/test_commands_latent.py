"""``duet-engine latent directions`` and ``arithmetic``: what they list, draw, make and refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from PIL import Image

from engines import cli
from engines.protocol.latent import Direction, Examples
from engines.protocol.tools import LATENT
from engines.runtime import direction_notes, directions
from engines.runtime.direction_notes import DIRECTIONS
from engines.runtime.directions import Way
from engines.runtime.library import Library, Model
from engines.runtime.pictures import read_png_request

NAME = LATENT.default_model
HATS = {"hat": Examples(title="Hat", having=(11, 12, 13, 14), lacking=(21, 22, 23, 24))}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duet_data: Path) -> Model:
    folder = tiny_models.make_generator(tmp_path / "assets" / "models", NAME)
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path / "assets"))
    made = Library([folder.parent]).get(NAME)
    rng = np.random.default_rng(0)
    ways = [
        Way(
            Direction(
                name="hat", title="Hat", method="supervised", low=-2.0, high=1.5, effect=0.8,
                leakage=0.1, monotony=1.0,
            ),
            rng.standard_normal((1, 8)).astype(np.float32),
        ),
        Way(
            Direction(name="component-3", title="Component 3", method="closed_form"),
            rng.standard_normal((1, 8)).astype(np.float32),
        ),
    ]  # fmt: skip
    directions.write(folder / DIRECTIONS, ways, made, HATS)
    return made


@pytest.fixture
def run(model: Model, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main(["latent", *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_directions_are_listed_with_what_was_measured(run: Any) -> None:
    code, out, _ = run("directions")
    assert code == 0
    assert "-2.0 to +1.5  Hat (supervised; effect 0.80, leakage 0.10, monotony 1.00)" in out
    assert "Component 3 (closed form)" in out
    found = json.loads(run("directions", "--json")[1])
    assert [one["name"] for one in found["directions"]] == ["hat", "component-3"]
    assert found["model"] == NAME


def test_a_sheet_has_a_row_a_direction_and_seven_steps(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    assert run("directions", "--sheet", path, "--seeds", "1,2")[0] == 0
    with Image.open(path) as sheet:
        assert sheet.size == (2 * 7 * 16 + 16, 2 * (16 + 20))


def test_a_direction_of_ones_own_comes_and_goes(run: Any) -> None:
    made = run("directions", "--plus", "1,2", "--minus", "3", "--title", "More sky", "--json")
    assert [one["name"] for one in json.loads(made[1])["directions"]][-1] == "more-sky"
    assert "More sky (yours)" in run("directions")[1]
    code, out, _ = run("directions", "--remove", "more-sky")
    assert code == 0
    assert "More sky" not in out


def test_a_file_is_checked_and_listed(run: Any, model: Model, tmp_path: Path) -> None:
    copy = tmp_path / "copy.safetensors"
    shutil.copy(model.path / DIRECTIONS, copy)
    assert "Hat" in run("directions", "--file", copy)[1]


def test_a_file_of_another_model_is_one_sentence(run: Any, tmp_path: Path) -> None:
    other = tiny_models.make_generator(tmp_path / "elsewhere", "other", seed=5)
    path = tmp_path / "other.safetensors"
    way = Way(Direction(name="x", title="X", method="yours"), np.ones((1, 8), np.float32))
    directions.write(path, [way], Library([other.parent]).get("other"))
    code, out, err = run("directions", "--file", path)
    assert (code, out) == (2, "")
    assert "made for another model" in err
    assert err.count("\n") == 1


def test_a_damaged_file_is_named_and_takes_nothing_with_it(run: Any, model: Model) -> None:
    path = model.path / DIRECTIONS
    path.write_bytes(path.read_bytes()[:40])
    code, _, err = run("directions", "--file", path)
    assert code == 2
    assert "no directions I can read" in err
    assert err.count("\n") == 1
    assert "no directions yet" in run("directions")[1]
    assert direction_notes.examples(model) == {}


BAD: list[tuple[tuple[str, ...], str, str]] = [
    (("directions", "--model", "nobody"), "nobody", "Choose"),
    (("directions", "--seeds", "one"), "--seeds cannot be 'one'", "1,2,3"),
    (("directions", "--sheet", "OUT/a.jpg"), "a.jpg", ".png"),
    (("directions", "--find"), "trained on is missing", "--data"),
    (("directions", "--find", "--data", "OUT/none.zip"), "none.zip", "existing"),
    (("directions", "--find", "--remove", "hat"), "two things", "one at a time"),
    (("directions", "--remove", "hat"), "'hat'", "came with"),
    (("directions", "--remove", "../x"), "no name", "List them"),
    (("directions", "--plus", "1"), "no name", "glasses"),
    (("directions", "--file", "OUT/none.safetensors"), "none.safetensors", "again"),
    (("arithmetic", "--a", "1"), "Where to write", "--out"),
    (("arithmetic", "--out", "OUT/a.png"), "start from is missing", "--a 1,2,3"),
    (("arithmetic", "--out", "OUT/a.png", "--a", "beard"), "--a cannot be 'beard'", "hat"),
    (("arithmetic", "--out", "OUT/a.png", "--a", "1,x"), "'1,x'", "seeds"),
    (("arithmetic", "--out", "OUT/a.png", "--a", "1", "--neighbours", "0"), "Pictures", "between"),
    (("arithmetic", "--out", "OUT/a.png", "--a", "1", "--truncation", "9"), "Variety", "between"),
    (("arithmetic", "--out", "OUT/a.jpg", "--a", "1"), "a.jpg", ".png"),
]


@pytest.mark.parametrize(("arguments", "problem", "cure"), BAD)
def test_bad_input_is_one_line(
    run: Any, tmp_path: Path, arguments: tuple[str, ...], problem: str, cure: str
) -> None:
    filled = [text.replace("OUT", str(tmp_path)) for text in arguments]
    code, out, err = run(*filled)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert problem in err
    assert cure in err
    assert not list(tmp_path.glob("*.png"))


def test_a_sum_of_averages_is_a_picture_with_its_request(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "sum.png"
    wells = ("--a", "1,2,3", "--minus", "4,5,6", "--plus", "7,8,9")
    code, out, _ = run("arithmetic", *wells, "--out", path, "--json")
    assert code == 0
    assert json.loads(out)["wells"] == {"a": [1, 2, 3], "minus": [4, 5, 6], "plus": [7, 8, 9]}
    request = read_png_request(path)
    assert request.task == "latent"
    anchors = request.params["point"]["anchors"]
    assert [one["seed"] for one in anchors] == list(range(1, 10))
    np.testing.assert_allclose(
        [one["weight"] for one in anchors], [1 / 3] * 3 + [-1 / 3] * 3 + [1 / 3] * 3
    )


def test_an_attribute_stands_for_its_clearest_examples(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "sum.png"
    told = run("arithmetic", "--a", "Hat", "--minus", "no hat", "--plus", "5", "--out", out,
               "--json")[1]  # fmt: skip
    assert json.loads(told)["wells"] == {"a": [11, 12, 13], "minus": [21, 22, 23], "plus": [5]}


def test_neighbours_are_pictures_of_their_own(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "around"
    assert run("arithmetic", "--a", "1", "--neighbours", "3", "--out", f"{folder}/")[0] == 0
    made = sorted(folder.iterdir())
    assert len(made) == 3
    assert len({path.read_bytes() for path in made}) == 3
