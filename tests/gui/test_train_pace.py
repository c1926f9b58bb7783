"""How long an epoch takes, shown before Train is pressed; whoever presses it does not wait."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import open_bench
from pytestqt.qtbot import QtBot
from tiny_songs import make_midi_songs
from train_bench import PATIENCE, QUICK, needs_torch, page_of

from studio.engine_client import command
from studio.model import finetune_pace
from studio.model.finetune_pace import Pace
from studio.view.panels.train_page import TrainPage

#: A program that is asked for a pace and takes its time.
SLOW = "import time; time.sleep(600)"


@pytest.fixture
def page(qtbot: QtBot, duet_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainPage]:
    monkeypatch.setattr(command, "engine_command", lambda: [sys.executable, "-c", QUICK])
    monkeypatch.setattr(finetune_pace, "_REST_MS", 10)
    with open_bench(qtbot, duet_data, mode="train") as made:
        yield page_of(made)


@needs_torch
def test_a_folder_that_was_read_tells_how_long_an_epoch_takes(
    page: TrainPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.open_file(str(make_midi_songs(tmp_path / "songs")))
    qtbot.waitUntil(lambda: page.model.pace.measuring, timeout=PATIENCE)
    assert page.controls._pace.text() == "Measuring how long an epoch takes here…"
    qtbot.waitUntil(lambda: not page.model.pace.measuring, timeout=PATIENCE)
    told = page.controls._pace.text()
    assert told.startswith("An epoch takes about ")
    page.model.set_minutes(600)
    assert page.controls._pace.text() != told
    assert page.model.state == "ready"


def test_pressing_train_ends_the_measurement(page: TrainPage, qtbot: QtBot, tmp_path: Path) -> None:
    model = page.model
    model.pace._command._argv = [sys.executable, "-c", SLOW]
    page.open_file(str(make_midi_songs(tmp_path / "songs")))
    qtbot.waitUntil(lambda: model.pace._command.process_id > 0, timeout=PATIENCE)
    model._command._argv = [sys.executable, "-c", SLOW]
    model.train()
    assert (model.state, model.pace.measuring) == ("running", False)
    assert page.controls._pace.isHidden()
    model.stop()
    qtbot.waitUntil(lambda: model.state != "stopping", timeout=PATIENCE)


def said(qtbot: QtBot, output: str, code: int = 0) -> Pace:
    """What a pace makes of a program's answer."""
    program = f"import sys; print({output!r}); sys.exit({code})"
    pace = Pace([sys.executable, "-c", program])
    pace.want("any", Path("/data"), "")
    qtbot.waitUntil(lambda: not pace.measuring, timeout=PATIENCE)
    return pace


@pytest.mark.parametrize(
    ("seconds", "minutes", "words"),
    [
        (40.0, 10, "An epoch takes about 40 s here: 15 of them, 10 min in all."),
        (0.02, 1, "An epoch takes about 1 s here: 3,000 of them, 60 s in all."),
        (240.0, 10, "An epoch takes about 4 min here: 3 of them, 12 min in all."),
        (1800.0, 10, "An epoch takes about 30 min here, and one is trained."),
    ],
)
def test_the_time_is_told_in_words(seconds: float, minutes: int, words: str, qtbot: QtBot) -> None:
    assert said(qtbot, json.dumps({"epoch_seconds": seconds})).words(minutes) == words


@pytest.mark.parametrize(("output", "code"), [("nothing", 0), ("{}", 0), ("", 2)])
def test_what_is_no_answer_says_nothing(output: str, code: int, qtbot: QtBot) -> None:
    assert said(qtbot, output, code).words(10) == ""
