"""The Music mode with mouse and keyboard: the chord line, and the next session."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import Bench, open_bench
from music_bench import LEFT, answer, compose, find, four, model_of, page_of, press
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.music.progressions import PROGRESSIONS
from engines.music.score import Clip, Note
from engines.music.sound.performance import find_part, with_part
from engines.protocol.messages import ModelInfo, Submit
from studio.view.panels.melody_facts import chord_tone_share

pytestmark = pytest.mark.usefixtures("silent")


def test_the_first_melody_takes_one_press(qtbot: QtBot, music: Bench) -> None:
    assert find(music, "emptyCompose").isVisible()
    qtbot.mouseClick(find(music, "composeButton"), LEFT)
    request = music.engine.sent_of(Submit)[-1].request
    assert (request.task, request.model) == ("compose", "melody-pop")
    assert request.params["chords"] == "C Am F G"
    assert (request.params["bars"], request.params["tempo"], request.params["count"]) == (8, 110, 4)
    answer(music, four())
    song = model_of(music).song
    assert [take.clip for take in song.takes] == four()
    assert song.letter == "A"
    assert not find(music, "emptyCompose").isVisible()
    assert [take.request.seed - request.seed for take in song.takes if take.request] == [0, 1, 2, 3]


def test_typing_chords_is_checked_at_once_and_said_in_words(qtbot: QtBot, music: Bench) -> None:
    page = page_of(music)
    qtbot.keyClick(page.roll, Qt.Key.Key_E)
    field = page.controls.chords.field
    assert field.hasFocus()
    assert field.selectedText() == "C Am F G"
    qtbot.keyClicks(field, "Dm H7")
    problem = find(music, "chordProblem").text()
    assert "'H7'" in problem
    assert "B7" in problem
    button = find(music, "composeButton")
    assert not button.isEnabled()
    assert button.toolTip() == problem
    assert page.score.lane.content.chords[0] == "C"  # the lane keeps the last line that was right
    press(qtbot, music, Qt.Key.Key_Return)
    assert not music.engine.sent_of(Submit)
    for _ in range(2):
        press(qtbot, music, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, "G7")
    assert button.isEnabled()
    assert page.score.lane.content.chords[:3] == ("Dm", "G7", "Dm")  # drawn while it is typed
    press(qtbot, music, Qt.Key.Key_Return)
    assert music.engine.sent_of(Submit)[-1].request.params["chords"] == "Dm G7"
    assert page.roll.hasFocus()  # so that Space plays and letters choose takes


def test_escape_takes_typing_back(qtbot: QtBot, music: Bench) -> None:
    page = page_of(music)
    qtbot.keyClick(page.roll, Qt.Key.Key_E)
    qtbot.keyClicks(page.controls.chords.field, "X")
    press(qtbot, music, Qt.Key.Key_Escape)
    assert page.controls.chords.field.text() == "C Am F G"
    assert not model_of(music).chords.problem
    assert page.roll.hasFocus()


def test_takes_that_arrive_leave_typing_alone(qtbot: QtBot, music: Bench) -> None:
    page = page_of(music)
    qtbot.mouseClick(find(music, "composeButton"), LEFT)
    qtbot.keyClick(page.roll, Qt.Key.Key_E)
    qtbot.keyClicks(page.controls.chords.field, "Em A")
    answer(music, four())
    assert page.controls.chords.field.text() == "Em A"


def test_summary_under_the_line(music: Bench) -> None:
    model, said = model_of(music), find(music, "chordProblem")
    for line, bars, words in (
        ("C", 8, "1 chord, repeated over 8 bars."),
        ("C G", 2, "2 chords, one a bar."),
        ("C G Am", 2, "3 chords; the first 2 are used."),
    ):
        model.chords.write(line)
        model.values.set("bars", bars)
        assert said.text() == words


def test_a_changed_line_is_not_heard_until_it_is_composed(music: Bench) -> None:
    compose(music)
    model, said = model_of(music), find(music, "chordProblem")
    model.chords.write("Em A")
    assert said.text().endswith("Compose to hear them; Shift+Enter puts them under this melody.")
    model.chords.write("C Am F G")
    assert said.text() == "4 chords, repeated over 8 bars."


def test_a_long_example_makes_the_melody_as_long(music: Bench) -> None:
    line = model_of(music).chords
    line.take_progression(dict(PROGRESSIONS)["Twelve-bar blues"])
    assert model_of(music).bars == 12
    assert line.draft.startswith("C7 %")
    assert len(set(page_of(music).score.lane.content.chords)) == 3


def test_a_press_before_the_library_is_known_waits_for_it(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data, mode="music", hello=False) as bench:
        bench.window.registry.trigger("music.compose")
        assert not bench.engine.sent_of(Submit)
        assert model_of(bench).pending == 4
        assert find(bench, "emptyCompose").isHidden()
        info = ModelInfo(name="mine", title="Mine", task="compose", family="midinet", weights="x")
        bench.engine.say_hello([info])
        assert bench.engine.sent_of(Submit)[-1].request.model == "mine"
        model_of(bench).playback.close()


def test_bars_by_button_and_by_number(qtbot: QtBot, music: Bench) -> None:
    qtbot.mouseClick(find(music, "bars16"), LEFT)
    assert model_of(music).bars == 16
    assert len(page_of(music).score.lane.content.chords) == 16
    qtbot.mouseClick(find(music, "bars16"), LEFT)
    assert find(music, "bars16").isChecked()
    field = find(music, "barsField")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "6*2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert model_of(music).bars == 12
    assert not find(music, "bars16").isChecked()


def test_song_and_switches_survive(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data, mode="music") as first:
        compose(first, "Dm7 G7 Cmaj7", 6)
        model = model_of(first)
        model.song.select(2)
        model.song.set_tempo(96.0)
        band = with_part(model.song.state.band, "melody", program=40)
        model.song.set_band(with_part(band, "chords", pattern="pulse"))
        model.playback.set_looping(False)
        seed = model.seed.value
        model.playback.close()
    with open_bench(qtbot, duet_data, mode="music") as second:
        model = model_of(second)
        assert model.song.letter == "C"
        assert [take.clip.bars for take in model.song.takes] == [6] * 4
        assert model.song.clip is not None
        assert model.song.clip.tempo == 96.0
        assert model.chords.draft == "Dm7 G7 Cmaj7"
        assert model.playback.voice.program == 40
        assert find_part(model.playback.voice.band, "chords").pattern == "pulse"
        assert not model.playback.looping
        assert model.seed.value == seed
        assert not second.context.undo.canUndo()
        strip = page_of(second).melodies.history
        qtbot.waitUntil(lambda: strip.tiles.rowCount() == 4)
        model.playback.close()


@pytest.mark.parametrize("broken", [{"chords": "H7", "tempo": "fast"}, {"takes": ["gone"]}])
def test_broken_memory_starts_fresh(
    qtbot: QtBot, duet_data: Path, broken: dict[str, object]
) -> None:
    with open_bench(qtbot, duet_data, mode="image") as first:
        first.settings.remember("music.song", {"selected": 9, **broken})
        first.settings.remember("music.sound", {"program": 999, "volume": "loud", "pattern": 3})
    with open_bench(qtbot, duet_data, mode="music") as second:
        model = model_of(second)
        assert model.song.clip is None
        assert model.chords.draft == "C Am F G"
        assert model.playback.voice.program == 0
        model.playback.close()


def test_the_share_on_the_chord_follows_the_meter() -> None:
    notes = (Note(0, 12, 60), Note(12, 12, 69))  # C over C, A over F
    waltz = Clip(bars=2, tempo=120.0, chords=("C", "F"), notes=notes, meter="3/4")
    assert chord_tone_share(waltz) == 1.0
