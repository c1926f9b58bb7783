"""A window on a scripted engine; everything else in it is real."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_engine import FakeEngine
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engines.protocol.messages import ModelInfo
from studio.model.context import StudioContext
from studio.model.history import History
from studio.model.jobs import JobsModel
from studio.model.settings import Settings
from studio.model.wiring import Wiring
from studio.view.main_window import MainWindow
from studio.view.theme import theme

MODELS = [
    ModelInfo(
        name="portraits-peeps-128",
        title="Peeps portraits",
        task="generate",
        family="portrait",
        weights="aaaa",
        size=128,
        summary="Hand-drawn people.",
        licence="CC0-1.0",
        data="Open Peeps",
        quality={"swd": 1.25, "swd_real": 1.0, "swd_target_max": 2.5, "swd_ok": True},
    ),
    ModelInfo(
        name="portraits-peeps",
        title="Peeps, DCGAN",
        task="generate",
        family="dcgan",
        weights="bbbb",
        size=64,
    ),
    ModelInfo(
        name="melody-pop",
        title="Pop",
        task="compose",
        family="midinet",
        weights="cccc",
        knobs=("creativity",),
    ),
    ModelInfo(
        name="broken", title="broken", task="", family="", weights="", problem="It has no card."
    ),
]


PATIENCE_S = 30.0


class Bench:
    """A window, its context and the engine that the test speaks for."""

    def __init__(self, data: Path) -> None:
        self.engine = FakeEngine()
        self.history = History(data / "history")
        self.settings = Settings(data / "settings.json")
        self.jobs = JobsModel(self.engine)
        self.context = StudioContext(
            self.engine, self.jobs, self.history, self.settings, folder=data / "session"
        )
        self.wiring = Wiring(self.context)
        self.window = MainWindow(self.context)

    def wait_read(self) -> None:
        """Until the files that were dropped or opened are read."""
        end = time.monotonic() + PATIENCE_S
        while self.context.session.busy:
            assert time.monotonic() < end, self.context.session.busy
            QApplication.processEvents()

    def close(self) -> None:
        """End the session, as the application does."""
        self.window.close()
        self.jobs.close()
        self.context.session.close()
        self.history.close()
        self.settings.close()


@contextmanager
def open_bench(
    qtbot: QtBot, data: Path, mode: str = "image", hello: bool = True
) -> Iterator[Bench]:
    """One session: the window in a mode ("" for none), the engine up unless ``hello`` is off."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    theme.apply("dark")
    bench = Bench(data)
    if not bench.settings.recall("window.geometry", ""):
        bench.window.resize(1280, 800)
    if mode:
        bench.window.show_mode(mode)
    with qtbot.waitExposed(bench.window):
        bench.window.show()
    bench.context.session.start()
    bench.window.activateWindow()
    if hello:
        bench.engine.say_hello(MODELS)
    try:
        yield bench
    finally:
        bench.close()
        bench.window.deleteLater()
        app.processEvents()
        gc.collect()
