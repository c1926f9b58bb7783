"""Melodies in and out of the window: four formats written and read again, and the import table."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from bench import Bench
from music21 import converter
from music_bench import CTRL, LEFT, answer, compose, find, four, model_of, page_of, press
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from engines.music.files.midi import from_midi, to_midi
from engines.music.score import Clip, Note
from engines.music.sound.performance import PART_TITLES
from engines.music.sound.render import SAMPLE_RATE, TAIL_SECONDS
from studio.model.song import FRESH
from studio.view.panels.import_table import ImportTable

CLIP = Clip(
    bars=2,
    tempo=140.0,
    chords=("C", "F"),
    notes=(Note(0, 6, 67), Note(6, 6, 69), Note(14, 10, 72)),
    meter="4/4",
    key="C major",
)
SCALE, LOW = [67, 69, 71, 72, 74, 72, 71, 69], [36, 38, 40, 41, 43, 41, 40, 38]


def pitches(bench: Bench) -> list[int]:
    clip = page_of(bench).model.song.clip
    return [note.pitch for note in clip.notes] if clip is not None else []


def said(bench: Bench) -> str:
    message = bench.context.messages.current
    return message.text if message is not None else ""


def write_band(path: Path, *parts: tuple[str, int, list[int]]) -> Path:
    """A MIDI file of parts: name, channel, and pitches a quarter long each."""
    file = mido.MidiFile(ticks_per_beat=480)
    for name, channel, line in parts:
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        for pitch in line:
            track.append(mido.Message("note_on", note=pitch, channel=channel))
            track.append(mido.Message("note_off", note=pitch, channel=channel, time=480))
        file.tracks.append(track)
    file.save(path)
    return path


@pytest.fixture
def band(tmp_path: Path) -> Path:
    parts = [("Drums", 9, [36] * 4), ("Bass", 2, LOW), ("Flute", 0, SCALE), ("Silence", 3, [])]
    return write_band(tmp_path / "band.mid", *parts)


# --- the table of tracks -----------------------------------------------------------------------


def table_of(bench: Bench) -> ImportTable:
    table = page_of(bench).files.table
    assert table is not None
    return table


def test_a_file_of_several_tracks_shows_them_beside_its_melody(music: Bench, band: Path) -> None:
    music.window.open_file(str(band))
    table = table_of(music)
    assert table.isVisible()
    assert pitches(music) == SCALE  # not asked first: the likeliest is there already
    texts = [label.text() for label in table.findChildren(QLabel)]
    assert "Drums: not a melody." in texts
    assert "Bass: too low for a melody." in texts
    assert "Likely the melody: a single voice." in texts
    assert "No notes." in texts
    assert "8 notes in 2 bars." in texts
    assert [b.isEnabled() for b in table.findChildren(QRadioButton)] == [False, True, True, False]
    drums = table.findChild(QRadioButton, "track_0")
    assert drums is not None
    assert drums.toolTip() == "Drums: not a melody."


def test_another_track_is_the_melody_by_a_press_on_its_row(music: Bench, band: Path) -> None:
    music.window.open_file(str(band))
    table = table_of(music)
    reason = next(t for t in table.findChildren(QLabel) if t.text().startswith("Bass:"))
    QTest.mouseClick(reason, Qt.MouseButton.LeftButton)
    assert pitches(music) == LOW
    bass = table.findChild(QRadioButton, "track_1")
    assert bass is not None
    assert bass.isChecked()
    assert table.isVisible()
    music.context.undo.undo()
    assert pitches(music) == SCALE
    drums = next(t for t in table.findChildren(QLabel) if "not a melody" in t.text())
    QTest.mouseClick(drums, Qt.MouseButton.LeftButton)
    assert pitches(music) == SCALE


def test_a_track_is_chosen_by_keyboard_and_escape_closes(music: Bench, band: Path) -> None:
    music.window.open_file(str(band))
    table = table_of(music)
    flute = table.findChild(QRadioButton, "track_2")
    assert flute is not None
    flute.setFocus()
    QTest.keyClick(flute, Qt.Key.Key_Up)
    assert pitches(music) == LOW
    QTest.keyClick(music.window, Qt.Key.Key_Escape)
    assert not table.isVisible()
    music.window.registry.trigger("music.tracks")
    assert table.isVisible()


def test_a_file_of_one_track_asks_nothing(music: Bench, tmp_path: Path) -> None:
    path = write_band(tmp_path / "one.mid", ("Tune", 0, SCALE), ("Drums", 9, [36]))
    music.window.open_file(str(path))
    assert page_of(music).files.table is None
    assert pitches(music) == SCALE
    music.window.registry.trigger("music.tracks")
    assert page_of(music).files.table is None
    assert "several tracks" in page_of(music).files.imported.reason_no_choice()
    opened(music, tmp_path)  # ours, of several tracks
    assert page_of(music).files.table is None
    assert page_of(music).model.song.clip == CLIP
    file = mido.MidiFile(path)
    file.tracks[0].insert(0, mido.MetaMessage("time_signature", numerator=1, denominator=4))
    file.save(path)
    music.window.open_file(str(path))
    assert "The time signature 1/4 is not used" in said(music)


def test_the_next_file_fills_the_table_anew(music: Bench, band: Path, tmp_path: Path) -> None:
    music.window.open_file(str(band))
    other = write_band(tmp_path / "other.mid", ("Oboe", 0, SCALE), ("Lead", 1, LOW))
    music.window.open_file(str(other))
    names = [button.text() for button in table_of(music).findChildren(QRadioButton)]
    assert names[-2:] == ["Oboe", "Lead"]
    assert pitches(music) == LOW  # its name says so
    music.window.open_file(str(write_band(tmp_path / "one.mid", ("Tune", 0, SCALE))))
    assert not table_of(music).isVisible()


# --- out and in again --------------------------------------------------------------------------


def opened(music: Bench, tmp_path: Path) -> None:
    (tmp_path / "start.mid").write_bytes(to_midi(CLIP))
    music.window.open_file(str(tmp_path / "start.mid"))


def export(qtbot: QtBot, music: Bench, action: str, path: Path) -> None:
    page_of(music).files.ask_save = lambda *_: str(path.with_suffix(""))
    music.window.registry.trigger(action)
    qtbot.waitUntil(lambda: said(music).startswith(f"Saved as {path.name}"), timeout=30_000)


def test_a_score_out_and_in(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    opened(music, tmp_path)
    path = tmp_path / "tune.musicxml"
    export(qtbot, music, "music.export_score", path)
    score = converter.parseData(path.read_bytes(), format="musicxml")
    assert [part.partName for part in score.parts] == [PART_TITLES["melody"], PART_TITLES["chords"]]
    write_band(tmp_path / "other.mid", ("Tune", 0, SCALE))
    music.window.open_file(str(tmp_path / "other.mid"))
    music.window.open_file(str(path))
    qtbot.waitUntil(lambda: said(music).startswith("Opened tune.musicxml"), timeout=30_000)
    assert page_of(music).model.song.clip == CLIP


def test_a_score_comes_first(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    opened(music, tmp_path)
    path = tmp_path / "tune.musicxml"
    export(qtbot, music, "music.export_score", path)
    files, song = page_of(music).files, page_of(music).model.song
    write_band(tmp_path / "other.mid", ("Tune", 0, SCALE))
    music.window.open_file(str(tmp_path / "other.mid"))
    files.ask_primer = lambda *_: str(path)
    music.window.registry.trigger("music.primer_file")
    assert said(music) == "Reading tune.musicxml."
    assert pitches(music) == SCALE  # the window is not held
    qtbot.waitUntil(lambda: said(music).startswith("The bars of tune.musicxml"), timeout=30_000)
    assert song.clip is not None
    assert song.clip.notes == CLIP.notes
    assert song.state.locks == (0, 1)
    path.write_bytes(b"PK nothing")
    music.window.registry.trigger("music.primer_file")
    qtbot.waitUntil(lambda: said(music).startswith("tune.musicxml:"), timeout=30_000)


@pytest.mark.parametrize(
    ("action", "suffix"), [("music.export_wav", ".wav"), ("music.export_flac", ".flac")]
)
def test_sound_out(qtbot: QtBot, music: Bench, tmp_path: Path, action: str, suffix: str) -> None:
    opened(music, tmp_path)
    path = tmp_path / f"tune{suffix}"
    export(qtbot, music, action, path)
    sound, rate = soundfile.read(path)
    assert rate == SAMPLE_RATE
    assert len(sound) == round((CLIP.seconds + TAIL_SECONDS) * rate)
    assert np.sqrt(np.mean(sound**2)) > 0.01
    assert np.abs(sound).max() < 0.99


def test_a_dropped_score_is_opened(qtbot: QtBot, music: Bench, tmp_path: Path) -> None:
    opened(music, tmp_path)
    path = tmp_path / "tune.musicxml"
    export(qtbot, music, "music.export_score", path)
    music.context.undo.undo()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    music.window.dropEvent(event)
    qtbot.waitUntil(lambda: said(music).startswith("Opened tune.musicxml"), timeout=30_000)
    assert page_of(music).model.song.clip == CLIP
    path.write_bytes(b"PK nothing")
    music.window.open_file(str(path))
    qtbot.waitUntil(lambda: said(music).startswith("tune.musicxml:"), timeout=30_000)
    assert "not a score I can read" in said(music)


def test_a_midi_file_out_and_in_and_the_menu_of_formats(
    qtbot: QtBot, music: Bench, tmp_path: Path
) -> None:
    opened(music, tmp_path)
    export(qtbot, music, "music.export_midi", tmp_path / "tune.mid")
    assert from_midi((tmp_path / "tune.mid").read_bytes()) == CLIP
    menu = page_of(music).topbar.export.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    keys = {
        key.text.removeprefix("Export ").rstrip("…"): key.keys[0]
        for key in page_of(music).actions()
        if key.id.startswith("music.export")
    }
    assert len(texts) == len(keys) == 4
    for text in texts:
        title, key = text.split("\t")
        assert keys[title.split()[0]] == key


def test_a_dragged_take_plays_what_the_band_plays(music: Bench, tmp_path: Path) -> None:
    opened(music, tmp_path)
    tiles = page_of(music).melodies.takes.tiles
    path = tiles.mimeData([tiles.index(0)]).urls()[0].toLocalFile()
    file = mido.MidiFile(file=io.BytesIO(Path(path).read_bytes()))
    assert [track.name for track in file.tracks] == ["Duet", "Melody", "Chords (pattern)"]
    assert from_midi(Path(path).read_bytes()) == CLIP


def test_a_song_is_saved_begun_anew_and_opened_in_music(
    qtbot: QtBot, music: Bench, tmp_path: Path
) -> None:
    compose(music)
    page, model, session = page_of(music), model_of(music), music.context.session
    page.documents.ask_save = lambda *_: str(tmp_path / "tune.duet")
    page.roll.setFocus()
    with qtbot.waitSignal(session.saved):
        press(qtbot, music, Qt.Key.Key_S, CTRL)
    written = model.song.state
    press(qtbot, music, Qt.Key.Key_N, CTRL)
    assert model.song.state == FRESH
    assert model.reason_no_new_song()
    music.context.undo.undo()
    assert model.song.state == written
    page.documents.ask_save = lambda *_: str(tmp_path / "other.duet")
    press(qtbot, music, Qt.Key.Key_N, CTRL)
    model.compose()
    answer(music, four("Dm G"))
    with qtbot.waitSignal(session.saved):
        press(qtbot, music, Qt.Key.Key_S, CTRL)  # elsewhere: the first song stays
    assert session.path == tmp_path / "other.duet"
    press(qtbot, music, Qt.Key.Key_N, CTRL)
    model.chords.write("Dm")
    page.files.ask_open = lambda *_: str(tmp_path / "tune.duet")
    with qtbot.waitSignal(session.opened):
        qtbot.mouseClick(find(music, "openSong"), LEFT)
    assert music.window.current == "music"
    assert model.song.state == written
    assert model.chords.draft == "C Am F G"
    assert not session.modified
