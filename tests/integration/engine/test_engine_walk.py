"""Films from the real engine process: their end, looks on the way, live moments, cancelling."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from real_engine import PipeEngine
from slow_models import make_slow_generator
from tiny_models import make_generator

from engines.protocol.latent import Key, plain
from engines.protocol.messages import (
    Cancel,
    Done,
    Failed,
    Live,
    LiveFrame,
    Preview,
    Progress,
    Request,
    Started,
    Submit,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="select() knows no pipes there")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipeEngine]:
    make_generator(tmp_path / "assets" / "models")
    make_slow_generator(tmp_path / "assets" / "models")
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path / "assets"))
    with PipeEngine() as made:
        yield made


def walk(file: Path, model: str = "tiny-portraits", **params: object) -> Request:
    keys = plain((Key(at=0, seed=1), Key(at=0.5, seed=2)))
    basic = {"keys": keys, "seconds": 1.0, "fps": 20, "file": str(file)}
    return Request(task="walk", model=model, params={**basic, **params})


def test_a_film_is_told_by_its_file(engine: PipeEngine, tmp_path: Path) -> None:
    file = tmp_path / "film.png"
    engine.send(Submit(job="a", request=walk(file)))
    look, _ = engine.until(Preview)
    assert not look.finished
    assert look.output.frame is not None
    done, _ = engine.until(Done)
    assert [output.file for output in done.outputs] == [str(file)]
    assert done.outputs[0].frame is None
    with Image.open(file) as image:
        assert image.n_frames == 20  # type: ignore[attr-defined]


def test_a_moment_is_answered_while_a_film_is_made_and_a_cancelled_one_leaves_nothing(
    engine: PipeEngine, tmp_path: Path
) -> None:
    place = tmp_path / "films"
    request = walk(place / "film.mp4", "slow-portraits", seconds=60.0)
    engine.send(Submit(job="a", request=request))
    engine.until(Started)
    engine.until(Progress)
    engine.send(Live(stamp=1, request=walk(tmp_path / "x.png", moment=0.25)))
    frame, _ = engine.until(LiveFrame)
    assert (frame.stamp, frame.output.request.params["moment"]) == (1, 0.25)
    engine.send(Cancel(job="a"))
    failed, _ = engine.until(Failed)
    assert failed.kind == "cancelled"
    assert not list(place.iterdir())
