"""From a key on the variety slider to the new picture painted, in the real window and engine."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from results import Figure
from screen import screen

if TYPE_CHECKING:
    from studio.app import Studio

MODELS = {64: "portraits-peeps", 128: "portraits-peeps-128"}
MOVES, WARM = 100, 10
PATIENCE = 60.0


def wait(condition: Callable[[], bool]) -> None:
    """Handle the window's events, sleeping between them, until something is true.

    Raises:
        TimeoutError: it never was.
    """
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + PATIENCE
    flags = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents(flags)


def time_moves(studio: Studio, model: str) -> list[float]:
    """Seconds from each key press to the end of the paint that shows its picture."""
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    from studio.view.panels.image_page import ImagePage

    page = studio.window.page("image")
    assert isinstance(page, ImagePage)
    tool = page.model
    tool.choose_model(model)
    slider = studio.window.findChild(QWidget, "truncationSlider")
    assert slider is not None
    painted: list[tuple[float, float]] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            shown = page.viewing.shown
            if event.type() != QEvent.Type.Paint or shown is None or shown.request is None:
                return False
            if shown.request.model != model:
                return False
            watched.event(event)  # paint now, so that the clock is read afterwards
            painted.append((shown.request.params["truncation"], time.perf_counter()))
            return True

    watch = Watch()
    page.view.installEventFilter(watch)
    taken = []
    for index in range(WARM + MOVES):
        key = Qt.Key.Key_Left if index // 10 % 2 else Qt.Key.Key_Right
        begun = time.perf_counter()
        QTest.keyClick(slider, key)
        wanted = tool.values.all()["truncation"]
        wait(lambda wanted=wanted: bool(painted) and painted[-1][0] == wanted)
        taken.append(painted[-1][1] - begun)
    page.view.removeEventFilter(watch)
    return taken[WARM:]


def measure() -> list[Figure]:
    """Median and slow tail for both sizes, one key at a time."""
    figures = []
    with screen(), tempfile.TemporaryDirectory() as folder:
        os.environ["DUET_DATA"] = folder
        from studio.app import Studio, application

        application([])
        studio = Studio()
        studio.show("image")
        studio.window.resize(1280, 800)
        wait(lambda: studio.context.models.known)
        for size, model in MODELS.items():
            taken = time_moves(studio, model)
            middle, slow = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            told = f"{middle * 1e3:.1f} ms (95%: {slow * 1e3:.1f} ms)"
            figures.append(Figure(f"slider to paint, {size} px, window 1280x800", told))
        studio.window.close()
        studio.close()
    return figures
