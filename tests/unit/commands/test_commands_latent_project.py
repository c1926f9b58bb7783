"""``duet-engine latent project``: files in, a picture and the request of its place out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("torch", reason="tiny models are exported from torch")

from PIL import Image
from tiny_latents import SIZE, make_encoder, make_latent_model

from engines.commands import Report, latent_project
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.protocol.paths import user_models_dir
from engines.runtime.pictures import read_png_request


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_latent_model(tmp_path_factory.mktemp("models"))
    make_encoder(folder, within=0.01)
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "me.png"
    pixels = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def paint(tmp_path: Path) -> Path:
    path = tmp_path / "paint.png"
    pixels = np.zeros((SIZE, SIZE, 4), np.uint8)
    pixels[4:10, 4:12] = (230, 40, 20, 255)
    Image.fromarray(pixels).save(path)
    return path


def run(*arguments: object) -> Report:
    parser = ArgumentParser()
    latent_project.add_arguments(parser)
    return latent_project.run(parser.parse_args([str(each) for each in arguments]))


def test_a_picture_becomes_a_place(model: Path, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.png"
    report = run(picture, "--model", model, "--out", out, "--steps", 5, "--seed", 3)
    assert report.data["outputs"] == [str(out)]
    assert 0 < report.data["distance"] < 1
    assert report.data["seconds"] > 0
    (beside,) = report.data["requests"]
    request = msgspec.json.decode(Path(beside).read_bytes(), type=Request)
    assert request == read_png_request(out)
    assert request.task == "latent"
    assert len(request.params["point"]["anchors"][0]["vector"]) == 20
    assert any("far from what this model knows" in line for line in report.lines)


def test_paint_is_followed_from_the_picture_or_the_seed(
    model: Path, picture: Path, paint: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    report = run(
        picture, "--paint", paint, "--count", 2, "--model", model, "--steps", 0, "--out", folder
    )
    assert len(report.data["outputs"]) == len(report.data["requests"]) == 2
    report = run("--paint", paint, "--model", model, "--seed", 2, "--out", tmp_path / "one.png")
    assert report.data["count"] == 1
    assert "distance" not in report.data


def test_bad_command_lines_are_sentences(model: Path, picture: Path, tmp_path: Path) -> None:
    out = ("--model", model, "--out", tmp_path / "x.png")
    for arguments, words in (
        (out, "The picture is missing"),
        ((picture, "--strength", 0.5, *out), "--strength is for paint"),
        ((picture, "--model", model), "Where to write is missing"),
        ((picture, "--steps", 500, *out), "--steps: Steps cannot be 500"),
        ((tmp_path / "none.png", *out), "Cannot read"),
        ((picture, "--paint", picture, "--strength", 7, *out), "Strength cannot be 7"),
    ):
        with pytest.raises(EngineError, match=words) as caught:
            run(*arguments)
        assert caught.value.kind == "bad_input"
    assert not (tmp_path / "x.png").exists()


def test_the_variant_tuned_to_the_picture_is_named(
    model: Path, picture: Path, tmp_path: Path, duet_data: Path
) -> None:
    out = tmp_path / "found.png"
    report = run(picture, "--model", model, "--out", out, "--steps", 0, "--tuning", 2)
    assert report.data["variant"] == "portrait-tuned"
    assert any("portrait-tuned" in line for line in report.lines)
    assert (user_models_dir() / "portrait-tuned" / "model.onnx").is_file()
    assert read_png_request(out).model == "portrait-tuned"
