"""Filling holes with tiny networks: what changes, what stays, and what is said."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engines.protocol.errors import EngineError
from engines.protocol.frames import Pixels
from engines.protocol.messages import Request
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend, OnnxSession
from engines.runtime.results import Result
from engines.tasks import run
from engines.tasks.inpaint import SMALLER_NOTE, whole

NETWORKS = ("tiny-inpaint", "tiny-encoder")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    models = tmp_path_factory.mktemp("models")
    tiny_models.make_inpainter(models)
    tiny_models.make_inpainter(models, "tiny-encoder", family="context_encoder", size=128)
    return Context(Library([models]), OnnxBackend(threads=1))


def picture(height: int = 120, width: int = 160, channels: int = 3) -> Pixels:
    """Noise around a colour, opaque."""
    rng = np.random.default_rng(5)
    pixels = rng.normal((180, 90, 40, 255)[:channels], 4, (height, width, channels))
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    if channels == 4:
        pixels[..., 3] = 255
    return pixels


def square(shape: tuple[int, ...], left: int, top: int, width: int, height: int) -> Pixels:
    mask = np.zeros(shape[:2], np.uint8)
    mask[top : top + height, left : left + width] = 255
    return mask


def fill(
    context: Context, image: Pixels, mask: Pixels, model: str = "tiny-inpaint", **params: Any
) -> list[Result]:
    keys = {"image": "sha256:1", "mask": "sha256:2"}
    request = Request(
        task="inpaint", model=model, seed=3, params={"count": 1, **params}, inputs=keys
    )
    return run(request, context.for_job(CancelFlag(), inputs={"image": image, "mask": mask}))


@pytest.mark.parametrize("model", NETWORKS)
def test_a_fill_is_a_piece_of_the_picture_with_its_place(context: Context, model: str) -> None:
    image = picture()
    mask = square(image.shape, 50, 40, 30, 20)
    (result,) = fill(context, image, mask, model, feather=3)
    left, top, width, height = result.box
    assert left <= 47
    assert top <= 37
    assert width * height < image.shape[0] * image.shape[1] / 4
    assert result.pixels.shape == (height, width, 4)
    piece = image[top : top + height, left : left + width]
    known = result.pixels[..., 3] == 0
    np.testing.assert_array_equal(result.pixels[known][:, :3], piece[known])
    hole = mask[top : top + height, left : left + width] > 0
    assert (result.pixels[hole][:, 3] == 255).all()
    assert not (result.pixels[hole][:, :3] == piece[hole]).all(axis=1).any()


@pytest.mark.parametrize("model", [*NETWORKS, "smooth"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_hole_is_filled_and_nothing_else_changes(
    context: Context, model: str, data: st.DataObject
) -> None:
    height, width = data.draw(st.integers(2, 200)), data.draw(st.integers(2, 200))
    image = np.full((height, width, 3), (250, 5, 250), np.uint8)  # what no network here makes
    mask = np.zeros((height, width), np.uint8)
    for _ in range(data.draw(st.integers(1, 4))):
        left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        size = data.draw(st.integers(1, 150)), data.draw(st.integers(1, 150))
        mask[top : top + size[1], left : left + size[0]] = 255
    mask[data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))] = 0
    if not mask.any():
        mask[0, 0] = 255
    feather = data.draw(st.integers(0, 8))
    marked = image.copy()
    marked[mask > 0] = (0, 255, 0)  # must not show through anywhere
    params = {"method": "smooth"} if model == "smooth" else {}
    (result,) = fill(context, marked, mask, model, feather=feather, **params)
    made = whole(marked, result)
    green = (made[..., 1] > 200) & (made[..., 0] < 50)
    assert not green.any()
    rows, columns = np.nonzero(mask)
    for row, column in zip(*np.nonzero((made != marked).any(axis=2)), strict=True):
        near = ((rows - row) ** 2 + (columns - column) ** 2).min()
        assert near < (feather + 1) ** 2


def test_the_seam_fades_into_what_is_known(context: Context) -> None:
    image = picture()
    (result,) = fill(context, image, square(image.shape, 60, 50, 20, 20), feather=4)
    alpha = result.pixels[..., 3]
    row = alpha[60 - result.box[1], 80 - result.box[0] :][:6]
    assert row.tolist() == sorted(row.tolist(), reverse=True)
    assert 0 < row[0] < 255
    assert row[4] == 0
    (hard,) = fill(context, image, square(image.shape, 60, 50, 20, 20), feather=0)
    assert set(np.unique(hard.pixels[..., 3])) == {0, 255}


def test_fills_are_of_one_seed_each_and_can_be_made_again(context: Context) -> None:
    image = picture()
    mask = square(image.shape, 50, 40, 60, 50)
    seen: list[Result] = []
    told: list[tuple[int, int]] = []
    keys = {"image": "sha256:1", "mask": "sha256:2"}
    request = Request(task="inpaint", model="tiny-inpaint", seed=9, inputs=keys)
    job = context.for_job(
        CancelFlag(),
        lambda done, total, note: told.append((done, total)),
        lambda result, finished: seen.append(result),
        {"image": image, "mask": mask},
    )
    results = run(request, job)
    assert [result.request.seed for result in results] == [9, 10, 11]
    assert seen == results
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert results[1].request.inputs == keys
    assert len({result.pixels.tobytes() for result in results}) == 3
    (again,) = run(results[1].request, context.for_job(CancelFlag(), inputs=job.inputs))
    np.testing.assert_array_equal(again.pixels, results[1].pixels)


def test_a_cancel_stops_between_tiles(context: Context) -> None:
    image = picture(600, 600)
    flag = CancelFlag()

    def stop(done: int, total: int, note: str) -> None:
        assert total > 20
        if done == 7:
            flag.cancel()

    inputs = {"image": image, "mask": square(image.shape, 50, 50, 500, 500)}
    request = Request(task="inpaint", model="tiny-inpaint", inputs=dict.fromkeys(inputs, "x"))
    with pytest.raises(EngineError) as caught:
        run(request, context.for_job(flag, stop, inputs=inputs))
    assert caught.value.kind == "cancelled"


def test_a_draft_runs_the_network_once_for_a_big_hole(context: Context) -> None:
    image = picture(600, 600)
    mask = square(image.shape, 150, 150, 300, 300)
    totals: dict[str, int] = {}
    for detail in ("draft", "full"):
        request = Request(
            task="inpaint",
            model="tiny-inpaint",
            params={"count": 1, "detail": detail, "feather": 0},
            inputs={"image": "x", "mask": "y"},
        )

        def note(done: int, total: int, note: str, detail: str = detail) -> None:
            totals[detail] = total

        run(request, context.for_job(CancelFlag(), note, inputs={"image": image, "mask": mask}))
    assert totals["draft"] == 1
    assert totals["full"] > 10


class Small:
    """A session that has memory for small pictures only."""

    def __init__(self, session: OnnxSession, most: int) -> None:
        self.inputs = session.inputs
        self._session, self._most = session, most

    def run(self, **arrays: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        if arrays["image"].shape[-1] > self._most:
            raise EngineError("out_of_memory", "There was not enough memory.", "Close something.")
        return self._session.run(**arrays)


def test_short_of_memory_it_goes_on_in_smaller_tiles_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_models.make_inpainter(tmp_path, size=256)
    context = Context(Library([tmp_path]), OnnxBackend(threads=1))
    image = picture(300, 300)
    mask = square(image.shape, 20, 20, 200, 200)
    real = Context.session
    monkeypatch.setattr(Context, "session", lambda self, name: Small(real(self, name), 128))
    results = fill(context, image, mask, count=2)
    assert [result.note for result in results] == [SMALLER_NOTE, SMALLER_NOTE]
    assert (whole(image, results[0])[mask > 0] != image[mask > 0]).any()
    monkeypatch.setattr(Context, "session", lambda self, name: Small(real(self, name), 32))
    with pytest.raises(EngineError) as caught:
        fill(context, image, mask)
    assert caught.value.kind == "out_of_memory"


def test_the_smooth_fill_needs_no_model_and_is_made_once(context: Context) -> None:
    image = picture()
    mask = square(image.shape, 0, 60, 160, 3)
    (result,) = fill(context, image, mask, "nobody", method="smooth", count=5)
    assert (result.request.model, result.request.params["count"]) == ("", 1)
    assert "always the same" in result.note
    made = whole(image, result)
    assert np.abs(made[mask > 0].mean(axis=0) - (180, 90, 40)).max() < 6
    with pytest.raises(EngineError, match="no model called 'nobody'"):
        fill(context, image, mask, "nobody")


def test_a_picture_is_continued_beyond_its_edge(context: Context) -> None:
    image = picture(80, 100, 4)
    image[:, 70:] = 0
    image[0, 0, 3] = 77
    (result,) = fill(context, image, np.zeros(image.shape[:2], np.uint8))
    made = whole(image, result)
    assert made.shape == (80, 100, 4)
    assert (made[:, 70:, 3] == 255).all()
    assert made[0, 0, 3] == 77
    assert (made[:, 70:, :3] != 0).any(axis=2).all()
    np.testing.assert_array_equal(made[:, :60], image[:, :60])
    image[0, 0, 3] = 255
    (result,) = fill(context, image, np.zeros(image.shape[:2], np.uint8))
    assert whole(image, result).shape == (80, 100, 3)


@pytest.mark.parametrize("model", NETWORKS)
@pytest.mark.parametrize("shape", [(2, 1), (1, 2), (3, 3), (10, 30_000), (3_000, 2)])
def test_pictures_of_odd_shapes(context: Context, model: str, shape: tuple[int, int]) -> None:
    image = picture(*shape)
    mask = square(shape, 0, 0, max(1, shape[1] * 2 // 3), max(1, shape[0] * 2 // 3))
    if mask.all():
        mask[-1, -1] = 0
    (result,) = fill(context, image, mask, model)
    assert whole(image, result).shape == image.shape


def test_a_request_without_its_pictures_is_bad_input(context: Context) -> None:
    request = Request(task="inpaint", model="tiny-inpaint")
    with pytest.raises(EngineError, match="The image is missing") as caught:
        run(request, context)
    assert caught.value.kind == "bad_input"
    request = Request(task="inpaint", model="tiny-inpaint", inputs={"image": "sha256:0"})
    with pytest.raises(EngineError, match="not here any more"):
        run(request, context)


def test_memory_stays_flat(context: Context) -> None:
    image = picture(200, 200)
    mask = square(image.shape, 60, 60, 80, 80)
    for _ in range(5):
        fill(context, image, mask)
    tracemalloc.start()
    fill(context, image, mask)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(200):
        fill(context, image, mask)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 100_000
