"""Training in the window: real processes that learn from tiny songs, stopped, killed and kept."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from bench import Bench, open_bench
from drawn_faces import make_faces
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from safetensors import safe_open
from tiny_songs import make_midi_songs

from engines.music.files.midi import from_midi
from engines.protocol.messages import ListModels, Models
from engines.protocol.paths import user_models_dir
from engines.protocol.training import PICTURE_OBJECTIVES
from engines.runtime.library import Library
from studio.engine_client import command
from studio.model.finetune import Finetune
from studio.model.finetune_kinds import SONGS
from studio.model.finetune_lines import EpochRow, LossRow, plain_words
from studio.model.finetune_runs import name_from, name_problem
from studio.view.panels.train_page import TrainPage
from studio.view.widgets.loss_chart import LossChart, reading
from studio.view.widgets.picture_sheet import PictureSheet

PATIENCE = 120_000  # trainings are niced: other tests go first
ROLE = Qt.ItemDataRole.AccessibleTextRole
MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"
#: The command as it is, but with short epochs that are measured on few pieces, and with the ONNX
#: file of the model it came from: tracing one takes six seconds, and is tested elsewhere.
QUICK = f"""
import shutil, sys
from pathlib import Path
from engines.evaluate import likeness
from engines.train import finetune_melodies, finetune_pictures, melodies, pictures, publish
finetune_melodies.LEAST_STEPS = finetune_pictures.LEAST_STEPS = 1
melodies.MEASURED_PIECES, melodies.SETTLE_BATCHES, melodies.SETTLE_BATCH = 4, 1, 8
pictures.SETTLE_BATCHES, pictures.SETTLE_BATCH, likeness.MOST = 1, 8, 4
def copied(folder):
    base = "portraits-peeps" if folder.name == "faces" else "melody-pop"
    shutil.copy(Path({str(MODELS)!r}) / base / "model.onnx", folder)
    return folder, 0
publish.export_weights = copied
from engines.cli import main
sys.exit(main(sys.argv[1:]))
"""
#: For what needs no torch: a second less.
PLAIN = "import sys; from engines.cli import main; sys.exit(main(sys.argv[1:]))"
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="training needs torch")


@pytest.fixture
def train(qtbot: QtBot, duet_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(command, "engine_command", lambda: [sys.executable, "-c", PLAIN])
    with open_bench(qtbot, duet_data, mode="train") as made:
        yield made


def page_of(bench: Bench) -> TrainPage:
    page = bench.window.pages["train"]
    assert isinstance(page, TrainPage)
    return page


def said(bench: Bench) -> str:
    message = bench.context.messages.current
    return message.text if message is not None else ""


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE)


def look(qtbot: QtBot, page: TrainPage, folder: Path) -> Finetune:
    """Give the page a folder, as a drop does, and wait until it is read."""
    page.open_file(str(folder))
    assert page.model.state == "checking"
    until(qtbot, lambda: page.model.state != "checking")
    return page.model


def learn(qtbot: QtBot, page: TrainPage, folder: Path) -> Finetune:
    """Begin to train, until the first trained epoch is there."""
    model = look(qtbot, page, folder)
    model._command._argv = [sys.executable, "-c", QUICK]
    qtbot.mouseClick(page.buttons.button, Qt.MouseButton.LeftButton)
    assert model.state == "running"
    until(qtbot, lambda: len(model.epochs) > 1 or model.state != "running")
    assert model.state == "running", model.problem
    return model


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


@needs_torch
def test_the_losses_are_drawn_as_they_come_and_read_by_hand(
    train: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_of(train)
    model = learn(qtbot, page, make_midi_songs(tmp_path / "songs"))
    tables = page.tables
    assert tables.chart is None  # nobody has looked yet
    qtbot.mouseClick(tables.tabs[2], Qt.MouseButton.LeftButton)
    chart = tables.chart
    assert chart is not None
    until(qtbot, chart.isVisible)
    before = len(model.losses)
    assert before >= 1
    until(qtbot, lambda: len(model.losses) > before + 1 or model.state != "running")
    model.stop()
    until(qtbot, lambda: model.state != "stopping")
    rows = model.losses
    assert [row.samples for row in rows] == sorted({row.samples for row in rows})
    assert tables.words.text() == rows[-1].health
    assert chart.reading.text() == reading(rows[-1])
    times, values = chart.view.getItem(0, 0).listDataItems()[0].getData()
    assert list(times) == [row.seconds for row in rows]
    assert list(values) == [row.generator for row in rows]
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    assert chart.reading.text() == chart.view.accessibleDescription() == reading(rows[-2])
    plot = chart.view.getItem(0, 0)
    spot = plot.vb.mapViewToScene(QPointF(rows[0].seconds, rows[0].generator or 0.0))
    qtbot.mouseMove(chart.view.viewport(), chart.view.mapFromScene(spot))
    until(qtbot, lambda: chart.reading.text() == reading(rows[0]))

    page.close()
    page.finish()  # and the next session has them again
    again = Finetune(train.context)
    assert again.losses == rows
    again.begin_again()
    assert again.losses == []
    again.close()


def test_losses_that_are_no_numbers_leave_a_gap(qtbot: QtBot) -> None:
    whole = LossRow(32, 1.0, "Healthy.", 0.7, 0.6, 0.75)
    broken = LossRow(64, 65.0, "Broken.")
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show_losses([], None)
    chart.resize(600, 400)
    chart.show()
    qtbot.mouseMove(chart.view.viewport(), chart.view.rect().center())
    assert chart.reading.text() == ""
    chart.show_losses([whole, broken], EpochRow(2, 65.0, "", "", {}))
    assert chart.reading.text() == "1:05 · no generator loss · no discriminator loss"
    chart.show_losses([whole, broken], EpochRow(2, 66.0, "", "", {}))  # a moment later
    assert chart.view.getItem(0, 0).viewRange()[0][1] > 66.0
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    words = "0:01 · generator 0.700 · discriminator 0.600 · told apart 75%"
    assert chart.reading.text() == words
    chart.show_losses([whole], None)  # another training
    assert chart.reading.text() == words


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
