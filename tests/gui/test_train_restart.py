"""Trainings that are killed, or left with the window: what is whole is there afterwards."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from bench import Bench
from pytestqt.qtbot import QtBot
from safetensors import safe_open
from tiny_songs import make_midi_songs
from train_bench import (
    QUICK,
    learn,
    look,
    needs_torch,
    page_of,
    said,
    until,
)

from engines.protocol.paths import user_models_dir
from studio.model.finetune import Finetune


@needs_torch
def test_a_killed_training_keeps_its_epochs_over_a_restart(
    train: Bench, qtbot: QtBot, tmp_path: Path, duet_data: Path
) -> None:
    page = page_of(train)
    model = learn(qtbot, page, make_midi_songs(tmp_path / "songs"))
    os.kill(model.process_id, signal.SIGKILL)
    until(qtbot, lambda: model.state != "running")
    assert model.state == "done"
    assert said(train).startswith("The training was ended from outside. The epochs up to ")
    epochs = list(model.epochs)
    page.close()
    page.finish()
    again = Finetune(train.context)
    assert (again.state, again.name) == ("done", "songs")
    assert again.epochs[: len(epochs)] == epochs
    assert again.model is not None
    assert again.model.name == "melody-pop"
    assert "its epochs are still here" in again.problem
    again._command._argv = [sys.executable, "-c", QUICK]
    again.set_minutes(3)
    again.choose_epoch(0)
    again.go_on()  # where the killed process was
    until(qtbot, lambda: len(again.epochs) > len(epochs) or again.state != "running")
    assert again.state == "running", again.problem
    assert again.reason_not_to_go_on() == "It is learning now: stop it first."
    again.stop()
    until(qtbot, lambda: again.state != "stopping")
    assert [row.epoch for row in again.epochs] == list(range(len(again.epochs)))
    assert again.epochs[: len(epochs)] == epochs
    assert again.chosen == epochs[0]  # more epochs do not unchoose one
    again.close()
    last = Finetune(train.context)
    assert all(Path(row.file).is_file() for row in last.epochs)
    last.begin_again()
    assert list((duet_data / "finetune").iterdir()) == []
    last.close()


@needs_torch
def test_closing_the_window_ends_the_process(train: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    page = page_of(train)
    model = look(qtbot, page, make_midi_songs(tmp_path / "songs"))
    model.train()
    until(qtbot, lambda: model.process_id > 0)
    process = model.process_id
    train.window.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not user_models_dir().exists()
    assert Finetune(train.context).state == "idle"


@needs_torch
def test_a_training_is_saved_where_it_is_when_the_window_closes(
    train: Bench, qtbot: QtBot, tmp_path: Path, duet_data: Path
) -> None:
    page = page_of(train)
    model = learn(qtbot, page, make_midi_songs(tmp_path / "songs"))
    before = len(model.losses)
    until(qtbot, lambda: len(model.losses) > before)
    epochs = list(model.epochs)
    train.window.close()
    assert model.process_id == 0
    (saved,) = duet_data.glob("finetune/*/songs/checkpoint.safetensors")
    with safe_open(saved, framework="numpy") as file:
        samples = json.loads(file.metadata()["progress"])["samples"]
    assert samples >= model.losses[-1].samples  # not only as far as the last epoch
    again = Finetune(train.context)
    assert again.epochs[: len(epochs)] == epochs
    assert again.losses[: len(model.losses)] == model.losses
    assert again.reason_not_to_go_on() == ""
    again.begin_again()
    again.close()
