"""Settings and memory survive, also a file that was damaged."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from studio.model.settings import Settings


def test_choices_and_memory_survive(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    first = Settings(path)
    first.choose(theme="light", threads=2)
    first.remember("image.seed", 12)
    first.close()
    second = Settings(path)
    assert second.choices.theme == "light"
    assert second.choices.threads == 2
    assert second.recall("image.seed") == 12


def test_only_real_changes_are_told(tmp_path: Path) -> None:
    settings = Settings()
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.choose(theme="dark")
    settings.choose(theme="dark")
    assert told == ["theme"]


def test_a_value_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        Settings().choose(theme="pink")


@pytest.mark.parametrize("content", [b"", b"{", b'{"choices": {"theme": 3}}', b"\xff\xfe"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.choices.theme == "system"
    assert (tmp_path / "settings.unreadable").read_bytes() == content
    settings.choose(theme="dark")
    settings.close()
    assert Settings(path).choices.theme == "dark"


def test_memory_of_another_type_is_not_believed() -> None:
    settings = Settings()
    settings.remember("seed", "twelve")
    assert settings.recall("seed", 5) == 5


def test_changes_are_written_without_closing(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.choose(pixel_precise=True)
    qtbot.waitUntil(path.is_file)
    assert Settings(path).choices.pixel_precise
