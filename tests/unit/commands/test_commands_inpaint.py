"""``duet-engine inpaint`` in this process: two pictures in, whole pictures out, one-line errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from PIL import Image, ImageDraw

from engines import cli
from engines.protocol.inputs import content_key
from engines.protocol.tools import INPAINT
from engines.runtime.pictures import read_png_request


@pytest.fixture(autouse=True)
def tiny_library(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    assets = tmp_path_factory.mktemp("assets")
    tiny_models.make_inpainter(assets / "models", INPAINT.default_model)
    tiny_models.make_generator(assets / "models")
    monkeypatch.setenv("DUET_ASSETS", str(assets))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A picture, masks that fit and masks that do not."""
    Image.effect_noise((120, 80), 20).convert("RGB").save(tmp_path / "photo.jpg")
    mask = Image.new("L", (120, 80))
    ImageDraw.Draw(mask).ellipse((40, 20, 70, 50), 255)
    mask.save(tmp_path / "mask.png")
    Image.new("L", (120, 80)).save(tmp_path / "black.png")
    Image.new("L", (120, 80), 255).save(tmp_path / "white.png")
    mask.resize((60, 40)).save(tmp_path / "half.png")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes((tmp_path / "mask.png").read_bytes()[:-60])
    (tmp_path / "paper.png").write_bytes(b"%PDF-1.7 and so on")
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main(["inpaint", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_picture_comes_out_whole_with_its_request(run: Any, folder: Path) -> None:
    before = (folder / "photo.jpg").read_bytes()
    code, out, err = run(
        folder / "photo.jpg", "--mask", folder / "mask.png", "--out", folder / "out.png",
        "--seed", 5, "--feather", 2, "--threads", 1, "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["task"], told["model"], told["seed"], told["count"]) == (
        ("inpaint", INPAINT.default_model, 5, 1)
    )
    assert told["outputs"] == [str(folder / "out.png")]
    made = np.asarray(Image.open(folder / "out.png"))
    photo = np.asarray(Image.open(folder / "photo.jpg"))
    mask = np.asarray(Image.open(folder / "mask.png"))
    assert made.shape == photo.shape
    changed = (made != photo).any(axis=2)
    assert changed[mask > 0].mean() > 0.9
    assert not changed[:16].any()
    assert not changed[:, 75:].any()
    request = read_png_request(folder / "out.png")
    assert request.inputs == {"image": content_key(photo), "mask": content_key(mask)}
    assert (folder / "photo.jpg").read_bytes() == before


def test_a_saved_result_says_how_to_make_it_again(run: Any, folder: Path) -> None:
    given = (folder / "photo.jpg", "--mask", folder / "mask.png", "--threads", 1)
    assert run(*given, "--out", folder / "a.png", "--count", 2)[0] == 0
    again = ("--request", folder / "a-2.png", "--out", folder / "b.png")
    assert run(*given, *again)[0] == 0
    assert (folder / "a-2.png").read_bytes() == (folder / "b.png").read_bytes()


def test_the_smooth_fill_needs_no_model(
    run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(folder / "nothing"))
    given = (folder / "photo.jpg", "--mask", folder / "mask.png", "--out", folder / "new")
    code, out, _ = run(*given, "--method", "smooth", "--seed", 1)
    assert code == 0
    assert (folder / "new" / "inpaint-1.png").is_file()
    assert "with" not in out.splitlines()[-1]
    code, _, err = run(*given)
    assert code == 2
    assert "There is no model called 'inpaint-photo'" in err


def test_what_is_transparent_is_filled_too(run: Any, folder: Path) -> None:
    wide = Image.new("RGBA", (160, 80), (0, 0, 0, 0))
    wide.paste(Image.open(folder / "photo.jpg"), (20, 0))
    wide.save(folder / "wide.png")
    Image.new("L", (160, 80)).save(folder / "none.png")
    code, _, _ = run(folder / "wide.png", "--mask", folder / "none.png", "--out", folder / "o.png")
    assert code == 0
    with Image.open(folder / "o.png") as made:
        assert made.mode == "RGB"


BAD = [
    ((), "The picture to fill is missing", "IMAGE"),
    (("photo.jpg", "--out", "o.png"), "Where to fill is missing", "--mask"),
    (("photo.jpg", "--mask", "mask.png"), "Where to write is missing", "--out"),
    (("photo.jpg", "--mask", "mask.png", "--out", "o.jpg"), "Cannot write", ".png"),
    (("none.jpg", "--mask", "mask.png", "--out", "o.png"), "FOLDER/none.jpg: no such", "no such"),
    (("empty.png", "--mask", "mask.png", "--out", "o.png"), "FOLDER/empty.png", "it is empty"),
    (("photo.jpg", "--mask", "cut.png", "--out", "o.png"), "FOLDER/cut.png", "cut off"),
    (("paper.png", "--mask", "mask.png", "--out", "o.png"), "FOLDER/paper.png", "PDF"),
    (("photo.jpg", "--mask", "half.png", "--out", "o.png"), "half.png is 60x40", "picture's size"),
    (("photo.jpg", "--mask", "black.png", "--out", "o.png"), "black.png is empty", "Paint white"),
    (("photo.jpg", "--mask", "white.png", "--out", "o.png"), "covers the whole", "Leave a part"),
    (("photo.jpg", "--mask", "mask.png", "--out", "o.png", "--count", "0"), "--count", "1 and 16"),
    (("photo.jpg", "--mask", "mask.png", "--out", "o.png", "--method", "magic"), "--method",
     "network, smooth"),
    (("photo.jpg", "--mask", "mask.png", "--out", "o.png", "--model", "tiny-portraits"),
     "cannot inpaint", "inpaint-photo"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "problem", "cure"), BAD)
def test_bad_input_is_one_line_and_leaves_nothing_behind(
    run: Any, folder: Path, arguments: tuple[str, ...], problem: str, cure: str
) -> None:
    before = sorted(folder.iterdir())
    filled = [str(folder / text) if "." in text else text for text in arguments]
    code, out, err = run(*filled)
    assert (code, out) == (2, "")
    assert err.startswith("duet-engine: ")
    assert err.count("\n") == 1
    assert problem.replace("FOLDER", str(folder)) in err
    assert cure in err
    assert sorted(folder.iterdir()) == before


def test_the_help_says_what_a_mask_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["inpaint", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "what is white in it" in told
    assert "--feather" in told
