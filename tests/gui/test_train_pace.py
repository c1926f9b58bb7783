"""How long an epoch takes, shown before Train is pressed; whoever presses it does not wait."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from bench import Bench, open_bench
from pytestqt.qtbot import QtBot
from tiny_songs import make_midi_songs

from studio.engine_client import command
from studio.model import finetune_pace
from studio.model.finetune_pace import Pace
from studio.view.panels.train_page import TrainPage

PATIENCE = 60_000
#: The command as it is, with a measurement of few pieces.
QUICK = """
import sys
from engines.cli import main
if "--pace" in sys.argv:
    from engines.train import finetune_melodies, melodies
    finetune_melodies.LEAST_STEPS, melodies.MEASURED_PIECES = 2, 4
sys.exit(main(sys.argv[1:]))
"""
#: A program that is asked for a pace and takes its time.
SLOW = "import time; time.sleep(600)"


@pytest.fixture
def page(
    qtbot: QtBot, duet_data: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Bench, TrainPage]]:
    monkeypatch.setattr(command, "engine_command", lambda: [sys.executable, "-c", QUICK])
    monkeypatch.setattr(finetune_pace, "_REST_MS", 10)
    with open_bench(qtbot, duet_data, mode="train") as made:
        shown = made.window.pages["train"]
        assert isinstance(shown, TrainPage)
        yield made, shown


@pytest.mark.skipif(find_spec("torch") is None, reason="training needs torch")
def test_a_folder_that_was_read_tells_how_long_an_epoch_takes(
    page: tuple[Bench, TrainPage], qtbot: QtBot, tmp_path: Path
) -> None:
    _, shown = page
    shown.open_file(str(make_midi_songs(tmp_path / "songs")))
    qtbot.waitUntil(lambda: shown.model.pace.measuring, timeout=PATIENCE)
    assert shown.controls._pace.text() == "Measuring how long an epoch takes here…"
    qtbot.waitUntil(lambda: not shown.model.pace.measuring, timeout=PATIENCE)
    told = shown.controls._pace.text()
    assert told.startswith("An epoch takes about ")
    shown.model.set_minutes(600)
    assert shown.controls._pace.text() != told
    assert shown.model.state == "ready"


def test_pressing_train_ends_the_measurement(
    page: tuple[Bench, TrainPage], qtbot: QtBot, tmp_path: Path
) -> None:
    _, shown = page
    model = shown.model
    model.pace._command._argv = [sys.executable, "-c", SLOW]
    shown.open_file(str(make_midi_songs(tmp_path / "songs")))
    qtbot.waitUntil(lambda: model.pace._command.process_id > 0, timeout=PATIENCE)
    model._command._argv = [sys.executable, "-c", SLOW]
    model.train()
    assert (model.state, model.pace.measuring) == ("running", False)
    assert shown.controls._pace.isHidden()
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
