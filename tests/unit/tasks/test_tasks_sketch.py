"""The latent follows paint, stays near the picture elsewhere, and goes on from the last look."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="following paint needs gradients")

import torch
from tiny_latents import SIZE, make_latent_model

from engines import tasks
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.results import Result
from engines.runtime.torch_latent import landscape
from engines.runtime.torch_sketch import Wish, inverted, losses
from engines.tasks.latent import studio_of
from engines.tasks.sketch import fitted_paint

COLOUR = (230, 40, 20)
UNDER = (slice(4, 10), slice(4, 12))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    for kind in ("dcgan", "portrait", "infogan"):
        make_latent_model(place, kind)
    return place


@pytest.fixture
def context(models: Path, duet_data: Path) -> Context:
    return Context(Library([models]), make_backend("onnx", threads=1, spin=False))


def painted(colour: tuple[int, int, int] = COLOUR, scale: int = 1) -> np.ndarray:
    paint = np.zeros((SIZE, SIZE, 4), np.uint8)
    paint[UNDER] = (*colour, 255)
    return np.kron(paint, np.ones((scale, scale, 1), np.uint8))


def sketch(
    context: Context, paint: np.ndarray, model: str = "dcgan", **params: Any
) -> list[Result]:
    request = Request(task="sketch", model=model, seed=2, params=params)
    return tasks.run(request, context.for_job(CancelFlag(), inputs={"image": paint}))


def off(pixels: np.ndarray | None) -> float:
    """How far the colours under the paint are from it, on average."""
    assert pixels is not None
    return float(np.abs(pixels[UNDER].mean(axis=(0, 1)) - COLOUR).mean())


def before(context: Context, seed: int = 2) -> np.ndarray:
    (result,) = tasks.run(Request(task="latent", model="dcgan", seed=seed), context)
    assert result.pixels is not None
    return result.pixels


@pytest.mark.parametrize("edges", [False, True])
def test_colours_come_nearer_to_the_paint(context: Context, edges: bool) -> None:
    wanted = before(context, seed=40)  # colours that such a small random network can make
    paint = np.zeros((SIZE, SIZE, 4), np.uint8)
    paint[UNDER] = np.dstack([wanted[UNDER], np.full((6, 8), 255, np.uint8)])
    (result,) = sketch(context, paint, count=1, steps=60, strength=1.0, edges=edges)
    assert result.pixels is not None
    apart = [
        np.abs(pixels[UNDER].astype(int) - wanted[UNDER]).mean()
        for pixels in (before(context), result.pixels)
    ]
    assert apart[1] < 0.7 * apart[0]


def test_strength_decides_between_paint_and_picture(context: Context) -> None:
    weak, strong = (
        sketch(context, painted(), count=1, steps=40, strength=strength)[0].pixels
        for strength in (0.0, 1.0)
    )
    assert weak is not None
    assert off(strong) < off(weak)
    np.testing.assert_allclose(weak.astype(int), before(context).astype(int), atol=4)


@pytest.mark.parametrize("model", ["dcgan", "portrait"])
def test_alternatives_are_ranked_and_make_themselves_again(context: Context, model: str) -> None:
    results = sketch(context, painted(), model, count=4, steps=20, strength=1.0)
    vectors = [result.request.params["point"]["anchors"][0]["vector"] for result in results]
    studio = studio_of(model, context)
    shape = (studio.space.levels, studio.space.width)
    land = landscape(studio.model, studio.space)
    wish = Wish.of(land, studio.space.of_seed(2), painted(), strength=1.0, edges=False)
    found = losses(land, wish, np.array(vectors, np.float32).reshape(-1, *shape))
    assert (np.diff(found) > -1e-5).all()
    assert found[0] < losses(land, wish, studio.space.of_seed(2)[None])[0]
    for result in results:
        assert result.request.task == "latent"
        (again,) = tasks.run(result.request, context)
        np.testing.assert_array_equal(again.pixels, result.pixels)


def test_the_next_look_goes_on_from_the_last_one(context: Context) -> None:
    few: dict[str, Any] = {"count": 1, "steps": 3, "strength": 1.0}
    first = sketch(context, painted(), **few)[0]
    next_ = sketch(context, painted(), **few, last=first.request.params["point"])[0]
    anew = sketch(context, painted(), **few)[0]
    assert anew.request == first.request  # nothing is remembered in between
    assert off(next_.pixels) < off(first.pixels)


def test_the_z_of_a_place_is_found_again(context: Context) -> None:
    studio = studio_of("portrait", context)
    land = landscape(studio.model, studio.space)
    places = torch.from_numpy(np.stack([studio.space.of_seed(seed) for seed in (600, 601)]))
    z = inverted(land, places)
    apart = land.deviations(land.mapped(z)[:, None] - places[:, :1] + land.mean[:1])
    assert apart.square().mean() < 0.02
    assert torch.allclose(z.norm(dim=1), torch.full((2,), land.z_width**0.5))


def test_paint_of_any_size_is_fitted(context: Context) -> None:
    small, large = fitted_paint(painted(), SIZE), fitted_paint(painted(scale=5), SIZE)
    np.testing.assert_array_equal(small[..., 3], large[..., 3])
    assert (large[UNDER][..., :3] == COLOUR).all()  # no dark rims from what is transparent
    wide = np.concatenate([painted(), np.zeros_like(painted())], axis=1)
    assert fitted_paint(wide, SIZE).shape == (SIZE, SIZE, 4)
    assert (fitted_paint(painted()[..., :3], SIZE)[..., 3] == 255).all()


def test_it_stops_when_asked_to(context: Context) -> None:
    flag = CancelFlag()
    job = context.for_job(flag, lambda *_: flag.cancel(), inputs={"image": painted()})
    with pytest.raises(EngineError) as caught:
        tasks.run(Request(task="sketch", model="portrait", params={"count": 2}), job)
    assert caught.value.kind == "cancelled"


def test_bad_inputs_are_sentences(context: Context) -> None:
    with pytest.raises(EngineError, match="Nothing is painted"):
        sketch(context, np.zeros((SIZE, SIZE, 4), np.uint8))
    with pytest.raises(EngineError, match="no direction called 'wings'"):
        sketch(context, painted(), point={"moves": {"wings": 1.0}})
    with pytest.raises(EngineError, match="does not belong to this model"):
        sketch(context, painted(), last={"anchors": [{"vector": [1.0, 2.0]}]})
    request = Request(task="sketch", model="infogan")
    with pytest.raises(EngineError, match="steered by its codes"):
        tasks.run(request, context.for_job(CancelFlag(), inputs={"image": painted()}))


def test_without_torch_it_says_what_to_install(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "engines.runtime.torch_latent", raising=False)
    monkeypatch.delattr("engines.runtime.torch_latent", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EngineError, match="torch is not installed") as caught:
        sketch(context, painted())
    assert "duet-studio[train]" in caught.value.advice
