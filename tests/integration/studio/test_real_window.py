"""The whole studio with its real engine process: a first session, and what a second one finds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from pytestqt.qtbot import QtBot
from tiny_models import make_composer, make_generator

from engines.protocol.messages import Request
from engines.protocol.tools import GENERATE
from studio.app import Studio
from studio.media.images import read_request, to_pixels
from studio.view.panels.image_page import ImagePage

PATIENCE = 60_000


@pytest.fixture
def assets(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shipped files with two tiny models instead of the trained ones."""
    folder = tmp_path / "assets"
    shutil.copytree(repository / "assets" / "themes", folder / "themes")
    make_generator(folder / "models", GENERATE.default_model, size=32)
    make_composer(folder / "models", "melody-pop")
    monkeypatch.setenv("DUET_ASSETS", str(folder))
    return folder


@pytest.fixture
def studio(assets: Path, qtbot: QtBot) -> Iterator[Studio]:
    made = Studio()
    made.show("image")
    qtbot.waitUntil(lambda: made.context.models.known, timeout=PATIENCE)
    yield made
    made.window.close()
    made.window.deleteLater()


def image_page(studio: Studio) -> ImagePage:
    page = studio.window.page("image")
    assert isinstance(page, ImagePage)
    return page


def test_the_first_press_ends_in_a_saved_picture(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    page = image_page(studio)
    studio.window.registry.trigger("image.generate")
    qtbot.waitUntil(lambda: len(page.viewing.candidates) == 4, timeout=PATIENCE)
    page.viewing.step(1)
    studio.window.registry.trigger("image.keep")
    page.documents.ask_export = lambda _parent, _name: str(tmp_path / "somebody.png")
    with qtbot.waitSignal(studio.context.session.exported):
        studio.window.registry.trigger("image.save")
    request = read_request(tmp_path / "somebody.png")
    assert request.params["count"] == 1
    studio.history.flush()
    assert len(list((studio.history._folder).glob("*.png"))) == 4

    # The file brings back the same picture, byte for byte.
    before = to_pixels(page.viewing.shown.image)
    page.model.seed.set(1)
    studio.window.open_file(str(tmp_path / "somebody.png"))
    qtbot.waitUntil(lambda: page.viewing.source == "file", timeout=PATIENCE)
    page.model.values.set("count", 1)
    page.generate()
    qtbot.waitUntil(lambda: page.viewing.source == "candidate", timeout=PATIENCE)
    assert np.array_equal(to_pixels(page.viewing.shown.image), before)


def test_turning_a_slider_paints_live(studio: Studio, qtbot: QtBot) -> None:
    page = image_page(studio)
    for step in range(10):
        page.model.values.set("truncation", 0.1 * step)
    qtbot.waitUntil(lambda: page.viewing.source == "live", timeout=PATIENCE)
    wanted = page.model.values["truncation"]
    qtbot.waitUntil(
        lambda: page.viewing.shown.request.params["truncation"] == wanted, timeout=PATIENCE
    )
    assert studio.history.entries() == []


def test_the_next_session_finds_everything(assets: Path, qtbot: QtBot, studio: Studio) -> None:
    page = image_page(studio)
    page.model.seed.set(99)
    page.model.values.set("count", 2)
    studio.window.registry.trigger("image.generate")
    qtbot.waitUntil(lambda: len(page.viewing.candidates) == 2, timeout=PATIENCE)
    page.viewing.keep()
    made = studio.history.entries()
    studio.window.close()
    again = Studio()
    again.show()
    again.context.session.start()
    try:
        assert again.history.entries() == made
        qtbot.waitUntil(lambda: image_page(again).viewing.kept is not None)
        assert image_page(again).viewing.kept.entry == made[1].id
    finally:
        again.window.close()
        again.window.deleteLater()


def test_the_self_test_reports_its_times(assets: Path, duet_data: Path) -> None:
    command = [sys.executable, "-m", "studio.app", "--self-test"]
    environment = {**os.environ, "DUET_DATA": str(duet_data), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert report["window_shown"] <= report["first_picture"]
    assert done.stderr == ""


def test_the_window_imports_nothing_heavy(assets: Path, duet_data: Path) -> None:
    code = (
        "import sys; from studio.app import Studio, application;"
        "app = application([]); studio = Studio(lambda: __import__('fake_engine').FakeEngine());"
        "[studio.window.page(mode.id) for mode in studio.window.modes()];"
        "heavy = {'torch', 'onnxruntime', 'scipy', 'lightning_fabric'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DUET_DATA": str(duet_data),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(Path(__file__).parents[2] / "helpers"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_without_a_folder_to_write_the_window_opens_and_says_so(
    assets: Path, duet_data: Path, qtbot: QtBot
) -> None:
    duet_data.write_text("a file where the folder should be")
    studio = Studio(FakeEngine)
    studio.show()
    try:
        message = studio.context.messages.current
        assert message is not None
        assert "cannot be written" in message.text
    finally:
        studio.window.close()
        studio.window.deleteLater()


def test_a_second_window_does_not_run_the_first_one_s_queue(assets: Path, qtbot: QtBot) -> None:
    first = Studio(FakeEngine)
    first.jobs.add(Request(task="generate", model="m", params={"count": 1}))
    second = Studio(FakeEngine)
    try:
        assert second.jobs.jobs() == []
    finally:
        for studio in (second, first):
            studio.window.close()
            studio.window.deleteLater()
