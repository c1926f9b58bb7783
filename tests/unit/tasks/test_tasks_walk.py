"""Walks: keyframes are passed, loops close, films are whole, or nothing is left of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from PIL import Image

from engines import cli, tasks
from engines.protocol.errors import EngineError
from engines.protocol.latent import Key, Point, plain
from engines.protocol.messages import Request
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend
from engines.runtime.results import Result

MODEL = "tiny-portraits"
KEYS = (Key(at=0, seed=1), Key(at=0.4, seed=2, truncation=0.5), Key(at=0.8, seed=3))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.make_models(tmp_path_factory.mktemp("library") / "models")


@pytest.fixture
def context(models: Path) -> Context:
    return Context(Library([models]), OnnxBackend(threads=1))


def request(*keys: Key, **params: Any) -> Request:
    basic = {"keys": plain(keys or KEYS), "seconds": 1.2, "fps": 10}
    return Request(task="walk", model=MODEL, params={**basic, **params})


def moment(context: Context, at: float, **params: Any) -> np.ndarray:
    (result,) = tasks.run(request(moment=at, **params), context)
    assert result.pixels is not None
    return result.pixels


@pytest.mark.parametrize("path", ["linear", "spherical", "spline"])
def test_every_keyframe_is_the_picture_it_was_made_from(context: Context, path: str) -> None:
    for key in KEYS:
        params = {"count": 1, "truncation": key.truncation}
        asked = Request(task="generate", model=MODEL, seed=key.seed, params=params)
        wanted = tasks.run(asked, context)[0].pixels
        assert wanted is not None
        seen = moment(context, key.at, path=path)
        assert abs(seen.astype(int) - wanted.astype(int)).max() <= 1


def test_a_moment_after_the_end_of_a_loop_is_in_its_next_round(context: Context) -> None:
    np.testing.assert_array_equal(moment(context, 0.3), moment(context, 0.3 + 1.2))
    still = moment(context, 0.8, loop=False)
    np.testing.assert_array_equal(moment(context, 1.1, loop=False), still)


def test_a_film_holds_every_frame_and_ends_before_it_would_repeat(
    context: Context, tmp_path: Path
) -> None:
    path, looks, steps = tmp_path / "new" / "film", [], []
    job = context.for_job(
        CancelFlag(),
        lambda done, total, _note: steps.append((done, total)),
        lambda result, finished: looks.append((result, finished)),
    )
    (result,) = tasks.run(request(file=str(path)), job)
    assert (result.file, result.pixels) == (str(path), None)
    assert steps == [(number, 12) for number in range(1, 13)]
    assert looks
    assert not any(finished for _result, finished in looks)
    frames = [np.asarray(Image.open(file)) for file in sorted(path.iterdir())]
    assert len(frames) == 12
    for number, frame in enumerate(frames):
        np.testing.assert_array_equal(frame, moment(context, number * 1.2 / 12))
    seen: Result = looks[0][0]
    again = tasks.run(seen.request, context)[0].pixels
    np.testing.assert_array_equal(again, seen.pixels)


def test_a_film_is_enlarged_and_never_made_smaller(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    tasks.run(request(file=str(path), size=64), context)
    with Image.open(path) as image:
        assert image.size == (64, 64)
    with pytest.raises(EngineError, match="would lose detail"):
        tasks.run(request(file=str(tmp_path / "small.png"), size=8), context)


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "film.png", "film"])
def test_a_cancelled_film_leaves_nothing(context: Context, tmp_path: Path, name: str) -> None:
    flag = CancelFlag()
    job = context.for_job(flag, lambda done, _t, _n: flag.cancel() if done == 5 else None)
    with pytest.raises(EngineError) as told:
        tasks.run(request(file=str(tmp_path / name)), job)
    assert told.value.kind == "cancelled"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keys": []}, "no keyframe"),
        ({"keys": plain((Key(at=2.0),))}, "after the end"),
        ({"keys": plain((Key(at=1.2),))}, "begins again"),
        ({"seconds": 600.0, "fps": 60}, "36,000 frames"),
        ({"file": "film.webm"}, "Cannot write a film as film.webm"),
        ({"keys": plain((Key(at=0, point=Point(moves={"smile": 1.0})),))}, "smile"),
    ],
)
def test_what_cannot_be_walked_is_told_in_a_sentence(
    context: Context, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineError, match=words) as told:
        tasks.run(request(**{"file": str(tmp_path / "film.png"), **changes}), context)
    assert told.value.kind == "bad_input"
    assert not list(tmp_path.iterdir())


def test_a_keyframe_at_the_very_end_is_fine_without_a_loop(context: Context) -> None:
    asked = request(Key(at=0), Key(at=1.2, seed=4), loop=False, moment=0.6)
    assert tasks.run(asked, context)[0].pixels is not None


# --- the command ------------------------------------------------------------------------------


def command(models: Path, *options: str) -> int:
    return cli.main(["latent", "walk", "--model", str(models / MODEL), "--threads", "1", *options])


def test_the_command_makes_a_film_of_seeds(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "film.gif"
    options = ["--seconds", "1", "--fps", "5", "--truncation", "0.7", "--json"]
    assert command(models, "--seeds", "1,2,3", "--out", str(path), *options) == 0
    assert '"frames": 5' in capsys.readouterr().out
    with Image.open(path) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]
    again = tmp_path / "again.png"
    file = tmp_path / "request.json"
    keys = plain((Key(at=0, seed=1), Key(at=0.3, seed=2)))
    import msgspec

    file.write_bytes(msgspec.json.encode(request(seconds=0.5, fps=4, loop=False, keys=keys)))
    assert command(models, "--request", str(file), "--fps", "10", "--out", str(again)) == 0
    with Image.open(again) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seeds", "1,2"], "Where to write"),
        (["--out", "film.gif"], "What the walk passes"),
        (["--out", "film.gif", "--seeds", "1,x"], "cannot hold 'x'"),
        (["--out", "film.avi", "--seeds", "1,2"], "film.avi"),
        (["--out", "film.gif", "--seeds", "1,2", "--fps", "60"], "cannot be played at 60"),
        (["--out", "film.gif", "--seeds", "1,2", "--path", "crooked"], "--path"),
    ],
)
def test_the_command_complains_in_one_line(
    models: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert command(models, *options) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
