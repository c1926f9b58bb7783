"""The Music mode on the bench: its page, its widgets, and an engine that answers."""

from __future__ import annotations

from bench import Bench
from melodies import melody
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engines.music.score import Clip
from engines.protocol.messages import Submit
from studio.model.compose import ComposeModel
from studio.view.panels.compose_page import ComposePage

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def page_of(bench: Bench) -> ComposePage:
    """The page of the Music mode."""
    page = bench.window.pages["music"]
    assert isinstance(page, ComposePage)
    return page


def model_of(bench: Bench) -> ComposeModel:
    """What it shows."""
    return page_of(bench).model


def find(bench: Bench, name: str) -> QWidget:
    """A widget of the window by its name."""
    widget = bench.window.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def press(qtbot: QtBot, bench: Bench, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    """A key where the keyboard is."""
    qtbot.keyClick(QApplication.focusWidget() or bench.window, key, modifier)


def answer(bench: Bench, clips: list[Clip]) -> None:
    """Carry out the newest job."""
    bench.engine.finish(bench.engine.sent_of(Submit)[-1].job, clips)


def four(chords: str = "C Am F G", bars: int = 8) -> list[Clip]:
    """The takes of a job."""
    return [melody(chords, bars, shift=shift) for shift in (0, 1, -1, 2)]


def compose(bench: Bench, chords: str = "C Am F G", bars: int = 8) -> None:
    """Ask for four takes, and have them."""
    model_of(bench).chords.write(chords)
    model_of(bench).values.set("bars", bars)
    bench.window.registry.trigger("music.compose")
    answer(bench, four(chords, bars))
