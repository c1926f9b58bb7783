"""Fixtures for tests of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Bench, open_bench
from pytestqt.qtbot import QtBot


@pytest.fixture
def bench(qtbot: QtBot, duet_data: Path) -> Iterator[Bench]:
    """A window in the Image mode; the engine has said hello and has models."""
    with open_bench(qtbot, duet_data) as made:
        yield made
