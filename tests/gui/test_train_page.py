"""Training in the window: real processes that learn from tiny songs, stopped, killed and kept."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from bench import Bench, open_bench
from drawn_faces import make_faces
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from safetensors import safe_open
from tiny_songs import make_midi_songs
from train_bench import (
    PLAIN,
    learn,
    look,
    needs_torch,
    page_of,
    said,
    until,
)

from engines.music.files.midi import from_midi
from engines.protocol.messages import ListModels, Models
from engines.protocol.paths import user_models_dir
from engines.protocol.training import PICTURE_OBJECTIVES
from engines.runtime.library import Library
from studio.engine_client import command
from studio.model.finetune import Finetune
from studio.model.finetune_kinds import SONGS
from studio.model.finetune_lines import EpochRow, plain_words
from studio.model.finetune_runs import name_from, name_problem
from studio.view.widgets.picture_sheet import PictureSheet

ROLE = Qt.ItemDataRole.AccessibleTextRole


def test_an_empty_page_says_what_to_do_and_why_not_yet(
    train: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(train)
    assert page.stack.currentWidget() is page.empty
    assert page.buttons.button.toolTip() == "Choose a folder of pictures or songs first."
    songs = make_midi_songs(tmp_path / "My Songs!", 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(songs))
    qtbot.keyClick(train.window, Qt.Key.Key_O)
    until(qtbot, lambda: page.model.state == "ready")
    assert page.model.name == "my-songs"
    assert page.model.reason_not_to_train() == ""
    lines = page.tables.files.lines
    assert [line.cells[0] for line in lines[:2]] == ["broken.mid", "empty.mid"]
    assert lines[0].cells[1] == "Not a MIDI file that can be read."
    assert page.tables.words.text() == "3 of 5 files used, 16 bars to learn from."

    page.model.set_name("melody-pop")
    assert "already" in page.buttons.button.toolTip()
    page.model.set_name("No Spaces")
    assert "a-z, 0-9 and hyphens" in page.model.reason_not_to_train()
    (user_models_dir() / "mine").mkdir(parents=True)
    page.model.set_name("mine")
    assert "already" in page.model.reason_not_to_train()


def test_a_folder_without_songs_is_told(train: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    train.window.open_file(str(tmp_path / "bare"))
    page = page_of(train)
    until(qtbot, lambda: page.model.state == "failed")
    assert said(train).startswith("There are no songs in bare.")
    assert page.buttons.button.toolTip() == said(train)


@needs_torch
def test_an_epoch_of_a_stopped_training_becomes_a_model(
    train: Bench, qtbot: QtBot, tmp_path: Path, duet_data: Path
) -> None:
    page = page_of(train)
    model = learn(qtbot, page, make_midi_songs(tmp_path / "songs"))
    assert os.getpriority(os.PRIO_PROCESS, model.process_id) == command.NICENESS
    assert page.controls.picker.toolTip() == "It is learning now: stop it first."
    page.buttons.stop.setFocus()
    model.stop()
    assert train.window.focusWidget() is page.buttons  # the next button is not there yet
    until(qtbot, lambda: model.state != "stopping")
    assert (model.state, model.problem) == ("done", "")
    assert train.window.focusWidget() is page.buttons.button
    lines = page.tables.epochs.lines
    assert lines[0].cells[0] == "Before · the model as it was"
    assert sum("best score" in line.cells[0] for line in lines) == 1
    first = model.epochs[1]
    assert from_midi(Path(first.sample).read_bytes()).chords == ("C", "Am", "F", "G") * 2

    place = page.tables.epochs.list
    spot = place.visualRect(place.model().index(1, 0)).center()
    qtbot.mouseClick(place.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert (model.chosen, page.player.path, page.player.playing) == (first, first.sample, True)
    qtbot.keyClick(train.window, Qt.Key.Key_Space)
    assert not page.player.playing

    model.add()  # killed in the middle, nothing is left in the library
    until(qtbot, lambda: model.process_id > 0)
    os.kill(model.process_id, signal.SIGKILL)
    until(qtbot, lambda: model.state != "adding")
    assert model.state == "done"
    assert said(train).startswith("Writing the model was ended from outside.")
    assert not (user_models_dir() / "songs").exists()

    qtbot.mouseClick(page.buttons.button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: model.state != "adding")
    assert model.state == "added", model.problem
    assert train.engine.sent_of(ListModels)
    assert page.buttons.button.toolTip() == "The library is being read."
    train.engine.receive(Models(models=Library().models()))
    learnt = train.context.models.get("songs")
    assert learnt is not None
    assert (learnt.task, learnt.problem, learnt.shipped) == ("compose", "", False)
    assert not list(duet_data.glob("finetune/*/*/log.jsonl"))  # no later session takes it up
    assert page.buttons.button.text() == "Compose with it"
    qtbot.mouseClick(page.buttons.button, Qt.MouseButton.LeftButton)
    assert train.window.current == "music"
    train.window.pages["music"].model.playback.close()
    train.window.show_mode("train")
    model.begin_again()
    assert (model.name, model.epochs) == ("songs-2", [])
    message = train.context.messages.current
    assert message is not None
    assert message.callback is not None
    message.callback()  # it still means the model that it was about
    assert train.window.current == "music"


def pixel(sheet: PictureSheet) -> tuple[int, ...]:
    """The colours of a few places of what is painted."""
    image = sheet.grab().toImage()
    spots = ((x, y) for x in range(20, image.width(), 30) for y in range(40, image.height(), 30))
    return tuple(image.pixel(x, y) for x, y in spots)


@needs_torch
def test_a_folder_of_pictures_takes_a_picture_model_and_shows_its_epochs(
    train: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_of(train)
    faces = make_faces(tmp_path / "faces", 12)
    look(qtbot, page, faces)
    box = page.controls.objective
    assert [box.itemText(row) for row in (0, 2)] == ["As it learned", "Hinge"]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_H)  # as in any list, the first letter chooses
    assert (page.model.objective, box.toolTip()) == ("hinge", PICTURE_OBJECTIVES[1].about)
    model = learn(qtbot, page, faces)
    assert model.model is not None
    assert (model.model.name, model.kind.data) == ("portraits-peeps", "pictures")
    assert box.toolTip() == "It is learning now: stop it first."
    assert "to learn from." in model.check.summary if model.check is not None else False
    train.window.registry.trigger("train.stop")
    until(qtbot, lambda: model.state != "stopping")
    assert (model.state, model.problem) == ("done", "")
    sheet = page.tables.sheet
    chosen, epochs = model.chosen, list(model.epochs)
    assert chosen is not None
    assert (sheet.isVisible(), sheet.path) == (True, chosen.sample)
    assert "Novelty" in page.tables.epochs.list.model().index(0, 0).data(ROLE)
    page.close()
    page.finish()
    again = Finetune(train.context)  # what it plays for is known in the next session too
    assert again.objective == "hinge"
    model._run, again._run = again._run, None
    with safe_open(chosen.file, framework="numpy") as file:
        assert r"name = \"hinge\"" in file.metadata()["progress"]
    learnt = pixel(sheet)
    qtbot.keyClick(train.window, Qt.Key.Key_Space)
    assert (sheet.title, sheet.path) == ("Before", model.epochs[0].sample)
    assert pixel(sheet) != learnt
    qtbot.keyClick(train.window, Qt.Key.Key_Space)
    assert (sheet.path, pixel(sheet)) == (chosen.sample, learnt)

    qtbot.keyClick(train.window, Qt.Key.Key_Return)
    until(qtbot, lambda: model.state != "adding")
    assert model.state == "added", model.problem
    train.engine.receive(Models(models=Library().models()))
    made = train.context.models.get("faces")
    assert made is not None
    assert (made.task, made.problem) == ("generate", "")
    train.context.messages.act()
    assert train.window.current == "image"
    train.window.pages["image"].latent.choose_model("faces")  # with its base's sliders
    train.window.registry.trigger("image.steer")
    assert train.window.pages["image"].panel.findChild(QWidget, "inheritedSection") is not None

    train.window.show_mode("train")
    qtbot.keyClick(train.window, Qt.Key.Key_Space)
    assert sheet.title == "Before"
    model.begin_again()
    assert (page.viewer.shown, sheet.path) == (None, "")
    model.epochs = epochs
    model.changed.emit()
    assert sheet.path == chosen.sample


def test_a_folder_chosen_before_the_engine_is_there_is_read_again(
    qtbot: QtBot, duet_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "engine_command", lambda: [sys.executable, "-c", PLAIN])
    with open_bench(qtbot, duet_data, mode="train", hello=False) as made:
        page = page_of(made)
        model = look(qtbot, page, make_faces(tmp_path / "faces", 12))
        assert model.state == "failed"
        made.engine.say_hello(Library().models())
        until(qtbot, lambda: model.state == "ready")
        assert model.model is not None
        assert model.model.name == "portraits-peeps"
        assert model.check is not None
        assert model.check.summary == "12 of 12 files used, 11 pictures to learn from."


def test_a_command_that_cannot_train_says_so_in_its_own_words(
    train: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_of(train)
    model = look(qtbot, page, make_midi_songs(tmp_path / "songs", 3))
    bare = f"import sys; sys.modules['torch'] = None; {PLAIN}"
    model._command._argv = [sys.executable, "-c", bare]
    model.train()
    until(qtbot, lambda: model.state != "running")
    assert model.state == "failed"
    assert said(train) == model.problem
    assert "torch, which is not installed. Install it with" in model.problem
    assert model.reason_not_to_train() == ""


def row(number: int, score: float, overlap: float) -> EpochRow:
    figures = {figure.key: 0.0 for figure in SONGS.figures}
    return EpochRow(number, 0.0, "", "", {**figures, "score": score, "overlap": overlap})


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ([(0.1, 0.2)], "The model as it was is measured"),
        ([(0.1, 0.2), (0.3, 0.4)], "Epoch 1 is nearest to your held-out songs so far."),
        ([(0.5, 0.2), (0.3, 0.4)], "but the model as it was is still better."),
        ([(0.1, 0.9), (0.3, 0.4)], "the model as it was is nearest to your held-out songs."),
        ([(0.1, 0.2), (0.3, 0.4), (0.2, 0.5)], "epoch 2 is nearest to your held-out songs."),
    ],
)
def test_figures_in_plain_words(figures: list[tuple[float, float]], words: str) -> None:
    assert words in plain_words([row(n, *pair) for n, pair in enumerate(figures)])


def test_names() -> None:
    assert name_from("Meine Lieder (neu)", []) == "meine-lieder-neu"
    assert name_from("♪", ["my-model"]) == "my-model-2"
    assert name_problem("-x", []) != ""
    assert name_problem("x" * 41, []) != ""
    assert name_problem("jazz-2", ["jazz"]) == ""
