"""The piano roll and the chord lane under the pointer, and what they paint."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from melodies import melody
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engines.music.score import Clip
from studio.view.theme import theme
from studio.view.widgets.chord_lane import RULER, ChordLane, LaneContent
from studio.view.widgets.piano_roll import PianoRoll
from studio.view.widgets.roll_painter import KEYBOARD, note_rect
from studio.view.widgets.roll_scale import RollScale

CLIP = melody()
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Score(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.scale = RollScale(self)
        self.lane, self.roll = ChordLane(self.scale), PianoRoll(self.scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lane)
        layout.addWidget(self.roll, 1)
        self.resize(900, 560)

    def show_clip(self, clip: Clip) -> None:
        self.lane.show_content(LaneContent(clip.chords))
        self.roll.show_clip(clip, clip.chords)

    def picture(self) -> QImage:
        return self.roll.viewport().grab().toImage()


@pytest.fixture(params=["dark", "light"])
def score(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Score]:
    theme.apply(request.param)
    widget = Score()
    qtbot.addWidget(widget)
    widget.show_clip(CLIP)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    theme.apply("dark")


def wheel(target: QWidget, at: QPointF, notches: int, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        at,
        target.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def near(first: QColor, second: QColor) -> bool:
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)
    return all(abs(a - b) <= 6 for a, b in pairs)


def test_every_note_is_painted_in_the_generators_colour(score: Score) -> None:
    picture = score.picture()
    for index in range(len(CLIP.notes)):
        place = score.roll.note_center(index).toPoint()
        assert near(picture.pixelColor(place), theme.color("generator"))
    coral = sum(near(picture.pixelColor(x, 300), theme.color("generator")) for x in range(KEYBOARD))
    assert coral == 0


def test_rows_of_the_chord_stand_out_from_their_neighbours(score: Score) -> None:
    picture = score.picture()
    scale = score.scale
    x = KEYBOARD + round(scale.x(14.5))  # in bar 1, C major, beside the notes
    rows = {
        pitch: picture.pixelColor(x, round(scale.y(pitch) + scale.row_height / 2)).lightness()
        for pitch in (74, 76, 77)  # D, E, F: all white keys
    }
    assert rows[74] == rows[77]
    assert abs(rows[76] - rows[74]) >= 4


def test_a_note_sounds_when_it_is_pressed(qtbot: QtBot, score: Score) -> None:
    viewport, left = score.roll.viewport(), Qt.MouseButton.LeftButton
    with qtbot.waitSignal(score.roll.touched) as told:
        qtbot.mouseClick(viewport, left, pos=score.roll.note_center(5).toPoint())
    assert told.args == [CLIP.notes[5].pitch]
    key = QPoint(10, round(score.scale.y(67) + 3))
    with qtbot.waitSignal(score.roll.touched) as told:
        qtbot.mouseClick(viewport, left, pos=key)
    assert told.args == [67]


def test_readout_names_pitch_bar_and_beat(qtbot: QtBot, score: Score) -> None:
    viewport = score.roll.viewport()
    place = score.roll.note_center(5).toPoint() + QPoint(2, 0)
    qtbot.mouseMove(viewport, place + QPoint(100, 0))
    qtbot.mouseMove(viewport, place)
    # Note 5 is the second quarter of bar 2 (Am): E4, just past its middle the third sixteenth.
    qtbot.waitUntil(lambda: score.roll.readout() == "E4   bar 2 · 2.3")
    score.roll.leaveEvent(None)
    assert score.roll.readout() == ""


def test_wheel_scrolls_and_zooms_at_the_pointer(score: Score) -> None:
    viewport, scale = score.roll.viewport(), score.scale
    at = QPointF(KEYBOARD + 300, 200)
    step, top = scale.step(300), scale.top
    wheel(viewport, at, 3, CTRL)
    assert scale.step(300) == pytest.approx(step)
    assert scale.content_width > scale.width
    wheel(viewport, at, -2, Qt.KeyboardModifier.NoModifier)
    assert scale.top > top
    left = scale.left
    wheel(viewport, at, -2, SHIFT)
    assert scale.left > left
    row = scale.row_height
    wheel(viewport, at, 1, CTRL | SHIFT)
    assert scale.row_height > row


def test_scroll_bars_and_scale_agree(score: Score) -> None:
    wheel(score.roll.viewport(), QPointF(200, 100), 5, CTRL)
    score.roll.horizontalScrollBar().setValue(120)
    score.roll.verticalScrollBar().setValue(300)
    assert (score.scale.left, score.scale.top) == (120, 300)


def test_lane_and_roll_stand_on_the_same_scale(score: Score) -> None:
    wheel(score.roll.viewport(), QPointF(200, 100), 2, CTRL)
    bar = score.lane.bar_rect(3)
    note = next(note for note in CLIP.notes if note.start == 48)
    assert bar.left() == pytest.approx(note_rect(note, score.scale).left() - 1 + KEYBOARD)


def test_a_press_on_the_ruler_moves_the_playhead(qtbot: QtBot, score: Score) -> None:
    place = QPoint(round(score.lane.bar_rect(1).left()) + 1, RULER // 2)
    with qtbot.waitSignal(score.lane.sought) as told:
        qtbot.mouseClick(score.lane, Qt.MouseButton.LeftButton, pos=place)
    assert int(told.args[0]) == 16


def test_the_view_follows_until_a_person_scrolls_away(score: Score) -> None:
    wheel(score.roll.viewport(), QPointF(KEYBOARD, 100), 8, CTRL)
    score.roll.set_playhead(0.0, following=True)
    score.roll.set_playhead(60.0, following=True)
    assert 0 <= score.scale.x(60.0) < score.scale.width
    wheel(score.roll.viewport(), QPointF(300, 100), -30, SHIFT)
    left = score.scale.left
    score.roll.set_playhead(61.0, following=True)
    assert score.scale.left == left
    score.roll.set_playhead(61.0, following=False)
    score.roll.set_playhead(61.0, following=True)  # played again
    assert 0 <= score.scale.x(61.0) < score.scale.width


def test_playhead_is_painted_where_it_is(qtbot: QtBot, score: Score) -> None:
    score.roll.set_playhead(40.0, following=True)
    x = KEYBOARD + round(score.scale.x(40.0))
    assert near(score.picture().pixelColor(x, 3), theme.color("text"))
    score.roll.set_playhead(50.0, following=True)
    assert not near(score.picture().pixelColor(x, 3), theme.color("text"))


def test_long_chords_shrink_before_they_are_cut(score: Score) -> None:
    clip = melody("F#m7b5 Cmaj7", bars=24)
    score.show_clip(clip)
    picture = score.lane.grab().toImage()
    assert not picture.isNull()
    assert score.lane.accessibleDescription().startswith("F#m7b5 Cmaj7")


def test_frames_of_playback_are_cheap(score: Score) -> None:
    """A step of the playhead repaints a few columns: far under a sixtieth of a second."""
    clip = melody(bars=64)
    score.show_clip(clip)
    score.picture()
    frames = 60
    start = time.process_time()
    for frame in range(frames):
        score.roll.set_playhead(frame * 0.4, following=True)
        score.lane.set_playhead(frame * 0.4, shown=True)
        score.roll.viewport().repaint(KEYBOARD + int(score.scale.x(frame * 0.4)) - 6, 0, 13, 500)
    assert (time.process_time() - start) / frames < 0.008
