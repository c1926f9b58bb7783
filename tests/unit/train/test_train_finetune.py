"""A melody model goes on learning: from its weights, every epoch kept, the best made a model."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_songs import make_songs

from engines import cli
from engines.music.files.midi import from_midi
from engines.runtime.library import Library
from engines.train import finetune, melodies

MODELS = Path(__file__).resolve().parents[3] / "assets" / "models"


@pytest.fixture(autouse=True)
def _measure_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(melodies, "MEASURED_PIECES", 4)
    monkeypatch.setattr(melodies, "SETTLE_BATCHES", 1)
    monkeypatch.setattr(finetune, "LEAST_STEPS", 2)


def run(*arguments: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


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
    heard = [from_midi(Path(epoch["midi"]).read_bytes()) for epoch in done["epochs"]]
    assert all(clip.chords == ("C", "Am", "F", "G") * 2 and clip.notes for clip in heard)
    start = load_file(model / "training.safetensors")
    key = "fc1.weight"
    assert torch.equal(files[0][f"network.generator.{key}"], start[f"generator.{key}"].float())
    assert not torch.equal(files[1][f"network.average.{key}"], files[2][f"network.average.{key}"])
    assert {path.name for path in out.iterdir()} >= {"epochs", "log.jsonl", "my-songs"}

    card = Library([out]).get("my-songs", "compose").card
    assert card.training.data.startswith("songs, after POP909")
    assert "for your own use" in card.licence.weights

    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", out)
    assert code == 2
    assert "already holds epochs" in err


def test_what_cannot_learn_from_songs_says_so(tmp_path: Path) -> None:
    songs = make_songs(tmp_path / "songs", count=2)
    model = MODELS / "portraits-peeps"
    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", tmp_path / "new")
    assert (code, "writes no melodies" in err) == (2, True)
    code, _, err = run("finetune", "--model", model, "--data", songs, "--out", tmp_path / "No Name")
    assert (code, "cannot be called" in err) == (2, True)
