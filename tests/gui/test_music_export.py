"""Melodies as files: written, dragged out, opened again."""

from __future__ import annotations

from pathlib import Path

import mido
import pretty_midi
import pytest
from bench import Bench
from melodies import melody
from music_bench import CTRL, compose, find, four, model_of, page_of, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def test_export_midi_by_key(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    compose(music)
    page = page_of(music)
    asked: list[str] = []

    def choose(_parent: QWidget, suggestion: str, _suffix: str) -> str:
        asked.append(suggestion)
        return str(tmp_path / "tune")

    page.files.ask_save = choose
    page.roll.setFocus()
    press(qtbot, music, Qt.Key.Key_B)
    press(qtbot, music, Qt.Key.Key_E, CTRL)
    assert asked[0].endswith("Melody B C Am F G 110 bpm.mid")
    path = tmp_path / "tune.mid"
    assert mido.MidiFile(path).length == pytest.approx(melody().seconds, abs=0.01)
    song = pretty_midi.PrettyMIDI(str(path))
    assert [note.pitch for note in song.instruments[0].notes] == [n.pitch for n in four()[1].notes]
    message = music.context.messages.current
    assert message is not None
    assert message.text.startswith("Saved as tune.mid")


def test_export_wav(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    compose(music, bars=1)
    page = page_of(music)
    page.files.ask_save = lambda *_: str(tmp_path / "tune.wav")
    music.window.registry.trigger("music.export_wav")

    def saved() -> bool:
        message = music.context.messages.current
        return message is not None and message.text.startswith("Saved as tune.wav")

    qtbot.waitUntil(saved, timeout=30_000)
    assert (tmp_path / "tune.wav").stat().st_size > 100_000


def test_unwritable_place_is_one_sentence(music: Bench, tmp_path: Path) -> None:
    compose(music)
    (tmp_path / "file").write_text("")
    page_of(music).files.ask_save = lambda *_: str(tmp_path / "file" / "tune.mid")
    music.window.registry.trigger("music.export_midi")
    message = music.context.messages.current
    assert message is not None
    assert message.level == "bad"
    assert "tune.mid cannot be written" in message.text


def test_nothing_to_export_says_so(music: Bench) -> None:
    export = find(music, "export")
    assert not export.isEnabled()
    assert "compose one first" in export.toolTip()
    compose(music)
    assert export.isEnabled()


def test_our_midi_file_brings_melody_and_settings_back(
    qtbot: QtBot, music: Bench, tmp_path: Path
) -> None:
    compose(music, "Dm G", 4)
    page, model = page_of(music), model_of(music)
    page.files.ask_save = lambda *_: str(tmp_path / "tune.mid")
    music.window.registry.trigger("music.export_midi")
    take = model.song.take
    assert take is not None
    compose(music)
    music.window.open_file(str(tmp_path / "tune.mid"))
    opened = model.song.take
    assert opened is not None
    assert opened.clip == take.clip
    assert opened.request == take.request
    assert model.chords.draft == "Dm G"
    assert model.bars == 4
    assert take.request is not None
    assert model.seed.value == take.request.seed


def test_a_file_that_is_no_midi_is_refused(music: Bench, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(b"nothing")
    music.window.open_file(str(path))
    message = music.context.messages.current
    assert message is not None
    assert message.text.startswith("song.mid")
    assert model_of(music).song.clip is None


def test_a_tile_carries_a_fresh_midi_file(music: Bench, tmp_path: Path) -> None:
    compose(music)
    strip = page_of(music).melodies
    urls = []
    for tiles in (strip.takes.tiles, strip.takes.tiles, strip.history.tiles):
        strip._show_history()
        data = tiles.mimeData([tiles.index(1)])
        urls.append(data.urls()[0].toLocalFile())
    assert len(set(urls)) == 3
    assert all(mido.MidiFile(url).tracks for url in urls)
    assert "Melody B" in urls[0]
