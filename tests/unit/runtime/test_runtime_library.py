"""The library: lists anything without raising, finds by name, says what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tiny_models

from engines.protocol.errors import EngineError
from engines.protocol.paths import shipped_models_dir, user_models_dir
from engines.runtime.cards import CARD, NETWORK, WEIGHTS
from engines.runtime.files import sha256
from engines.runtime.headers import metadata_of
from engines.runtime.library import Library


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tiny_models.make_models(tmp_path / "models")


def test_a_model_is_described_by_its_card(models: Path) -> None:
    by_name = {info.name: info for info in Library([models]).models()}
    info = by_name["tiny-portraits"]
    folder = models / "tiny-portraits"
    assert (info.title, info.task, info.size) == ("Tiny portraits", "generate", 16)
    assert info.weights == sha256(folder / WEIGHTS)[:16]
    assert (info.licence, info.credit, info.data) == ("CC0-1.0", "Nobody", "nothing")
    assert info.parameters == 8 * 3 * 16 * 16
    assert info.disk == sum(path.stat().st_size for path in folder.iterdir())
    assert info.trained["recipe"] == "none.toml"
    assert info.preview == ""
    assert info.problem == ""
    assert by_name["tiny-melody"].task == "compose"


def test_listing_shows_what_is_wrong_and_never_raises(models: Path) -> None:
    (models / "tiny-melody" / NETWORK).unlink()
    (models / "empty").mkdir()
    (models / "garbage").mkdir()
    (models / "garbage" / CARD).write_bytes(b"\x00\xff")
    (models / ".hidden").mkdir()
    (models / "file").write_bytes(b"")
    (models / "loop").symlink_to(models / "loop")
    problems = {info.name: info.problem for info in Library([models]).models()}
    assert set(problems) == {"empty", "garbage", "tiny-melody", "tiny-portraits"}
    assert problems["tiny-portraits"] == ""
    assert "has no card.toml" in problems["empty"]
    assert "card.toml" in problems["garbage"]
    assert "has no model.onnx" in problems["tiny-melody"]


def test_places_that_do_not_exist_hold_no_models(tmp_path: Path) -> None:
    assert Library([tmp_path / "nowhere"]).models() == []


def test_the_usual_places_are_the_shipped_and_the_users_models(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(models.parent))
    tiny_models.make_generator(user_models_dir(), "mine")
    shipped = {info.name: info.shipped for info in Library().models()}
    assert shipped == {"tiny-melody": True, "tiny-portraits": True, "mine": False}


def test_the_second_of_two_models_with_one_name_is_told(models: Path, tmp_path: Path) -> None:
    tiny_models.make_generator(tmp_path / "more", "tiny-portraits", seed=1)
    library = Library([models, tmp_path / "more"])
    rows = [info for info in library.models() if info.name == "tiny-portraits"]
    assert [bool(row.problem) for row in rows] == [False, True]
    assert library.get("tiny-portraits").path.parent == models


def test_a_name_nearly_right_is_suggested(models: Path) -> None:
    with pytest.raises(EngineError) as caught:
        Library([models]).get("tiny-portrait")
    assert caught.value.kind == "bad_input"
    assert caught.value.advice == "Did you mean 'tiny-portraits'?"


def test_a_name_far_off_gets_the_choices_of_its_task(models: Path) -> None:
    with pytest.raises(EngineError) as caught:
        Library([models]).get("zebra", "compose")
    assert caught.value.advice == "Choose one of tiny-melody."
    with pytest.raises(EngineError, match="No usable model"):
        Library([]).get("zebra")


@pytest.mark.parametrize("name", ["..", ".", "", "../models/tiny-portraits", "/etc", "a\0b"])
def test_names_are_looked_up_and_never_followed(models: Path, name: str) -> None:
    with pytest.raises(EngineError) as caught:
        Library([models]).get(name)
    assert caught.value.kind == "bad_input"


def test_a_model_of_another_task_is_refused(models: Path) -> None:
    with pytest.raises(EngineError, match="cannot generate; it can compose") as caught:
        Library([models]).get("tiny-melody", "generate")
    assert caught.value.advice == "Choose one of tiny-portraits."


def test_a_broken_model_is_bad_model(models: Path) -> None:
    (models / "tiny-portraits" / CARD).write_text("size = ", encoding="utf-8")
    with pytest.raises(EngineError, match=CARD) as caught:
        Library([models]).get("tiny-portraits")
    assert caught.value.kind == "bad_model"


def test_a_model_is_the_same_object_until_it_is_replaced(models: Path) -> None:
    library = Library([models])
    first = library.get("tiny-portraits")
    assert library.get("tiny-portraits") is first
    shutil.rmtree(first.path)
    tiny_models.make_generator(models, "tiny-portraits", seed=9)
    second = library.get("tiny-portraits")
    assert second.card.weights != first.card.weights


def test_an_earlier_place_wins_from_the_next_listing_on(models: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    library = Library([earlier, models])
    assert library.folder("tiny-portraits").parent == models
    tiny_models.make_generator(earlier, "tiny-portraits", seed=9)
    library.models()
    assert library.folder("tiny-portraits").parent == earlier
    shutil.rmtree(earlier / "tiny-portraits")
    assert library.folder("tiny-portraits").parent == models


def test_shipped_melody_models_say_whether_they_can_be_told_to_be_creative() -> None:
    knobs = {row.name: row.knobs for row in Library([shipped_models_dir()]).models()}
    assert knobs["melody-pop"] == ("creativity",)
    assert knobs["melody-standards"] == ()
    assert knobs["portraits-peeps"] == ()


def test_a_header_nested_too_deeply_is_no_header(tmp_path: Path) -> None:
    header = b'{"a":' + b"[" * 200_000
    (tmp_path / "deep.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ValueError, match="nested too deeply"):
        metadata_of(tmp_path / "deep.safetensors")
