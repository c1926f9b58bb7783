"""Bars with mouse and keyboard: chords picked in the lane, locks, loops, writing again, primers."""

from __future__ import annotations

import msgspec
import pytest
from bench import Bench
from melodies import melody
from music_bench import LEFT, answer, find, model_of, page_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from engines.music.score import Note, TempoChange
from engines.protocol.messages import Submit
from studio.model.song import BEFORE
from studio.view.panels.compose_page import ComposePage
from studio.view.widgets.lane_painter import again_rect, lock_rect


def composed(bench: Bench) -> ComposePage:
    """The page after a first job of four takes."""
    bench.window.registry.trigger("music.compose")
    answer(bench, [melody(shift=shift) for shift in (0, 1, -1, 2)])
    return page_of(bench)


def params(bench: Bench) -> dict[str, object]:
    """Of the newest job."""
    return bench.engine.sent_of(Submit)[-1].request.params


def chord_spot(page: ComposePage, bar: int) -> QPoint:
    rect = page.score.lane.bar_rect(bar)
    return QPoint(round(rect.left()) + 10, round(rect.center().y()))


# --- chords ----------------------------------------------------------------------------------


def test_a_chord_is_picked_under_its_bar(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    song = model_of(music).song
    qtbot.mouseClick(page.score.lane, LEFT, pos=chord_spot(page, 2))
    qtbot.mouseClick(find(music, "qualityminor"), LEFT)
    assert song.clip is not None
    assert song.clip.chords[:4] == ("C", "Am", "Fm", "G")
    assert song.clip.chords[6] == "F"  # this bar alone
    qtbot.mouseClick(find(music, "rootBb"), LEFT)
    assert all(take.clip.chords[2] == "Bbm" for take in song.takes)
    field = find(music, "chordSymbol")
    qtbot.keyClicks(field, "")
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, "D/F#")
    assert song.clip is not None
    assert song.clip.chords[2] == "D/F#"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not find(music, "chordSymbol").isVisible()
    assert model_of(music).chords.draft == "C Am D/F# G C Am F G"
    music.context.undo.undo()  # one bar's chord is one step
    assert song.clip.chords == melody().chords
    assert model_of(music).chords.draft == "C Am F G"


def test_suggestions_and_padlocks(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    model = model_of(music)
    page.score.lane_work.open_picker(1)
    qtbot.mouseClick(find(music, "chordHeld"), LEFT)
    assert model.song.state.fixed_chords == (1,)
    suggested = model.chords.suggestions(1)[0]
    button = music.window.findChild(QToolButton, f"suggested{suggested}")
    qtbot.mouseClick(button, LEFT)
    assert str(model.chords.shown()[1]) == suggested
    model.chords.take_progression("C F G Dm7")
    assert [str(c) for c in model.chords.shown()[:4]] == ["C", suggested, "G", "Dm7"]
    music.window.registry.trigger("music.detect_chords")
    assert str(model.chords.shown()[1]) == suggested
    assert [str(c) for c in model.chords.shown()[2:4]] == ["F", "G"]  # what the notes play


def test_a_song_moves_with_its_chords(music: Bench) -> None:
    composed(music)
    song = model_of(music).song
    music.window.registry.trigger("music.transpose_up")
    assert song.clip is not None
    assert song.clip.chords[:2] == ("C#", "A#m")
    assert song.clip.notes[0].pitch == melody().notes[0].pitch + 1
    music.window.registry.trigger("music.transpose_down")
    assert [n.pitch for n in song.clip.notes] == [n.pitch for n in melody().notes]


def test_another_mode_leaves_no_picker_and_no_empty_room_behind(music: Bench) -> None:
    page = composed(music)
    page.score.lane_work.open_picker(1)
    music.window.show_mode("library")
    assert not find(music, "chordSymbol").isVisible()
    stack = page.panel.parentWidget()
    assert stack is not None
    music.window.show_mode("music")
    assert stack.minimumSizeHint().height() == page.panel.minimumSizeHint().height()


def test_the_key_is_said_and_kept_by_later_takes(music: Bench) -> None:
    root, mode = find(music, "keyRoot"), find(music, "keyMode")
    assert isinstance(root, QComboBox)
    assert isinstance(mode, QComboBox)
    assert not root.isEnabled()
    composed(music)
    assert root.isEnabled()
    root.setCurrentText("D")
    root.activated.emit(root.currentIndex())
    song = model_of(music).song
    assert song.clip is not None
    assert song.clip.key == "D major"
    song = model_of(music).song
    song.set_key("D harmonic minor")
    panel = page_of(music).controls
    assert panel.minimumSizeHint().width() <= panel.parentWidget().width()  # type: ignore[union-attr]
    mode.setCurrentText("Dorian")
    mode.activated.emit(mode.currentIndex())
    composed(music)
    assert {take.clip.key for take in song.takes} == {"D dorian"}
    music.window.registry.trigger("music.transpose_up")
    assert song.clip.key == "Eb dorian"


# --- locks and writing again -----------------------------------------------------------------


def test_locked_bars_are_kept_and_the_others_written(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    lane, model = page.score.lane, model_of(music)
    spots = [lock_rect(lane.bar_rect(bar)).center() for bar in (0, 1, 2)]
    qtbot.mousePress(lane, LEFT, pos=spots[0])
    qtbot.mouseMove(lane, spots[1])
    qtbot.mouseRelease(lane, LEFT, pos=spots[1])
    if model.choice.locks == (0,):  # offscreen moves may come without the button
        qtbot.mouseClick(lane, LEFT, pos=spots[1])
    assert model.choice.locks == (0, 1)
    qtbot.keyClick(page.roll, Qt.Key.Key_G)
    sent = params(music)
    assert sent["locks"] == "1-2"
    assert sent["kept"] == [[n.start, n.length, n.pitch, n.velocity] for n in melody().notes]
    assert sent["chords"] == "C Am F G"
    qtbot.mouseClick(lane, LEFT, pos=spots[0])
    assert model.choice.locks == (1,)
    model.song.set_locks(range(8))
    assert "Unlock one" in find(music, "composeButton").toolTip()


def test_the_bar_of_the_playhead_is_written_again(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    model = model_of(music)
    qtbot.waitUntil(lambda: model.playback._clip is not None)
    model.playback.seek(33.0)
    assert find(music, "againButton").text() == "Bar 3 again"  # type: ignore[attr-defined]
    qtbot.keyClick(page.roll, Qt.Key.Key_R)
    assert params(music)["locks"] == "1-2, 4-8"
    assert params(music)["bars"] == 8
    answer(music, [melody(shift=1)])
    rect = again_rect(page.score.lane.bar_rect(4))
    qtbot.mouseClick(page.score.lane, LEFT, pos=rect.center())
    assert params(music)["locks"] == "1-4, 6-8"


def test_a_loop_drawn_on_the_ruler_is_what_is_written_again(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    lane, model = page.score.lane, model_of(music)
    middle = [QPoint(round(lane.bar_rect(bar).center().x()), 8) for bar in range(8)]
    qtbot.mousePress(lane, LEFT, pos=middle[2])
    qtbot.mouseMove(lane, middle[4])
    lane._drag_loop(middle[4].x())  # offscreen moves come without the button
    qtbot.mouseRelease(lane, LEFT, pos=middle[4])
    assert model.playback.loop == (32, 80)
    assert model.choice.words == "bars 3 to 5"
    qtbot.keyClick(page.roll, Qt.Key.Key_L)
    assert model.choice.locks == (2, 3, 4)
    qtbot.keyClick(page.roll, Qt.Key.Key_R)
    assert "locked" in model.reason_not_to_write_again()
    qtbot.mouseDClick(lane, LEFT, pos=middle[3])
    assert model.playback.loop is None


def test_the_melody_from_before_can_be_heard_and_brought_back(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    song, undo = model_of(music).song, music.context.undo
    qtbot.keyClick(page.roll, Qt.Key.Key_B)
    qtbot.keyClick(page.roll, Qt.Key.Key_R)
    fresh = [melody("Dm G", shift=shift) for shift in (0, 1)]
    answer(music, fresh)
    assert song.clip == fresh[0]
    qtbot.keyClick(page.roll, Qt.Key.Key_0)
    assert song.selected == BEFORE
    assert song.clip == melody(shift=1)  # take B, which was in view
    qtbot.keyClick(page.roll, Qt.Key.Key_B)
    qtbot.keyClick(page.roll, Qt.Key.Key_Return)
    assert [take.clip for take in song.takes] == [fresh[1]]
    undo.undo()  # the job, what was listened to, and the choice: one step
    assert song.clip == melody(shift=1)
    undo.redo()
    assert song.clip == fresh[1]
    undo.undo()
    qtbot.keyClick(page.roll, Qt.Key.Key_R)
    answer(music, fresh)
    music.window.registry.trigger("music.discard")
    assert song.clip == melody(shift=1)
    assert song.state.before is None


def test_variation_walks_around_what_is_there(music: Bench) -> None:
    composed(music)
    model = model_of(music)
    clip = model.song.clip
    assert clip is not None
    model.song.edit("Seeds", msgspec.structs.replace(clip, seeds=tuple(range(8))))
    model.values.set("variation", 0.3)
    music.window.registry.trigger("music.compose")
    sent = params(music)
    assert (sent["locks"], sent["kept_seeds"]) == ("", list(range(8)))
    assert sent["variation"] == 0.3


# --- primers and tempi -----------------------------------------------------------------------


def test_selected_notes_begin_a_melody(music: Bench) -> None:
    page = composed(music)
    model = model_of(music)
    page.score.editor.select([n for n in melody().notes if 16 <= n.start < 48])
    music.window.registry.trigger("music.primer_selection")
    clip = model.song.clip
    assert clip is not None
    assert clip.chords[:4] == ("Am", "F", "F", "G")
    assert [n.start for n in clip.notes] == [4 * beat for beat in range(8)]
    assert model.choice.locks == (0, 1)
    music.window.registry.trigger("music.compose")
    assert params(music)["locks"] == "1-2"


def test_played_notes_begin_a_melody(music: Bench) -> None:
    page = page_of(music)
    recorder = page._recorder
    now = iter([10.0, 10.5, 11.0, 11.25, 12.0, 12.9])
    recorder.clock = lambda: next(now)
    recorder.keyboard._name = "Keys"  # as if a device were there
    for pitch in (60, 64, 67):
        recorder.keyboard.feed([0x90, pitch, 100])
        recorder.keyboard.feed([0x80, pitch, 0])
    music.context.song.set_tempo(120.0)
    page.record_primer()
    clip = model_of(music).song.clip
    assert clip is not None
    assert clip.notes == (Note(0, 4, 60, 100), Note(8, 2, 64, 100), Note(16, 7, 67, 100))
    assert model_of(music).choice.locks == (0, 1)
    assert clip.chords[0] == "C"  # the planned one


def test_no_keyboard_is_a_sentence(music: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(music)
    page.record_primer()
    current = music.context.messages.current
    assert current is not None
    assert "MIDI" in current.text
    assert not page._recorder.listening


def test_a_bar_takes_another_tempo(music: Bench) -> None:
    page = composed(music)
    work, song = page.score.lane_work, model_of(music).song
    work.ask_tempo = lambda _lane, _bar, _now: 90.0
    work.change_tempo(4)
    assert song.clip is not None
    assert song.clip.tempos == (TempoChange(4, 90.0),)
    assert page.score.lane.content.tempos == ((4, 90.0),)
    titles = [action.text() for action in work.menu(4).actions()]
    assert "Keep the tempo before" in titles
    music.context.undo.undo()
    assert song.clip.tempos == ()


def test_the_lane_is_worked_by_keys(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    lane = page.score.lane
    lane.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(lane, Qt.Key.Key_Right)
    qtbot.keyClick(lane, Qt.Key.Key_Right)
    qtbot.keyClick(lane, Qt.Key.Key_Return)
    assert find(music, "chordSymbol").isVisible()
    assert find(music, "chordSymbol").text() == "F"  # type: ignore[attr-defined]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert lane.hasFocus()


# --- whole bars ------------------------------------------------------------------------------


def test_bars_are_repeated_inserted_and_deleted_in_every_take(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    model = model_of(music)
    song, undo, before = model.song, music.context.undo, model.song.state
    model.playback.set_loop(0, 32)  # the first two bars
    model.choice.toggle([2])
    mark = song.state
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.roll, Qt.Key.Key_D, keys)
    assert [take.clip.bars for take in song.takes] == [10] * 4
    assert model.chords.draft == "C Am C Am F G C Am F G"
    assert (model.choice.locks, model.bars) == ((4,), 10)
    assert song.clip == msgspec.structs.replace(melody("C Am C Am F G C Am F G", 10), seeds=())
    qtbot.keyClick(page.roll, Qt.Key.Key_B, keys)
    assert song.clip is not None
    assert (song.clip.bars, song.clip.notes[0].start, model.choice.locks) == (11, 16, (5,))
    qtbot.keyClick(page.roll, Qt.Key.Key_Backspace, keys)  # the empty one, and the first
    assert model.chords.draft == "Am C Am F G C Am F G"
    for _ in range(3):
        undo.undo()
    assert song.state == mark
    undo.undo()
    assert (song.state, model.bars) == (before, 8)


def test_the_menu_of_a_bar_repeats_and_deletes_it(music: Bench) -> None:
    page = composed(music)
    song = model_of(music).song

    def choose(bar: int, words: str) -> None:
        menu = page.score.lane_work.menu(bar)
        next(action for action in menu.actions() if action.text().startswith(words)).trigger()

    choose(1, "Duplicate")
    choose(0, "Delete")
    choose(0, "Insert")
    assert song.clip is not None
    assert song.clip.chords == ("Am", "Am", "Am", "F", "G", "C", "Am", "F", "G")
    music.window.registry.trigger("music.append_bar")
    assert song.clip.chords[-2:] == ("G", "G")
    assert song.clip.bars == 10
    model_of(music).playback.set_loop(0, 160)
    assert "one bar at the least" in model_of(music).bar_edits.reason_not_to_delete()


def test_a_typed_line_goes_under_the_melody(qtbot: QtBot, music: Bench) -> None:
    page = composed(music)
    song, field = model_of(music).song, page.controls.chords.field
    notes = song.clip.notes if song.clip is not None else ()
    song.fix_chords([0])
    qtbot.keyClick(page.roll, Qt.Key.Key_E)
    qtbot.keyClicks(field, "Dm7 G7")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert song.clip is not None
    assert song.clip.chords == ("C", "G7", *("Dm7", "G7") * 3)
    assert song.clip.notes == notes
    assert field.text() == song.state.chords == "C G7 Dm7 G7 Dm7 G7 Dm7 G7"
    assert len(music.engine.sent_of(Submit)) == 1
    qtbot.keyClicks(field, " H")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert "H" in model_of(music).chords.reason_not_to_put_under()
    assert song.clip.chords[0] == "C"


def test_a_song_is_read_in_the_other_meter(music: Bench) -> None:
    composed(music)
    model, before = model_of(music), model_of(music).song.state
    model.choice.toggle([1])
    model.playback.set_loop(16, 32)
    music.window.registry.trigger("music.rebar")
    clip = model.song.clip
    assert clip is not None
    assert (clip.meter, clip.bars, clip.notes) == ("3/4", 11, melody().notes)
    assert (model.choice.locks, model.playback.loop, model.bars) == ((), None, 11)
    assert model.chords.draft.split()[:4] == ["C", "Am", "Am", "F"]
    assert model.values["meter"] == "3/4"  # the next melody is like it
    music.context.undo.undo()
    music.context.undo.undo()
    assert model.song.state == before
