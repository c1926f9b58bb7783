"""Latent spaces: places, blends and directions, beside what torch and the tasks make of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_models
import torch

from engines import tasks
from engines.nets import portrait
from engines.protocol.errors import EngineError
from engines.protocol.latent import Anchor, Direction, Point, plain
from engines.protocol.messages import Request
from engines.protocol.paths import shipped_models_dir
from engines.runtime import direction_notes, directions
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.directions import Way
from engines.runtime.latent import LatentSpace, Mapper, noise
from engines.runtime.library import Library
from engines.tasks.latent import in_deviations, remove_direction, studio_of

TINY = "tiny-portraits"


@pytest.fixture
def context(tmp_path: Path, duet_data: Path) -> Context:
    tiny_models.make_generator(tmp_path)
    return Context(Library([tmp_path]), make_backend("onnx", threads=1, spin=False))


def space(context: Context, name: str = TINY) -> LatentSpace:
    return studio_of(name, context).space


def picture(context: Context, where: Point = Point(), **changes: object) -> np.ndarray:  # noqa: B008
    params = {"point": plain(where), **changes}
    return tasks.run(Request(task="latent", model=TINY, seed=5, params=params), context)[0].pixels


def test_the_mapping_equals_torchs() -> None:
    torch.manual_seed(0)
    network = portrait.Generator(
        portrait.PortraitConfig(size=16, generator=(8, 4), discriminator=(4, 8))
    )
    network.centre(torch.randn(64, 64))
    tensors = {key: value.numpy() for key, value in network.state_dict().items()}
    mapper, z = Mapper.of(tensors), noise(3, 64)
    expected = network.mapping.layers(torch.from_numpy(z)).detach().numpy()
    assert np.abs(mapper(z) - expected).max() < 1e-5


@pytest.mark.parametrize("name", ["portraits-peeps", "portraits-peeps-128"])
@pytest.mark.parametrize("truncation", [1.0, 0.5])
def test_a_place_without_moves_is_the_generated_picture(name: str, truncation: float) -> None:
    context = Context(Library([shipped_models_dir()]), make_backend("onnx", threads=1, spin=False))
    made = [
        tasks.run(Request(task=task, model=name, seed=9, params=params), context)[0].pixels
        for task, params in (
            ("generate", {"count": 1, "truncation": truncation}),
            ("latent", {"truncation": truncation}),
        )
    ]
    assert np.abs(made[0].astype(int) - made[1]).max() <= 1


def test_blends_of_a_plain_space_keep_the_length_of_latents(context: Context) -> None:
    here = space(context)
    half = here.place(Point(anchors=(Anchor(seed=1, weight=0.5), Anchor(seed=2, weight=0.5))), 0)
    one, other = here.of_seed(1), here.of_seed(2)
    assert np.allclose(half, (one + other) / 2**0.5, atol=1e-6)
    same = here.place(Point(anchors=(Anchor(seed=1, weight=0.5), Anchor(seed=1, weight=0.5))), 0)
    assert np.allclose(same, one, atol=1e-6)


def test_a_vector_is_where_it_says(context: Context) -> None:
    here = space(context)
    vector = tuple(float(x) for x in here.of_seed(5).ravel())
    assert np.array_equal(
        picture(context), picture(context, Point(anchors=(Anchor(vector=vector),)))
    )


def test_a_vector_of_another_model_is_refused(context: Context) -> None:
    with pytest.raises(EngineError, match="3 numbers does not belong to this model") as caught:
        picture(context, Point(anchors=(Anchor(vector=(1.0, 2.0, 3.0)),)))
    assert caught.value.kind == "bad_input"


def test_styles_mix_by_level() -> None:
    context = Context(Library([shipped_models_dir()]), make_backend("onnx", threads=1, spin=False))
    here = space(context, "portraits-peeps-128")
    mixed = here.place(Point(anchors=(Anchor(seed=1),), fine=(Anchor(seed=2),), split=2), 0)
    assert np.allclose(mixed[:2], here.of_seed(1)[:2], atol=1e-6)
    assert np.allclose(mixed[2:], here.of_seed(2)[2:], atol=1e-6)


def make(context: Context, title: str, **sides: list[int]) -> np.ndarray:
    params = {
        "title": title,
        **{
            side: [plain(Point(anchors=(Anchor(seed=s),))) for s in those]
            for side, those in sides.items()
        },
    }
    request = Request(task="direction", model=TINY, seed=0, params=params)
    return tasks.run(request, context)[0].pixels


def test_a_direction_from_marked_pictures_is_kept_and_moves(context: Context) -> None:
    sheet = make(context, "More glasses!", plus=[1, 2], minus=[3])
    assert sheet.shape == (16, 7 * 16, 3)
    (listed,) = next(m for m in context.library.models() if m.name == TINY).directions
    assert (listed.name, listed.title, listed.method) == ("more-glasses", "More glasses!", "yours")
    moved = picture(context, Point(moves={"more-glasses": 2.0}))
    assert not np.array_equal(moved, picture(context))
    way = studio_of(TINY, context).ways["more-glasses"]
    here = space(context)
    planted = (here.of_seed(1) + here.of_seed(2)) / 2 - here.of_seed(3)
    cosine = (way.vectors * planted).sum() / np.linalg.norm(way.vectors) / np.linalg.norm(planted)
    assert cosine > 0.999
    assert np.linalg.norm(way.vectors) == pytest.approx(1.0, abs=0.1)  # of standard normal latents
    make(context, "More glasses!", plus=[4])
    assert "more-glasses-2" in studio_of(TINY, context).ways
    remove_direction(TINY, "more-glasses")
    assert list(studio_of(TINY, context).ways) == ["more-glasses-2"]


@pytest.mark.parametrize(
    ("title", "sides", "sentence"),
    [
        ("", {"plus": [1]}, "no name"),
        ("Hat", {}, "No picture is marked"),
        ("Hat", {"plus": [1], "minus": [1]}, "the same place"),
    ],
)
def test_a_direction_from_nothing_is_one_sentence(
    context: Context, title: str, sides: dict[str, list[int]], sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        make(context, title, **sides)


def test_an_unknown_direction_names_those_there_are(context: Context) -> None:
    with pytest.raises(EngineError, match=r"no direction called 'smile'.*make one"):
        picture(context, Point(moves={"smile": 1.0}))


def test_neighbours_can_be_made_again_one_by_one(context: Context) -> None:
    params = {"spread": 0.5, "count": 3}
    request = Request(task="latent", model=TINY, seed=5, params=params)
    results = tasks.run(request, context)
    assert len({result.pixels.tobytes() for result in results}) == 3
    for result in results:
        assert np.array_equal(tasks.run(result.request, context)[0].pixels, result.pixels)


def test_files_of_directions(context: Context, tmp_path: Path) -> None:
    model = context.library.get(TINY)
    here = space(context)
    unit = np.zeros((1, here.width), np.float32)
    unit[0, 0] = 1
    info = Direction(name="a", title="A", method="pca")
    choice = Direction(name="b", title="B", method="code", choices=("x", "y"))
    ways = [Way(info, in_deviations(here, unit)), Way(choice, np.stack([unit, -unit]))]
    path = tmp_path / "ways.safetensors"
    directions.write(path, ways, model)
    read = directions.read(path, model)
    assert [way.info for way in read] == [info, choice]
    assert np.allclose(read[1].move(1.0), -unit)
    other = tiny_models.make_generator(tmp_path / "more", "other", seed=3)
    strange = Library([other.parent]).get("other")
    with pytest.raises(EngineError, match="another model than 'other'"):
        directions.read(path, strange)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(EngineError, match="no directions I can read"):
        directions.read(path, model)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x05\0\0\0\0\0\0\0",
        b"\xff" * 40,
        b"\x02\0\0\0\0\0\0\0{}",
        b"\x08\0\0\0\0\0\0\0not json",
    ],
)
def test_a_damaged_header_is_left_out_of_the_list(context: Context, damage: bytes) -> None:
    model = context.library.get(TINY)
    (model.path / direction_notes.DIRECTIONS).write_bytes(damage)
    with pytest.raises(EngineError, match="no directions I can read"):
        direction_notes.read_notes(model.path / direction_notes.DIRECTIONS, model)
    assert direction_notes.listed(model) == ()
    assert direction_notes.examples(model) == {}
    assert studio_of(TINY, context).ways == {}


@pytest.mark.parametrize("name", ["../../secrets", "", "a/b", ".hidden"])
def test_names_do_not_lead_out_of_the_folder(name: str, duet_data: Path) -> None:
    with pytest.raises(EngineError, match="no name of a direction"):
        remove_direction(TINY, name)
