"""Generating: seeds, batches of one, rounding, notes, cancelling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models

from engines import tasks
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend
from engines.runtime.results import Result
from engines.tasks.generate import latent, to_pixels


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.make_models(tmp_path_factory.mktemp("library") / "models")


@pytest.fixture
def context(models: Path) -> Context:
    return Context(Library([models]), OnnxBackend(threads=1))


def request(**changes: Any) -> Request:
    return Request(**{"task": "generate", "model": "tiny-portraits", "seed": 5, **changes})


def test_every_result_carries_the_request_that_makes_it_again(context: Context) -> None:
    results = tasks.run(request(params={"count": 3, "truncation": 0.5}), context)
    weights = context.model("tiny-portraits").card.weights
    assert [result.request.seed for result in results] == [5, 6, 7]
    for result in results:
        assert result.request.weights == weights
        assert result.request.params == {"count": 1, "truncation": 0.5}
        (again,) = tasks.run(result.request, context)
        assert again.request == result.request
        assert again.pixels is not None
        assert again.pixels.tobytes() == result.pixels.tobytes()  # type: ignore[union-attr]


def test_pictures_are_rows_of_bytes(context: Context) -> None:
    (result,) = tasks.run(request(params={"count": 1}), context)
    assert result.pixels is not None
    assert result.pixels.shape == (16, 16, 3)
    assert result.pixels.dtype == np.uint8
    assert result.pixels.flags.c_contiguous
    assert len(np.unique(result.pixels)) > 100


def test_seeds_go_round_at_their_end(context: Context) -> None:
    results = tasks.run(request(seed=2**32 - 1, params={"count": 2}), context)
    assert [result.request.seed for result in results] == [2**32 - 1, 0]


def test_a_seed_is_pcg64(context: Context) -> None:
    expected = np.random.Generator(np.random.PCG64(5)).standard_normal(8, dtype=np.float32)
    assert np.array_equal(latent(context.session("tiny-portraits"), 5)[0], expected)


def test_without_variety_all_pictures_are_the_average(context: Context) -> None:
    one, other = tasks.run(request(params={"count": 2, "truncation": 0.0}), context)
    assert np.array_equal(one.pixels, other.pixels)  # type: ignore[arg-type]


def test_levels_are_rounded_to_the_nearest() -> None:
    image = np.array([-1.0, 1.0, 0.0, 1.5, -7.0, -1 + 1.4 / 127.5], np.float32)
    pixels = to_pixels(image.reshape(1, 1, 6).repeat(3, axis=0))
    assert pixels[0, :, 0].tolist() == [0, 255, 128, 255, 0, 1]


def test_other_weights_than_asked_for_are_told(context: Context) -> None:
    (result,) = tasks.run(request(weights="0123456789abcdef", params={"count": 1}), context)
    assert "0123456789abcdef" in result.note
    assert result.request.weights == context.model("tiny-portraits").card.weights


def test_previews_and_progress_come_as_pictures_are_made(context: Context) -> None:
    heard: list[Any] = []
    job = context.for_job(
        CancelFlag(),
        on_progress=lambda done, total, note: heard.append((done, total)),
        on_preview=lambda result, finished: heard.append((result.request.seed, finished)),
    )
    tasks.run(request(params={"count": 2}), job)
    assert heard == [(5, True), (1, 2), (6, True), (2, 2)]


def test_cancelling_keeps_what_was_shown_and_makes_no_more(context: Context) -> None:
    flag = CancelFlag()
    shown: list[Result] = []

    def preview(result: Result, finished: bool) -> None:
        shown.append(result)
        flag.cancel()

    with pytest.raises(EngineError) as caught:
        tasks.run(request(params={"count": 9}), context.for_job(flag, on_preview=preview))
    assert caught.value.kind == "cancelled"
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"task": "dream"}, "no task called 'dream'"),
        ({"task": "generat"}, "Did you mean 'generate'"),
        ({"seed": -1}, "The seed cannot be -1"),
        ({"seed": 2**32}, "The seed cannot be 4294967296"),
        ({"params": {"count": 0}}, "Pictures cannot be 0"),
        ({"params": {"count": True}}, "Pictures cannot be True"),
        ({"params": {"truncation": float("nan")}}, "Variety cannot be nan"),
        ({"params": {"colour": 1}}, "no setting called 'colour'"),
        ({"model": "tiny-melody"}, "cannot generate"),
        ({"model": "nobody"}, "no model called 'nobody'"),
    ],
)
def test_bad_requests_are_refused_before_anything_is_opened(
    models: Path, changes: dict[str, Any], names: str
) -> None:
    class Closed:
        name = "closed"

        def open(self, model: object) -> Any:
            raise AssertionError("opened")

    with pytest.raises(EngineError, match=names) as caught:
        tasks.run(request(**changes), Context(Library([models]), Closed()))
    assert caught.value.kind == "bad_input"


def test_a_result_is_a_picture_or_a_melody() -> None:
    with pytest.raises(ValueError, match="either"):
        Result(request())
