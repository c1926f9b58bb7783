"""The keys of the piano roll in the whole window: commands, the row over the score, messages."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from bench import Bench
from melodies import melody
from music_bench import page_of
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engines.music.note_edits import rewritten
from engines.music.score import Note
from studio.model.song import Song, Take
from studio.view.widgets.roll_painter import KEYBOARD

KEY, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(name="music")
def _music(music: Bench) -> Bench:
    music.context.song.open((Take(melody()), Take(melody(shift=1))), 0, "C Am F G")
    page_of(music).roll.setFocus()
    return music


def song_of(bench: Bench) -> Song:
    return bench.context.song


def notes_of(bench: Bench) -> tuple[Note, ...]:
    clip = song_of(bench).clip
    assert clip is not None
    return clip.notes


def pixels(picture: QPixmap) -> NDArray[np.int16]:
    """Red, green, blue of every pixel."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    high, wide, stride = image.height(), image.width(), image.bytesPerLine()
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(high, stride)
    return flat[:, : 3 * wide].astype(np.int16)


def press(key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, keys)


def test_keys_edit_the_selection_and_undo_brings_it_back(music: Bench) -> None:
    editor, before = page_of(music).score.editor, notes_of(music)
    editor.tools.set_grid(4)
    press(KEY.Key_A, CTRL)
    assert editor.selection == set(before)
    press(KEY.Key_I, CTRL)
    assert not editor.selection
    note = before[5]
    expected = {
        (KEY.Key_Up, NONE): Note(note.start, 4, note.pitch + 1),
        (KEY.Key_Down, NONE): Note(note.start, 4, note.pitch - 1),
        (KEY.Key_Up, SHIFT): Note(note.start, 4, note.pitch + 12),
        (KEY.Key_Down, SHIFT): Note(note.start, 4, note.pitch - 12),
        (KEY.Key_Left, NONE): Note(note.start - 4, 4, note.pitch),
        (KEY.Key_Right, NONE): Note(note.start + 4, 4, note.pitch),
        (KEY.Key_Right, CTRL): Note(note.start, 8, note.pitch),
        (KEY.Key_Right, SHIFT): Note(note.start, 8, note.pitch),
        (KEY.Key_Left, SHIFT): Note(note.start, 2, note.pitch),
        (KEY.Key_Up, CTRL): Note(note.start, 4, note.pitch, 95),
    }
    for (key, keys), wanted in expected.items():
        editor.select([note])
        press(key, keys)
        assert editor.selection == {wanted}, (key, keys)
        assert wanted in notes_of(music)
        press(KEY.Key_Z, CTRL)
        assert notes_of(music) == before
    editor.select([note])
    press(KEY.Key_Delete)
    assert note not in notes_of(music)
    press(KEY.Key_Z, CTRL)
    assert notes_of(music) == before


def test_commands_by_keys(music: Bench) -> None:
    editor, before = page_of(music).score.editor, notes_of(music)
    editor.select(before[5:7])
    press(KEY.Key_C, CTRL)
    press(KEY.Key_V, CTRL)  # at the playhead: the start
    pasted = {Note(0, 4, before[5].pitch), Note(4, 4, before[6].pitch)}
    assert editor.selection == pasted
    assert pasted <= set(notes_of(music))
    press(KEY.Key_D, CTRL)
    assert {note.start for note in editor.selection} == {8, 12}
    press(KEY.Key_X, CTRL)
    assert not {note.start for note in notes_of(music)} & {8, 12}
    for _ in range(3):
        press(KEY.Key_Z, CTRL)
    assert notes_of(music) == before
    editor.select_none()
    press(KEY.Key_B, SHIFT)  # the bar of the playhead
    assert editor.selection == set(before[:4])
    song = song_of(music)
    editor.tools.set_grid(2)
    clip = song.clip
    assert clip is not None
    song.edit("Write", rewritten(clip, (Note(1, 2, 60), Note(7, 1, 64), Note(12, 4, 67))))
    press(KEY.Key_Q)
    assert notes_of(music) == (Note(2, 2, 60), Note(8, 2, 64), Note(12, 4, 67))
    press(KEY.Key_L, SHIFT)
    assert notes_of(music) == (Note(2, 6, 60), Note(8, 4, 64), Note(12, 4, 67))


def test_tools_keys_and_messages(qtbot: QtBot, music: Bench) -> None:
    tools = page_of(music).score.editor.tools
    for key, tool in ((KEY.Key_P, "draw"), (KEY.Key_X, "erase"), (KEY.Key_V, "select")):
        press(key)
        button = music.window.findChild(QToolButton, f"{tool}Tool")
        assert button is not None
        assert (tools.tool, button.isChecked()) == (tool, True)
    button = music.window.findChild(QToolButton, "drawTool")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tools.tool == "draw"
    press(KEY.Key_S)
    snap = music.window.findChild(QComboBox, "noteSnap")
    assert snap is not None
    assert (tools.snap, snap.currentText()) == ("scale", "Scale")
    tools.set_snap("off")
    # Arrows scroll while nothing is selected, and stay with lists that have the keyboard.
    page, before = page_of(music), notes_of(music)
    page.roll.setFocus()
    page.roll.zoom(3.0)
    left = page.roll.scale.left
    press(KEY.Key_Right)
    assert page.roll.scale.left > left
    page.score.editor.select_all()
    grid = music.window.findChild(QComboBox, "noteGrid")
    assert grid is not None
    grid.setFocus()
    press(KEY.Key_Down)
    assert notes_of(music) == before
    # A locked bar says so where messages are.
    page.roll.setFocus()
    song_of(music).set_locks([0])
    press(KEY.Key_A, CTRL)
    press(KEY.Key_Up)
    message = music.context.messages.current
    assert message is not None
    assert message.text == "Bar 1 is locked. Unlock it first (L)."
    keys = Counter(
        QKeySequence(key).toString()
        for action in music.window.registry.all()
        for key in action.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_what_is_painted(music: Bench) -> None:
    page = page_of(music)
    ghost = page.model.song.takes[1].clip.notes[0]
    scale, viewport = page.roll.scale, page.roll.viewport()
    y = scale.y(ghost.pitch) + scale.row_height / 2
    place = QPointF(KEYBOARD + scale.x(ghost.start) + 8, y).toPoint()
    before = viewport.grab().toImage().pixelColor(place)
    press(KEY.Key_G, SHIFT)
    assert viewport.grab().toImage().pixelColor(place) != before
    assert page.score.velocities.isVisible()
    press(KEY.Key_V, SHIFT)
    assert not page.score.velocities.isVisible()
    press(KEY.Key_V, SHIFT)
    # What was painted in parts looks like what is painted at once.
    editor, notes = page.score.editor, notes_of(music)
    for step in (
        lambda: editor.select(notes[3:6]),
        lambda: editor.climb(3),
        lambda: editor.shift(2),
        lambda: editor.louder(-40),
        lambda: page.roll.set_playhead(20.0, following=False),
        editor.duplicate,
        editor.delete,
        editor.select_none,
        lambda: page.roll.zoom(2.5),
        lambda: scale.scroll(scale.left + 31, scale.top),
        lambda: scale.scroll(scale.left - 12, scale.top + 40),
        lambda: scale.scroll(scale.left, scale.top - 9),
        lambda: song_of(music).set_locks([1]),
        lambda: scale.scroll(scale.left + 5, scale.top + 3),
    ):
        step()
        QApplication.processEvents()
    parts: list[QWidget] = [page.roll.viewport(), page.score.velocities]
    for part in parts:
        corner = part.mapTo(music.window, QPoint())
        seen = music.window.screen().grabWindow(
            music.window.winId(), corner.x(), corner.y(), part.width(), part.height()
        )
        assert not seen.isNull()
        page.roll._ground.forget()
        there, anew = pixels(seen), pixels(part.grab())
        assert abs(there - anew).max() <= 2  # translucent edges are rounded
