"""Python's cycles are collected in the thread of Qt's objects."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from studio.collector import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.stop()
    assert gc.isenabled()


class _Popover(QObject):
    """A cycle with a timer, as widgets make them with their slots."""

    def __init__(self) -> None:
        super().__init__()
        self.myself = self
        self.timer = QTimer(self)
        self.timer.start(10)


def _make_cycles() -> None:
    """More than Python lets lie about by itself."""
    for _ in range(100_000):
        cycle: list[object] = []
        cycle.append(cycle)


def test_cycles_are_collected_in_the_thread_of_qts_objects(
    collector: Collector, qtbot: QtBot
) -> None:
    where: list[threading.Thread] = []
    popover = _Popover()
    weakref.finalize(popover, lambda: where.append(threading.current_thread()))
    del popover
    writer = threading.Thread(target=_make_cycles)
    writer.start()
    writer.join()
    assert where == []
    qtbot.waitUntil(lambda: bool(where), timeout=20_000)
    assert where == [threading.main_thread()]
