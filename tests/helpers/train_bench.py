"""The Train mode under test: short trainings by real processes, and what is asked of the page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from bench import Bench
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.model.finetune import Finetune
from studio.view.panels.train_page import TrainPage

PATIENCE = 120_000  # trainings are niced: other tests go first

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
