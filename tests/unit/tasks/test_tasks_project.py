"""A picture is found again in the latent space, with and without torch, and can be gone on from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="tiny models are exported from torch")

import torch
from PIL import Image
from tiny_latents import SIZE, make_encoder, make_latent_model

from engines import tasks
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime import torch_latent, torch_tuning
from engines.runtime.backend import make_backend
from engines.runtime.cancel import CancelFlag
from engines.runtime.cards import PREVIEW
from engines.runtime.context import Context
from engines.runtime.direction_notes import user_file
from engines.runtime.encoder import distance, open_encoder
from engines.runtime.library import Library
from engines.runtime.results import Result
from engines.tasks.latent import studio_of
from engines.tasks.project import NO_TORCH, far_note

Pixels = np.ndarray


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    make_encoder(make_latent_model(place, "portrait"))
    make_latent_model(place, "dcgan", judge=False)
    make_latent_model(place, "infogan")
    return place


@pytest.fixture
def context(models: Path, duet_data: Path) -> Context:
    return Context(Library([models]), make_backend("onnx", threads=1, spin=False))


def sample(context: Context, model: str, seed: int) -> Pixels:
    (result,) = tasks.run(Request(task="latent", model=model, seed=seed), context)
    assert result.pixels is not None
    return result.pixels


def project(context: Context, picture: Pixels, model: str = "portrait", **params: Any) -> Result:
    request = Request(task="project", model=model, seed=3, params=params)
    (result,) = tasks.run(request, context.for_job(CancelFlag(), inputs={"image": picture}))
    return result


def apart(result: Result, picture: Pixels) -> float:
    assert result.pixels is not None
    return distance(result.pixels, picture)


@pytest.mark.parametrize("model", ["portrait", "dcgan"])
def test_a_planted_place_is_found(context: Context, model: str) -> None:
    planted = sample(context, model, 500)  # none of the seeds that are tried
    guess, found = (project(context, planted, model, steps=steps) for steps in (0, 200))
    assert apart(found, planted) < 0.02
    assert apart(found, planted) < 0.4 * apart(guess, planted)


@pytest.fixture
def mine(models: Path, tmp_path: Path, duet_data: Path) -> Context:
    """The models, and an empty place for new ones."""
    library = Library([models, tmp_path / "mine"])
    return Context(library, make_backend("onnx", threads=1, spin=False))


STRANGE = np.full((SIZE, SIZE, 3), 200, np.uint8)  # nothing that the models make


@pytest.mark.parametrize("psi", [1.0, 0.6])
@pytest.mark.parametrize("model", ["portrait", "dcgan"])
def test_a_tuned_variant_makes_the_picture_and_is_kept(
    mine: Context, model: str, psi: float
) -> None:
    found = project(mine, STRANGE, model, steps=5, truncation=psi)
    tuned = project(mine, STRANGE, model, steps=5, tuning=40, truncation=psi)
    assert apart(tuned, STRANGE) < apart(found, STRANGE)
    assert tuned.request.model == f"{model}-tuned"
    assert tuned.request.params == found.request.params
    kept = mine.library.get(tuned.request.model)
    assert kept.path.parent == mine.library.home
    assert kept.card.weights == tuned.request.weights
    assert kept.card.quality == {}
    assert "tuned" in kept.card.title
    (again,) = tasks.run(tuned.request, mine)
    np.testing.assert_array_equal(again.pixels, tuned.pixels)


def test_a_variant_of_a_variant_is_of_the_same_line(mine: Context) -> None:
    first = project(mine, STRANGE, steps=0, tuning=1).request.model
    second = project(mine, STRANGE, first, steps=0, tuning=1).request.model
    card = mine.library.get(second).card
    assert (first, second) == ("portrait-tuned", "portrait-tuned-2")
    assert card.title.count("tuned") == 1
    assert card.licence.weights.count("before") == 1
    assert card.training.data.count("one picture of yours") == 1


def test_a_variant_has_the_encoder_and_shows_what_it_makes(mine: Context) -> None:
    variant = project(mine, STRANGE, steps=0, tuning=2).request.model
    kept = mine.library.get(variant)
    studio = studio_of(variant, mine)
    shape = (studio.space.levels, studio.space.width)
    assert open_encoder(kept, shape, 1) is not None
    with Image.open(kept.path / PREVIEW) as preview:
        assert not (np.asarray(preview.convert("RGB")) == 200).all()


def test_the_first_layers_and_the_base_stay_as_they_are(mine: Context) -> None:
    studio = studio_of("portrait", mine)
    land = torch_latent.landscape(studio.model, studio.space)
    before = {name: value.clone() for name, value in land.generator.state_dict().items()}
    *_, bent = torch_tuning.tuning(land, studio.space.of_seed(3), STRANGE, 5, seed=0)
    after = bent.land.generator.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert not any(name.startswith(("mapping.", "project.", "blocks.0.")) for name in moved)
    for name, value in land.generator.state_dict().items():
        assert torch.equal(value, before[name])


def test_directions_of_the_model_move_its_variant(mine: Context) -> None:
    sides = {"plus": [{"anchors": [{"seed": 1}]}], "minus": [{"anchors": [{"seed": 2}]}]}
    made = Request(task="direction", model="portrait", params={"title": "wide", **sides})
    tasks.run(made, mine)
    variant = project(mine, STRANGE, steps=0, tuning=1).request.model
    (info,) = (row for row in mine.library.models() if row.name == variant)
    assert [one.name for one in info.directions] == ["wide"]

    def shown(**point: Any) -> Pixels:
        (result,) = tasks.run(Request(task="latent", model=variant, params={"point": point}), mine)
        assert result.pixels is not None
        return result.pixels

    assert (shown(moves={"wide": 2.0}) != shown()).any()
    user_file(variant, "wide").unlink()  # as removing it in the window does
    (info,) = (row for row in mine.library.models() if row.name == variant)
    assert not info.directions


def test_a_place_that_takes_no_model_is_told_before_the_search(
    models: Path, tmp_path: Path, duet_data: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    context = Context(
        Library([models, tmp_path / "file" / "mine"]),
        make_backend("onnx", threads=1, spin=False),
    )
    steps: list[int] = []
    job = context.for_job(
        CancelFlag(), lambda *done: steps.append(done[0]), inputs={"image": STRANGE}
    )
    request = Request(task="project", model="portrait", params={"steps": 5, "tuning": 5})
    with pytest.raises(EngineError) as caught:
        tasks.run(request, job)
    assert caught.value.kind == "bad_input"
    assert not steps


def test_cancelling_a_tuning_leaves_no_model(models: Path, tmp_path: Path, duet_data: Path) -> None:
    library = Library([models, tmp_path / "mine"])
    context = Context(library, make_backend("onnx", threads=1, spin=False))
    flag = CancelFlag()
    picture = sample(context, "portrait", 1)
    told = lambda number, _total, _note: flag.cancel() if number == 8 else None  # noqa: E731
    job = context.for_job(flag, told, inputs={"image": picture})
    request = Request(task="project", model="portrait", params={"steps": 5, "tuning": 20})
    with pytest.raises(EngineError) as caught:
        tasks.run(request, job)
    assert caught.value.kind == "cancelled"
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("params", [{"steps": 0}, {"steps": 5, "truncation": 0.6}])
def test_the_results_request_makes_the_same_picture(
    context: Context, params: dict[str, Any]
) -> None:
    result = project(context, sample(context, "portrait", 5), **params)
    assert result.request.task == "latent"
    assert result.request.weights == context.model("portrait").card.weights
    (again,) = tasks.run(result.request, context)
    assert again.pixels is not None
    np.testing.assert_array_equal(again.pixels, result.pixels)
    assert again.request == result.request


def test_a_found_place_takes_part_in_a_blend(context: Context) -> None:
    found = project(context, sample(context, "portrait", 5), steps=0).request
    (anchor,) = found.params["point"]["anchors"]
    both = {"anchors": [{**anchor, "weight": 0.5}, {"seed": 9, "weight": 0.5}]}
    request = Request(task="latent", model="portrait", params={"point": both})
    (result,) = tasks.run(request, context)
    assert result.pixels is not None


def test_the_way_is_shown_and_only_the_end_is_kept(context: Context) -> None:
    shown: list[bool] = []
    done: list[tuple[int, int]] = []
    job = context.for_job(
        CancelFlag(),
        lambda number, total, note: done.append((number, total)),
        lambda result, finished: shown.append(finished),
        {"image": sample(context, "portrait", 1)},
    )
    tasks.run(Request(task="project", model="portrait", params={"steps": 25}), job)
    assert shown == [False, False, False, True]  # the guess, steps 10 and 20, and the end
    assert done[-1] == (25, 25)


def test_it_stops_at_the_next_step_when_asked_to(context: Context) -> None:
    flag = CancelFlag()
    steps: list[int] = []

    def on_progress(number: int, total: int, note: str) -> None:
        steps.append(number)
        if number == 4:
            flag.cancel()

    job = context.for_job(flag, on_progress, inputs={"image": sample(context, "portrait", 1)})
    with pytest.raises(EngineError) as caught:
        tasks.run(Request(task="project", model="portrait", params={"steps": 200}), job)
    assert caught.value.kind == "cancelled"
    assert steps == [1, 2, 3, 4]


def test_the_same_request_gives_the_same_bytes(context: Context) -> None:
    picture = sample(context, "portrait", 8)
    one, other = (project(context, picture, steps=12) for _ in range(2))
    assert one.request == other.request
    np.testing.assert_array_equal(one.pixels, other.pixels)


def test_without_torch_the_guess_is_kept_and_said_to_be_one(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = sample(context, "portrait", 5)
    guess = project(context, picture, steps=0)
    monkeypatch.delitem(sys.modules, "engines.runtime.torch_latent", raising=False)
    monkeypatch.delattr("engines.runtime.torch_latent", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = project(context, picture, steps=50)
    assert result.note == NO_TORCH
    assert result.request == guess.request


def test_an_unlike_picture_is_told_with_its_distance(tmp_path: Path, duet_data: Path) -> None:
    make_encoder(make_latent_model(tmp_path), within=0.01)
    context = Context(Library([tmp_path]), make_backend("onnx", threads=1, spin=False))
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    note = project(context, noise, steps=0).note
    assert note.startswith("This picture is far from what this model knows (distance 0.")
    assert note.endswith("its own pictures lie within 0.01).")
    assert far_note(0.01, 0.01) == far_note(0.5, 0.0) == ""


def test_pictures_of_any_size_and_kind_are_taken(context: Context) -> None:
    large = np.zeros((90, 400, 4), np.uint8)
    assert project(context, large, steps=0).pixels is not None
    boxed = project(context, large, steps=0, left=300, top=10, side=50)
    assert boxed.pixels is not None


def test_bad_inputs_are_sentences(context: Context) -> None:
    with pytest.raises(EngineError, match="too little to find anything in"):
        project(context, np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(EngineError, match="leaves the picture"):
        project(context, np.zeros((50, 50, 3), np.uint8), left=40, side=20)
    with pytest.raises(EngineError, match="steered by its codes"):
        project(context, np.zeros((50, 50, 3), np.uint8), "infogan")
    with pytest.raises(EngineError, match="Steps cannot be 201"):
        project(context, np.zeros((50, 50, 3), np.uint8), steps=201)
    with pytest.raises(EngineError, match="The image is missing"):
        tasks.run(Request(task="project", model="portrait"), context)
