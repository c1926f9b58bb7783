"""A melody from a real engine process: asked for, shown, heard, exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tiny_models import make_composer

from studio.app import Studio
from studio.media.midi import read_midi
from studio.media.outputs import NO_DEVICE, SilentOutput
from studio.view.panels.compose_page import ComposePage

PATIENCE = 60_000


@pytest.fixture
def page(
    qtbot: QtBot, duet_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ComposePage]:
    assets = tmp_path / "assets"
    make_composer(assets / "models", "melody-pop")
    monkeypatch.setattr(
        "studio.media.player.open_output",
        lambda rate, parent: SilentOutput(rate, NO_DEVICE, parent),
    )
    # The engine's process looks here; the window has found its themes by now or is told below.
    root = Path(__file__).resolve().parents[2]
    (assets / "themes").symlink_to(root / "assets" / "themes")
    monkeypatch.setenv("DUET_ASSETS", str(assets))
    studio = Studio()
    studio.show("music")
    made = studio.window.pages["music"]
    assert isinstance(made, ComposePage)
    yield made
    studio.window.close()
    made.model.playback.close()
    studio.window.deleteLater()


def test_compose_play_export(qtbot: QtBot, page: ComposePage, tmp_path: Path) -> None:
    model = page.model
    qtbot.waitUntil(lambda: model.model_info is not None, timeout=PATIENCE)
    button = page.footer.findChild(QWidget, "composeButton")
    model.chords.write("Dm G C Am")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(model.song.takes) == 4 and model.job is None, timeout=PATIENCE)
    clips = [take.clip for take in model.song.takes]
    assert len({clip.notes for clip in clips}) == 4
    assert all(clip.chords == ("Dm", "G", "C", "Am") * 2 for clip in clips)
    model.playback.play()
    qtbot.waitUntil(lambda: model.playback.step > 0.5, timeout=PATIENCE)
    page.files.ask_save = lambda *_: str(tmp_path / "tune.mid")
    page.files.save_midi()
    clip, request = read_midi(tmp_path / "tune.mid")
    assert clip == clips[0]
    assert request == model.song.takes[0].request


def test_the_same_seed_writes_the_same_melody(qtbot: QtBot, page: ComposePage) -> None:
    model = page.model
    qtbot.waitUntil(lambda: model.model_info is not None, timeout=PATIENCE)
    model.values.set("count", 1)
    found = []
    for _ in range(2):
        model.seed.set(42)
        model.compose()
        qtbot.waitUntil(lambda: model.job is None, timeout=PATIENCE)
        assert model.song.clip is not None
        found.append(model.song.clip)
    assert found[0] == found[1]


def test_locked_bars_survive_composing(qtbot: QtBot, page: ComposePage) -> None:
    model = page.model
    qtbot.waitUntil(lambda: model.model_info is not None, timeout=PATIENCE)
    model.values.set("count", 2)
    model.compose()
    qtbot.waitUntil(lambda: len(model.song.takes) == 2 and model.job is None, timeout=PATIENCE)
    before = model.song.clip
    assert before is not None
    model.write_again((2, 3))
    qtbot.waitUntil(
        lambda: model.job is None and model.song.state.before is not None, timeout=PATIENCE
    )
    after = model.song.clip
    assert after is not None
    assert after.notes != before.notes
    assert [n for n in after.notes if n.end <= 32] == [n for n in before.notes if n.end <= 32]
    assert [n for n in after.notes if n.start >= 64] == [n for n in before.notes if n.start >= 64]
    assert after.seeds[:2] == before.seeds[:2]
    assert after.seeds[2] != before.seeds[2]
    model.song.discard()
    assert model.song.clip == before
