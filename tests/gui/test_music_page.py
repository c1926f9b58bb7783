"""The Music mode with mouse and keyboard: chords, takes, playing, undo, files, the next session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import mido
import pretty_midi
import pytest
from bench import Bench, open_bench
from fake_engine import single
from melodies import melody
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engines.music.progressions import PROGRESSIONS
from engines.music.score import Clip, Part
from engines.music.sound.performance import find_part, with_part
from engines.music.sound.soundfonts import find_soundfont
from engines.protocol.messages import ModelInfo, Progress, Started, Submit
from studio.media.outputs import NO_DEVICE, SilentOutput
from studio.model.compose import ComposeModel
from studio.view.panels.compose_page import ComposePage

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _no_sound_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "studio.media.player.open_output",
        lambda rate, parent: SilentOutput(rate, NO_DEVICE, parent),
    )


@pytest.fixture
def music(qtbot: QtBot, duet_data: Path) -> Iterator[Bench]:
    with open_bench(qtbot, duet_data, mode="music") as made:
        yield made
        page_of(made).model.playback.close()


def page_of(bench: Bench) -> ComposePage:
    page = bench.window.pages["music"]
    assert isinstance(page, ComposePage)
    return page


def model_of(bench: Bench) -> ComposeModel:
    return page_of(bench).model


def find(bench: Bench, name: str) -> QWidget:
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
    return [melody(chords, bars, shift=shift) for shift in (0, 1, -1, 2)]


def compose(bench: Bench, chords: str = "C Am F G", bars: int = 8) -> None:
    model_of(bench).chords.write(chords)
    model_of(bench).values.set("bars", bars)
    bench.window.registry.trigger("music.compose")
    answer(bench, four(chords, bars))


# --- the chord line --------------------------------------------------------------------------


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
    assert said.text().endswith("Compose to hear them.")
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


# --- takes -----------------------------------------------------------------------------------


def test_letters_choose_takes(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    page = page_of(music)
    page.roll.setFocus()
    for key, index in ((Qt.Key.Key_C, 2), (Qt.Key.Key_B, 1), (Qt.Key.Key_A, 0), (Qt.Key.Key_D, 3)):
        press(qtbot, music, key)
        assert model_of(music).song.selected == index
        assert page.roll._clip == four()[index]
    assert "Take D" in music.window.windowTitle()


def test_a_click_chooses_a_take(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    takes = page_of(music).melodies.takes
    place = takes.visualRect(takes.tiles.index(2)).center()
    qtbot.mouseClick(takes.viewport(), LEFT, pos=place)
    assert model_of(music).song.letter == "C"


def test_takes_that_are_on_their_way_are_shown_and_can_be_cancelled(
    qtbot: QtBot, music: Bench
) -> None:
    compose(music)
    music.window.registry.trigger("music.compose")
    job = music.engine.sent_of(Submit)[-1].job
    music.engine.receive(Started(job=job))
    music.engine.receive(Progress(job=job, done=1, total=4))
    tiles = page_of(music).melodies.takes.tiles
    assert [tiles.tile(row).clip for row in range(4)] == [None] * 4
    assert model_of(music).song.clip == four()[0]  # the score stays until there is another
    qtbot.mouseClick(find(music, "jobCancel"), LEFT)
    assert music.engine.sent[-1].job == job


def test_one_undo_takes_a_whole_job_back(music: Bench) -> None:
    compose(music)
    compose(music, "Dm G", 4)
    song, undo = model_of(music).song, music.context.undo
    song.select(2)
    song.select(3)
    assert song.takes[0].clip.bars == 4
    undo.undo()  # listening to the takes belongs to the job
    assert [take.clip for take in song.takes] == four()
    undo.undo()  # the chord line of the second job
    assert model_of(music).chords.draft == "C Am F G"
    undo.undo()
    assert song.clip is None
    while undo.canRedo():
        undo.redo()
    assert song.takes[3].clip.chords[:2] == ("Dm", "G")
    assert song.selected == 3


def test_a_choice_between_two_results_of_a_job_keeps_the_takes_together(music: Bench) -> None:
    music.window.registry.trigger("music.compose")
    message = music.engine.sent_of(Submit)[-1]
    history, song = music.history, model_of(music).song
    outputs = [
        music.engine.output(single(message.request, index), clip)
        for index, clip in enumerate(four())
    ]
    history.add(outputs[0], group=message.job)
    history.add(outputs[1], group=message.job)
    song.select(1)
    history.add(outputs[2], group=message.job)
    history.add(outputs[2], group=message.job)  # a retried job hands on what it had
    assert [take.clip for take in song.takes] == four()[:3]
    assert song.selected == 1


def test_history_brings_a_melody_back_with_its_takes(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    compose(music, "Dm G", 4)
    strip = page_of(music).melodies.history
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 8)
    qtbot.mouseClick(strip.viewport(), LEFT, pos=strip.visualRect(strip.tiles.index(5)).center())
    song = model_of(music).song
    assert [take.clip for take in song.takes] == four()
    assert song.letter == "C"
    assert model_of(music).chords.draft == "C Am F G"
    assert model_of(music).bars == 8
    field = find(music, "melodyFilter")
    qtbot.keyClicks(field, "dm")
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 4)


def test_removed_melodies_come_back(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    strip = page_of(music).melodies.history
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 4)
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 3)
    music.context.messages.act()
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 4)


# --- playing ---------------------------------------------------------------------------------


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


# --- files -----------------------------------------------------------------------------------


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
    press(qtbot, music, Qt.Key.Key_S, CTRL)
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


# --- the next session ------------------------------------------------------------------------


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
