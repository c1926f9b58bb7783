"""Fixtures for tests of the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Bench, open_bench
from melodies import melody
from music_bench import page_of
from music_desk import QUICK, Desk
from pytestqt.qtbot import QtBot
from train_bench import PLAIN

from studio.engine_client import command
from studio.media.outputs import NO_DEVICE, SilentOutput


@pytest.fixture
def bench(qtbot: QtBot, duet_data: Path) -> Iterator[Bench]:
    """A window in the Image mode; the engine has said hello and has models."""
    with open_bench(qtbot, duet_data) as made:
        yield made


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a sound device."""
    monkeypatch.setattr(
        "studio.media.player.open_output",
        lambda rate, parent: SilentOutput(rate, NO_DEVICE, parent),
    )


@pytest.fixture
def music(qtbot: QtBot, duet_data: Path, silent: None) -> Iterator[Bench]:
    """A window in the Music mode, without sound; the engine has models."""
    with open_bench(qtbot, duet_data, mode="music") as made:
        yield made
        page_of(made).model.playback.close()


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A song of four bars, rendered and ready to play."""
    made = Desk(melody("C Am F G", 4, QUICK))
    qtbot.waitUntil(lambda: made.playback._clip is not None, timeout=30_000)
    yield made
    made.playback.close()


@pytest.fixture
def train(qtbot: QtBot, duet_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(command, "engine_command", lambda: [sys.executable, "-c", PLAIN])
    with open_bench(qtbot, duet_data, mode="train") as made:
        yield made
