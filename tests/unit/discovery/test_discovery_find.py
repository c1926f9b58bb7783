"""Finding directions from end to end, of a tiny random network; what is found means nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import drawn_faces
import msgspec
import numpy as np
import pytest
import tiny_latents
import tiny_models

from engines.discovery import find as finding
from engines.discovery import quality
from engines.discovery.bench import open_bench
from engines.evaluate.judge import train_judge
from engines.evaluate.sampling import draw
from engines.protocol.errors import EngineError
from engines.runtime import direction_notes, directions
from engines.runtime.cards import read_card, write_card
from engines.runtime.library import Library, Model


def open_model(folder: Path) -> Model:
    return Library([folder.parent]).get(folder.name)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "faces.zip"
    return drawn_faces.write_zip(path, *drawn_faces.draw_faces(240, 32))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return open_model(tiny_latents.make_latent_model(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def found(model: Model, data: Path) -> finding.Found:
    quick = pytest.MonkeyPatch()
    with quick.context() as patch:
        patch.setattr(finding, "train_judge", partial(train_judge, pictures_seen=640, least=0.0))
        patch.setattr(finding, "LEAST_SPILL", 0.0)
        patch.setattr(finding, "LEAST_EFFECT", -1.0)
        patch.setattr(finding, "ACTIVATED", 40)
        for name, fewer in {"PICTURES": 4, "ORDINARY": 8, "STEPS": 3}.items():
            patch.setattr(quality, name, fewer)
        return finding.find(model, data, labelled=80, threads=1)


def test_directions_fit_the_model_and_their_range(found: finding.Found) -> None:
    assert {way.info.method for way in found.ways} >= {"supervised", "closed_form"}
    for way in found.ways:
        assert way.vectors.shape == (2, 10)
        assert -4 <= way.info.low <= -1
        assert 1 <= way.info.high <= 4
    assert len({way.info.name for way in found.ways}) == len(found.ways)


def test_no_two_directions_are_nearly_one(found: finding.Found) -> None:
    flat = np.stack([way.vectors.ravel() for way in found.ways])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    cosines = np.abs(flat @ flat.T) - np.eye(len(flat))
    assert cosines.max() <= finding.SAME + 1e-3


def test_what_was_found_can_be_kept(found: finding.Found, model: Model) -> None:
    path = model.path / direction_notes.DIRECTIONS
    directions.write(path, found.ways, model, found.examples)
    listed = direction_notes.listed(model)
    assert [info.name for info in listed] == [way.info.name for way in found.ways]
    assert direction_notes.examples(model) == found.examples
    described = Library([model.path.parent]).models()[0]
    assert described.directions == listed
    assert described.examples == found.examples
    path.unlink()


def test_the_bench_shows_what_seeds_show(model: Model) -> None:
    bench = open_bench(model)
    made = bench.pictures(bench.places(range(20)))
    assert np.abs(made.astype(int) - draw(model, 20)).max() <= 1
    assert bench.critic is not None
    assert bench.logits(made).shape == (20,)


def test_a_model_without_its_critic_can_be_tried(tmp_path: Path) -> None:
    bench = open_bench(open_model(tiny_models.make_generator(tmp_path)))
    assert bench.critic is None
    assert bench.pictures(bench.places([3])).shape == (1, 16, 16, 3)


def test_codes_are_their_own_directions(tmp_path: Path) -> None:
    folder = tiny_models.make_generator(tmp_path)
    write_card(folder, msgspec.structs.replace(read_card(folder), family="infogan"))
    with pytest.raises(EngineError, match="steered by its codes"):
        open_bench(open_model(folder))
