"""Playing with mouse and keyboard: transport, tempo, instruments."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import Bench
from music_bench import CTRL, LEFT, compose, find, model_of, page_of, press
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engines.music.score import Part
from engines.music.sound.performance import find_part
from engines.music.sound.soundfonts import find_soundfont
from studio.media.outputs import NO_DEVICE


def test_space_plays_the_playhead_moves_and_silence_is_explained(
    qtbot: QtBot, music: Bench
) -> None:
    compose(music)
    page, playback = page_of(music), model_of(music).playback
    page.roll.setFocus()
    press(qtbot, music, Qt.Key.Key_Space)
    assert playback.playing
    qtbot.waitUntil(lambda: page.roll.playhead > 1.0, timeout=30_000)
    message = music.context.messages.current
    assert message is not None
    assert message.text == NO_DEVICE
    assert find(music, "place").text() != "1.1.1"
    press(qtbot, music, Qt.Key.Key_Space)
    assert not playback.playing
    place = page.roll.playhead
    press(qtbot, music, Qt.Key.Key_Home)
    assert page.roll.playhead == 0.0 < place


def test_space_plays_even_after_a_button_was_pressed(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    find(music, "loop").setFocus()
    press(qtbot, music, Qt.Key.Key_Space)
    assert model_of(music).playback.playing


def test_ruler_moves_the_playhead(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    page, playback = page_of(music), model_of(music).playback
    qtbot.waitUntil(lambda: playback._clip is not None, timeout=30_000)
    lane = page.score.lane
    x = round(lane.bar_rect(3).left()) + 1
    qtbot.mouseClick(lane, LEFT, pos=QPoint(x, 8))
    assert int(page.roll.playhead) == 48
    assert find(music, "place").text() == "4.1.1"


def test_leaving_the_mode_stops_the_sound(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    playback = model_of(music).playback
    playback.play()
    qtbot.waitUntil(lambda: playback._player.playing, timeout=30_000)
    music.window.show_mode("image")
    assert not playback.playing


def test_switches_and_their_keys(qtbot: QtBot, music: Bench) -> None:
    playback = model_of(music).playback
    looping = playback.looping
    press(qtbot, music, Qt.Key.Key_L, CTRL)
    assert playback.looping != looping
    qtbot.mouseClick(find(music, "metronome"), LEFT)
    assert playback.clicking
    qtbot.mouseClick(find(music, "speaker"), LEFT)
    assert playback.volume == 0.0
    qtbot.mouseClick(find(music, "speaker"), LEFT)
    assert playback.volume == 0.8


def test_tempo_belongs_to_the_song_and_is_undone(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    song = model_of(music).song
    field = find(music, "tempo")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "140")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert song.clip is not None
    assert [take.clip.tempo for take in song.takes] == [140.0] * 4
    assert page_of(music).roll.hasFocus()
    music.window.registry.trigger("edit.undo")
    assert song.clip.tempo == 110.0
    assert model_of(music).request().params["tempo"] == 110


def test_tempo_keeps_the_musical_place(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    model = model_of(music)
    qtbot.waitUntil(lambda: model.playback._clip is not None, timeout=30_000)
    model.playback.seek(32.0)
    model.song.set_tempo(220.0)
    qtbot.waitUntil(lambda: model.playback._clip == model.song.clip, timeout=30_000)
    assert model.playback.step == pytest.approx(32.0, abs=0.01)


def test_instrument_is_found_by_typing(qtbot: QtBot, music: Bench) -> None:
    page, playback = page_of(music), model_of(music).playback
    qtbot.keyClick(page.roll, Qt.Key.Key_I)
    chooser = page.score.transport.instrument._list
    assert chooser is not None
    assert chooser.isVisible()
    qtbot.keyClicks(chooser.filter, "flute")
    visible = [
        chooser.list.item(row).text().strip()
        for row in range(chooser.list.count())
        if not chooser.list.item(row).isHidden()
    ]
    assert visible == ["Pipe", "Flute", "Pan flute"]
    chooser.list.setCurrentRow(0)
    qtbot.keyClick(chooser.filter, Qt.Key.Key_Down)
    assert playback.voice.program == 73
    qtbot.keyClick(chooser.filter, Qt.Key.Key_Return)
    assert not chooser.isVisible()
    assert find(music, "instrument").text() == "Flute"


def test_another_soundfont(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    found = find_soundfont()
    if found is None:
        pytest.skip("no SoundFont on this machine")
    compose(music, bars=1)
    page, playback = page_of(music), model_of(music).playback
    page.choose_instrument()
    chooser = page.score.transport.instrument._list
    assert chooser is not None
    assert chooser.soundfont.text() == found.name
    wrong, mine = tmp_path / "wrong.sf2", tmp_path / "mine.sf2"
    wrong.write_text("no sound")
    mine.symlink_to(found)
    page.files.ask_soundfont = lambda *_: str(wrong)
    qtbot.mouseClick(chooser.soundfont, LEFT)
    message = music.context.messages.current
    assert message is not None
    assert "wrong.sf2 is not a SoundFont" in message.text
    assert playback.voice.soundfont is None
    page.files.ask_soundfont = lambda *_: str(mine)
    page.choose_instrument()
    qtbot.mouseClick(chooser.soundfont, LEFT)
    assert playback.voice.soundfont == mine
    page.choose_instrument()
    assert chooser.soundfont.text() == "mine.sf2"
    page.files.choose_soundfont(False)
    assert playback.voice.soundfont is None


def test_a_soundfont_that_breaks_gives_way_to_the_default(
    qtbot: QtBot, music: Bench, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00sfbk")
    compose(music, bars=1)
    playback = model_of(music).playback
    playback.set_soundfont(broken)
    qtbot.waitUntil(lambda: playback.voice.soundfont is None, timeout=30_000)
    message = music.context.messages.current
    assert message is not None
    assert "broken.sf2" in message.text


def test_accompaniment_menu(music: Bench) -> None:
    transport, playback = page_of(music).score.transport, model_of(music).playback
    by_text = {action.text(): action for action in transport.chords.menu().actions()}
    by_text["No chords"].trigger()
    assert not find_part(playback.voice.band, "chords").on
    assert transport.chords.text() == "No chords"
    by_text["Arpeggio"].trigger()
    assert find_part(playback.voice.band, "chords") == Part(kind="chords", pattern="arpeggio")
