"""Bars in another order, and under other bar lines."""

from __future__ import annotations

import msgspec
from clip_strategies import clips
from hypothesis import given
from hypothesis import strategies as st

from engines.music.bar_edits import EMPTY, arranged, moved_marks
from engines.music.rebarring import rebarred
from engines.music.score import Clip, Note, TempoChange

CLIP = Clip(
    bars=3,
    tempo=100.0,
    chords=("C", "F", "G"),
    notes=(Note(0, 4, 60), Note(12, 8, 62), Note(30, 18, 64)),
    tempos=(TempoChange(1, 90.0),),
    seeds=(7, 8, 9),
)


def test_a_bar_goes_with_what_begins_in_it() -> None:
    left = arranged(CLIP, [0, 2])
    assert left.notes == (Note(0, 4, 60), Note(12, 4, 62))  # held into a bar that is gone
    assert (left.chords, left.seeds, left.tempos) == (("C", "G"), (7, 9), (TempoChange(1, 90.0),))
    assert arranged(CLIP, [1, 2]).tempo == 90.0
    assert arranged(CLIP, [1, 2]).notes == (Note(14, 18, 64),)


def test_empty_bars_take_after_the_bar_before() -> None:
    wide = arranged(CLIP, [EMPTY, 0, EMPTY, 1, 2, EMPTY])
    assert wide.chords == ("C", "C", "C", "F", "G", "G")
    assert wide.seeds == (-1, 7, -1, 8, 9, -1)
    assert wide.tempos == (TempoChange(3, 90.0),)
    assert wide.notes == (Note(16, 4, 60), Note(28, 4, 62), Note(62, 18, 64))


def test_repeated_bars_stand_behind_themselves() -> None:
    twice = arranged(CLIP, [0, 1, 0, 1, 2])
    assert [note.start for note in twice.notes] == [0, 12, 30, 32, 44, 62]
    assert [note.length for note in twice.notes] == [4, 8, 2, 4, 8, 18]
    assert [(change.bar, change.tempo) for change in twice.tempos] == [
        (1, 90.0), (2, 100.0), (3, 90.0),
    ]  # fmt: skip


def test_marks_follow_their_bars() -> None:
    assert moved_marks((0, 2), [1, EMPTY, 2, 2]) == (2, 3)


@given(clips(), st.data())
def test_whatever_the_order_it_stays_a_melody(clip: Clip, data: st.DataObject) -> None:
    bars = st.none() | st.integers(0, clip.bars - 1)
    order = data.draw(st.lists(bars, min_size=1, max_size=6))
    new = arranged(clip, order)
    assert new.bars == len(new.chords) == len(order)
    ends = [0, *(note.end for note in new.notes)]
    starts = [*(note.start for note in new.notes), new.steps]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert all(note.length >= 1 for note in new.notes)
    same = arranged(clip, range(clip.bars))
    assert same == msgspec.structs.replace(clip, tempos=same.tempos)
    assert same.seconds == clip.seconds


def test_the_same_notes_under_other_bar_lines() -> None:
    waltz = rebarred(CLIP, "3/4")
    assert (waltz.bars, waltz.steps, waltz.notes) == (4, 48, CLIP.notes)
    assert waltz.chords == ("C", "F", "F", "G")  # C goes on for 4 steps of the second bar
    assert (waltz.tempo, waltz.tempos, waltz.seeds) == (100.0, (TempoChange(1, 90.0),), ())


@given(clips())
def test_other_bar_lines_lose_no_note(clip: Clip) -> None:
    other = rebarred(clip, "3/4" if clip.meter == "4/4" else "4/4")
    assert other.notes == clip.notes
    assert 0 <= other.steps - clip.steps < other.bar_steps
    assert len(other.chords) == other.bars
