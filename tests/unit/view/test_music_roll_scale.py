"""Where steps and pitches are on the screen, zooming and scrolling included."""

from __future__ import annotations

import pytest
from melodies import melody

from engines.music.score import Clip, Note
from studio.view.widgets.roll_notes import NoteIndex
from studio.view.widgets.roll_painter import pitch_name
from studio.view.widgets.roll_scale import PITCHES, ROW_RANGE, STEP_RANGE, RollScale
from studio.view.widgets.transport import clock_text, place_text


@pytest.fixture
def scale() -> RollScale:
    made = RollScale()
    made.resize(800, 400)
    made.show_clip(melody(), 8)
    return made


def test_everything_fits_at_first(scale: RollScale) -> None:
    clip = melody()
    assert scale.x(0) == 0.0
    assert scale.x(clip.steps) == pytest.approx(800)
    for note in clip.notes:
        assert scale.y(note.pitch) >= 0
        assert scale.y(note.pitch) + scale.row_height <= 400


def test_places_convert_both_ways(scale: RollScale) -> None:
    scale.zoom_steps(2.0, 300)
    scale.zoom_rows(1.3, 100)
    for step in (0.0, 17.5, 100.0):
        assert scale.step(scale.x(step)) == pytest.approx(step)
    for pitch in (0, 60, 127):
        assert scale.pitch(scale.y(pitch) + scale.row_height / 2) == pitch


def test_zoom_keeps_what_is_under_the_pointer(scale: RollScale) -> None:
    step, pitch = scale.step(300), scale.pitch(150)
    scale.zoom_steps(1.7, 300)
    scale.zoom_rows(1.4, 150)
    assert scale.step(300) == pytest.approx(step)
    assert scale.pitch(150) == pitch


def test_zoom_has_limits(scale: RollScale) -> None:
    for _ in range(60):
        scale.zoom_steps(1.3, 0)
        scale.zoom_rows(1.3, 0)
    assert (scale.step_width, scale.row_height) == (STEP_RANGE[1], ROW_RANGE[1])
    for _ in range(60):
        scale.zoom_steps(0.7, 0)
        scale.zoom_rows(0.7, 0)
    assert scale.content_width >= 800 - 1e-6
    assert scale.row_height == ROW_RANGE[0]


def test_scrolling_stops_at_the_edges(scale: RollScale) -> None:
    scale.zoom_steps(3.0, 0)
    scale.scroll(1e9, 1e9)
    assert scale.left == pytest.approx(scale.content_width - 800)
    assert scale.top == pytest.approx(PITCHES * scale.row_height - 400)
    scale.scroll(-5, -5)
    assert (scale.left, scale.top) == (0.0, 0.0)


def test_a_resized_view_still_shows_everything_until_it_was_zoomed(scale: RollScale) -> None:
    scale.resize(1600, 500)
    assert scale.content_width == pytest.approx(1600)
    scale.zoom_steps(2.0, 0)
    width = scale.step_width
    scale.resize(900, 500)
    assert scale.step_width == width


def test_another_take_of_the_same_length_keeps_the_view(scale: RollScale) -> None:
    scale.zoom_steps(2.0, 100)
    before = (scale.left, scale.step_width)
    scale.show_clip(melody(), 8)
    assert (scale.left, scale.step_width) == before
    scale.show_clip(melody(shift=4), 8)  # out of sight: everything is shown again
    assert scale.x(0) == 0.0


def test_the_page_turns_with_the_playhead(scale: RollScale) -> None:
    scale.zoom_steps(4.0, 0)
    scale.follow(5.0)
    assert scale.left == 0.0
    scale.follow(64.0)
    assert 0 <= scale.x(64.0) < 400
    turned = scale.left
    scale.follow(70.0)
    assert scale.left == turned
    scale.follow(0.0)
    assert scale.left == 0.0


def test_one_note_and_no_notes_are_shown_well() -> None:
    scale = RollScale()
    scale.resize(800, 400)
    for notes in ((), (Note(0, 4, 127),), (Note(0, 4, 0),)):
        scale.show_clip(Clip(bars=1, tempo=120, chords=("C",), notes=notes), 1)
        assert 0 <= scale.top <= scale.content_height - 400
        for note in notes:
            assert 0 <= scale.y(note.pitch) <= 400


def test_words() -> None:
    assert [pitch_name(pitch) for pitch in (60, 61, 21, 108)] == ["C4", "C#4", "A0", "C8"]
    assert [place_text(step) for step in (0.0, 15.99, 16.0, 37.2)] == [
        "1.1.1",
        "1.4.4",
        "2.1.1",
        "3.2.2",
    ]
    assert [clock_text(seconds) for seconds in (0.0, 59.9, 61.0)] == ["0:00", "0:59", "1:01"]


def test_notes_are_found() -> None:
    notes = (Note(0, 4, 60), Note(4, 8, 64))
    index = NoteIndex(notes)
    assert index.at(4.5, 64) == notes[1]
    assert index.at(4.5, 60) is None
    assert index.sounding(3.9) == notes[0]
    assert index.sounding(12.0) is None
    assert index.between(3.0, 4.0) == notes[:1]
