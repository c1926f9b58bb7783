"""A model goes on learning: from its weights, every epoch kept, the best made a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from command_line import run
from drawn_faces import make_faces
from PIL import Image
from safetensors.torch import load_file
from short_lessons import measure_little
from tiny_songs import make_songs

from engines.commands.train import RECIPES
from engines.music.files.midi import from_midi
from engines.protocol.training import PICTURE_OBJECTIVES
from engines.runtime import directions
from engines.runtime.library import Library
from engines.train import (
    checkpoint,
    finetune,
    finetune_fills,
    recipe,
)
from engines.train.objectives import OBJECTIVES
from engines.train.publish_learnt import publish_learnt

MODELS = Path(__file__).resolve().parents[3] / "assets" / "models"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    measure_little(monkeypatch)


def test_epochs_are_kept_and_the_best_is_a_model(tmp_path: Path) -> None:
    songs, out = make_songs(tmp_path / "songs"), tmp_path / "my-songs"
    model = MODELS / "melody-pop"
    code, told, _ = run(
        "finetune", "--model", model, "--data", songs, "--out", out, "--epochs", 2, "--json"
    )
    assert code == 0
    done = json.loads(told)
    assert [epoch["epoch"] for epoch in done["epochs"]] == [0, 1, 2]
    scores = {epoch["epoch"]: epoch["score"] for epoch in done["epochs"]}
    assert scores[done["epoch"]] == max(scores[1], scores[2])
    files = [load_file(epoch["file"]) for epoch in done["epochs"]]
    heard = [from_midi(Path(epoch["sample"]).read_bytes()) for epoch in done["epochs"]]
    assert all(clip.chords == ("C", "Am", "F", "G") * 2 and clip.notes for clip in heard)
    start = load_file(model / "model.safetensors")
    key = "fc1.weight"
    for network in ("generator", "average"):  # it begins with what people use
        assert torch.equal(files[0][f"network.{network}.{key}"], start[key].float())
    assert not torch.equal(files[1][f"network.average.{key}"], files[2][f"network.average.{key}"])
    assert {path.name for path in out.iterdir()} >= {"epochs", "log.jsonl", "my-songs"}

    card = Library([out]).get("my-songs", "compose").card
    assert card.training.data.startswith("songs, after POP909")
    assert "for your own use" in card.licence.weights

    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", out)
    assert code == 2
    assert "already holds epochs" in err


def test_a_training_goes_on_where_it_ended(tmp_path: Path) -> None:
    songs, out = make_songs(tmp_path / "songs"), tmp_path / "my-songs"
    words = ("finetune", "--model", MODELS / "melody-pop", "--data", songs, "--out", out)
    whole, words = words, (*words, "--epochs-only", "--json")
    code, _, err = run(*words, "--resume")
    assert (code, "There is no training to go on with" in err) == (2, True)
    assert run(*words, "--epochs", 1)[0] == 0
    first = load_file(out / "epochs" / "001.safetensors")
    code, told, _ = run(*words, "--epochs", 2, "--resume")
    assert code == 0
    epochs = json.loads(told)["epochs"]
    assert [epoch["epoch"] for epoch in epochs] == [0, 1, 2, 3]
    assert sorted(epoch["seconds"] for epoch in epochs) == [epoch["seconds"] for epoch in epochs]
    assert all(Path(epoch["sample"]).suffix == ".mid" for epoch in epochs)
    files = [load_file(epoch["file"]) for epoch in epochs]
    key = "network.generator.fc1.weight"
    assert torch.equal(files[1][key], first[key])  # what there was stays
    assert not torch.equal(files[2][key], files[1][key])
    other = ("--model", MODELS / "melody-standards")
    code, _, err = run(*words, "--resume", *other)
    assert (code, "began with melody-pop, not with melody-standards" in err) == (2, True)
    (out / "my-songs").mkdir()
    code, _, err = run(*whole, "--resume")
    assert (code, "is the model of an epoch before" in err) == (2, True)
    (songs / "another.mid").write_bytes(b"MThd")
    code, _, err = run(*words, "--resume")
    assert (code, "are not those that this training began with" in err) == (2, True)


def test_a_spoilt_log_costs_its_own_lines_only(tmp_path: Path) -> None:
    songs, out = make_songs(tmp_path / "songs"), tmp_path / "mine"
    words = ("finetune", "--model", MODELS / "melody-pop", "--data", songs, "--out", out)
    words = (*words, "--epochs-only", "--json")
    assert run(*words, "--epochs", 3)[0] == 0
    (out / "epochs" / "002.safetensors").unlink()
    log = out / "log.jsonl"
    log.write_text(log.read_text() + '{"epoch": 9, "sec')
    code, told, _ = run(*words, "--epochs", 1, "--resume")
    assert code == 0
    assert [epoch["epoch"] for epoch in json.loads(told)["epochs"]] == [0, 1, 3, 4]
    assert [epoch.number for epoch in finetune.kept_epochs(out)] == [0, 1, 3, 4]


def test_what_an_end_left_unmeasured_is_measured_first(tmp_path: Path) -> None:
    songs, out = make_songs(tmp_path / "songs"), tmp_path / "mine"
    words = ("finetune", "--model", MODELS / "melody-pop", "--data", songs, "--out", out)
    words = (*words, "--epochs-only", "--json")
    assert run(*words, "--epochs", 2)[0] == 0
    whole = load_file(out / "epochs" / "002.safetensors")
    log = out / "log.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    (out / "epochs" / "002.safetensors").unlink()
    code, told, _ = run(*words, "--epochs", 1, "--resume")
    assert (code, [e["epoch"] for e in json.loads(told)["epochs"]]) == (0, [0, 1, 2, 3])
    key = "network.generator.fc1.weight"
    assert torch.equal(load_file(out / "epochs" / "002.safetensors")[key], whole[key])


def test_what_cannot_learn_from_songs_says_so(tmp_path: Path) -> None:
    songs = make_songs(tmp_path / "songs", count=2)
    model = MODELS / "portraits-peeps"
    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", tmp_path / "new")
    assert (code, "holds 0 pictures. Give 10 or more" in err) == (2, True)
    model = MODELS / "context-encoder"
    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", tmp_path / "new")
    assert (code, "Give 20 or more" in err) == (2, True)
    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", tmp_path / "No Name")
    assert (code, "cannot be called" in err) == (2, True)


def test_the_losses_are_told_between_the_epochs(tmp_path: Path) -> None:
    songs, out = make_songs(tmp_path / "songs"), tmp_path / "mine"
    words = ("finetune", "--model", MODELS / "melody-pop", "--data", songs, "--out", out)
    code, _, err = run(*words, "--epochs-only", "--json", "--epochs", 2)
    assert code == 0
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    losses = [line for line in lines if "health" in line]
    assert [json.loads(line) for line in err.splitlines() if "health" in line] == losses
    assert [set(line) for line in losses] == [
        {
            "samples", "seconds", "discriminator", "told_apart", "generator", "matching", "health",
        }
    ] * len(losses)  # fmt: skip
    assert ["epoch" in line for line in lines] == [True, False, False, True, False, False, True]
    assert not (out / "samples").exists()  # an epoch has a sample of its own


def test_a_picture_model_can_play_for_something_else(tmp_path: Path) -> None:
    faces, out = make_faces(tmp_path / "faces", 12), tmp_path / "mine"
    words = ("finetune", "--model", MODELS / "portraits-peeps", "--data", faces, "--out", out)
    words = (*words, "--epochs", 1, "--epochs-only", "--json")
    hinge = ("--objective", "hinge")
    code, told, _ = run(*words, *hinge)
    assert code == 0
    read = checkpoint.read_progress(Path(json.loads(told)["epochs"][1]["file"])).recipe
    assert recipe.parse(read, "it").objective.name == "hinge"
    code, _, err = run(*words, *hinge, "--resume")
    assert (code, "goes on with the objective that it began with" in err) == (2, True)

    songs = make_songs(tmp_path / "songs", count=2)
    other = ("--model", MODELS / "melody-pop", "--data", songs, "--out", tmp_path / "new")
    code, _, err = run("finetune", *other, *hinge)
    assert (code, "keeps the objective that it learned by" in err) == (2, True)
    code, _, err = run("finetune", *other, "--objective", "luck")
    assert (code, "luck" in err) == (2, True)
    assert {each.name for each in PICTURE_OBJECTIVES} == set(OBJECTIVES) - {"midinet"}


def learnt(model: Path, data: Path, out: Path) -> list[dict[str, Any]]:
    """The model as it was and after one epoch."""
    words = ("--model", model, "--data", data, "--out", out, "--epochs", 1, "--epochs-only")
    code, told, _ = run("finetune", *words, "--json")
    assert code == 0
    epochs = json.loads(told)["epochs"]
    assert [epoch["epoch"] for epoch in epochs] == [0, 1]
    return list(epochs)


@pytest.mark.parametrize("name", ["portraits-peeps", "digits-infogan"])
def test_a_picture_model_learns_on_and_shows_it(tmp_path: Path, name: str) -> None:
    faces, out = make_faces(tmp_path / "faces", 12), tmp_path / "mine"
    before, after = learnt(MODELS / name, faces, out)
    assert {"distance", "novelty", "score"} <= before.keys()
    with Image.open(before["sample"]) as first, Image.open(after["sample"]) as second:
        assert first.size == second.size
        assert first.tobytes() != second.tobytes()

    # Few pictures: what the discriminator sees finely stays, its judgement starts anew.
    start = load_file(MODELS / name / "training.safetensors")
    now = load_file(after["file"])
    first_layer = {"portraits-peeps": "blocks.0", "digits-infogan": "trunk.0"}[name]
    kept = f"discriminator.{first_layer}.weight"
    assert torch.equal(now[f"network.{kept}"], start[kept].float())
    last = "discriminator.last.weight"
    pair = torch.stack([now[f"network.{last}"].flatten(), start[last].float().flatten()])
    assert abs(pair.corrcoef()[0, 1]) < 0.3
    published = load_file(MODELS / name / "model.safetensors")
    key = next(key for key in published if "weight" in key)
    first = load_file(before["file"])
    assert torch.equal(first[f"network.average.{key}"], published[key].float())
    assert not torch.equal(now[f"network.generator.{key}"], published[key].float())


def test_what_learned_on_keeps_the_directions_it_had_but_not_their_figures(tmp_path: Path) -> None:
    base = Library([MODELS]).get("portraits-peeps")
    faces = make_faces(tmp_path / "faces", 12)
    (_, after) = learnt(base.path, faces, tmp_path / "mine")
    publish_learnt(Path(after["file"]), tmp_path / "made", Library([MODELS]))
    made = Library([tmp_path]).get("made")
    before, now = directions.of_model(base), directions.of_model(made)
    assert before.keys() == now.keys()
    way = next(iter(now.values()))
    assert way.info.method == "inherited"
    assert way.info.effect is None
    assert np.allclose(way.vectors, before[way.info.name].vectors)
    (listed,) = (row for row in Library([tmp_path]).models() if row.name == "made")
    assert {one.name for one in listed.directions} == now.keys()


def test_a_filling_model_learns_on_without_the_features_that_are_not_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetune_fills, "LEAST_STEPS", 1)
    faces, out = make_faces(tmp_path / "faces", 24), tmp_path / "mine"
    base = MODELS / "inpaint-photo"
    told = learnt(base, faces, out)
    before = told[0]
    assert {"score", "hole_psnr_db", "detail"} <= before.keys()
    sheets = [Path(epoch["sample"]).read_bytes() for epoch in told]
    assert sheets[0] != sheets[1]


def test_grey_models_keep_their_tones(tmp_path: Path) -> None:
    faces = make_faces(tmp_path / "faces", 12)
    digits = finetune.recipe_for(Library([MODELS]).get("digits-infogan"), "mine", faces)
    assert "color" not in digits.data.augment
    assert {"translation", "cutout"} <= set(digits.data.augment)
    assert digits.data.labels == ()


def test_many_pictures_teach_all_layers(tmp_path: Path) -> None:
    model = Library([MODELS]).get("portraits-peeps-128")
    few = finetune.recipe_for(model, "few", make_faces(tmp_path / "few", 12))
    many = finetune.recipe_for(model, "many", make_faces(tmp_path / "many", 301))
    assert (few.optimiser.frozen, many.optimiser.frozen) == (2, 0)
    changes = {"color", "translation", "cutout"}
    assert set(few.data.augment) == set(many.data.augment) == changes
    own = recipe.load(RECIPES / "portraits-peeps-128.toml")
    assert own.data.often["background"]
    assert few.data.often == {}  # other pictures have other attributes, or none
    assert few.undecided
    assert not few.schedule.ema_ramp
    assert few.network == own.network
