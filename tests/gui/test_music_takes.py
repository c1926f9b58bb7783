"""Takes with mouse and keyboard: chosen, undone, brought back from the history."""

from __future__ import annotations

import msgspec
from bench import MODELS, Bench
from fake_engine import single
from melodies import melody
from music_bench import LEFT, answer, compose, find, four, model_of, page_of, press
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Cancel, ModelInfo, Models, Progress, Started, Submit
from engines.protocol.params import resolve
from engines.protocol.tools import COMPOSE


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


def test_what_was_kept_stays_when_later_takes_arrive(qtbot: QtBot, music: Bench) -> None:
    compose(music)
    music.window.registry.trigger("music.compose")
    song, job = model_of(music).song, music.engine.sent_of(Submit)[-1].job
    clips = four("Dm G")
    music.engine.receive(Started(job=job))
    music.engine.give(job, 0, clips[0])
    assert song.clip == clips[0]
    page_of(music).roll.setFocus()
    press(qtbot, music, Qt.Key.Key_Return)
    kept = song.state
    assert [take.clip for take in kept.takes] == clips[:1]
    music.engine.give(job, 1, clips[1])
    assert song.state == kept
    assert music.engine.sent[-1] == Cancel(job=job)


def test_takes_do_not_come_into_another_song(music: Bench) -> None:
    compose(music)
    model = model_of(music)
    music.window.registry.trigger("music.compose")
    job = music.engine.sent_of(Submit)[-1].job
    music.window.registry.trigger("music.new")
    music.engine.give(job, 0, four("Dm G")[0])
    assert model.song.takes == ()
    music.context.undo.undo()
    assert [take.clip for take in model.song.takes] == four()


def test_songs_beyond_the_limits_of_composing_say_so(music: Bench) -> None:
    model = model_of(music)
    long = msgspec.structs.replace(melody(bars=129), tempo=400.0)
    model.open_clip(long)
    assert "and there are 129" in model.reason_not_to_write_again()
    sent = len(music.engine.sent)
    model.write_again((3,))
    assert len(music.engine.sent) == sent
    assert model.reason_not_to_compose() == ""
    model.choice.toggle([0])
    assert "Unlock all of them" in model.reason_not_to_compose()
    model.choice.toggle([0])
    assert resolve(COMPOSE, model.request().params)["tempo"] == 300


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


def test_sliders_that_would_do_nothing_say_why(qtbot: QtBot, music: Bench) -> None:
    variation, creativity = find(music, "variationSlider"), find(music, "creativitySlider")
    assert not variation.isEnabled()
    assert "none are in view" in variation.toolTip()
    compose(music)
    written = tuple(range(8))
    takes = [msgspec.structs.replace(clip, seeds=written) for clip in four()]
    music.window.registry.trigger("music.compose")
    answer(music, takes)
    assert variation.isEnabled()
    assert creativity.isEnabled()
    model_of(music).values.set("creativity", 0.5)
    plain = ModelInfo(
        name="melody-standards", title="Standards", task="compose", family="midinet", weights="d"
    )
    music.engine.receive(Models(models=[*MODELS, plain]))
    model_of(music).choose_model(plain.name)
    assert not creativity.isEnabled()
    assert "Standards was not trained to take it" in creativity.toolTip()
    music.window.registry.trigger("music.compose")
    assert music.engine.sent_of(Submit)[-1].request.params["creativity"] == 0.0


def test_the_range_is_written_in_notes(qtbot: QtBot, music: Bench) -> None:
    field = find(music, "lowestField")
    values = model_of(music).values
    assert field.text() == "Any"
    for typed, pitch, shown in (
        ("c3", 48, "C3"), ("61", 61, "C#4"), ("48 + 12", 60, "C4"), ("nonsense", 60, "C4"),
        ("any", 0, "Any"),
    ):  # fmt: skip
        field.setText(typed)
        field.editingFinished.emit()
        assert (values["lowest"], field.text()) == (pitch, shown)
    field.setText("C3")
    field.editingFinished.emit()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "C#3"
    assert values["highest"] == 127
