"""Edits by hand keep a melody a melody, whatever is done to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.music import note_edits as edits
from engines.music import note_picks as picks
from engines.music.score import Clip, Note

BARS = 4


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    """A melody of up to four bars with rests, long and short notes, in either meter."""
    meter = draw(st.sampled_from(("4/4", "3/4")))
    steps = BARS * (16 if meter == "4/4" else 12)
    cuts = sorted(draw(st.sets(st.integers(0, steps), max_size=14)))
    notes = [
        Note(start, end - start, draw(st.integers(0, 127)), draw(st.integers(1, 127)))
        for start, end in pairwise(cuts)
        if draw(st.booleans())
    ]
    chords = tuple(draw(st.sampled_from(("C", "Am7", "F#m7b5", "N.C."))) for _ in range(BARS))
    seeds = draw(st.sampled_from(((), (1, 2, 3, 4))))
    return Clip(bars=BARS, tempo=120.0, chords=chords, notes=tuple(notes), meter=meter, seeds=seeds)


@st.composite
def selections(draw: st.DrawFn) -> tuple[Clip, frozenset[Note]]:
    """A melody and some of its notes."""
    clip = draw(clips())
    return clip, frozenset(note for note in clip.notes if draw(st.booleans()))


def check(clip: Clip, edited: edits.Edited) -> None:
    """A melody inside its clip, and a selection inside the melody."""
    assert list(edited.notes) == sorted(edited.notes)
    for note in edited.notes:
        assert 0 <= note.start < note.end <= clip.steps
        assert 0 <= note.pitch <= 127
        assert 1 <= note.velocity <= 127
    for before, after in pairwise(edited.notes):
        assert before.end <= after.start
    assert edited.chosen <= frozenset(edited.notes)


def sounding(notes: tuple[Note, ...]) -> dict[int, tuple[int, int]]:
    """Pitch and velocity by step."""
    return {
        step: (note.pitch, note.velocity) for note in notes for step in range(note.start, note.end)
    }


@given(
    clips(),
    st.lists(
        st.builds(
            Note, st.integers(-9, 70), st.integers(1, 40), st.integers(-5, 140), st.integers(0, 200)
        ),
        max_size=5,
    ),
)
def test_edited_notes_win_and_the_others_keep_what_is_left(clip: Clip, edited: list[Note]) -> None:
    result = edits.settle(clip.notes, edited, clip.steps)
    check(clip, result)
    now, before = sounding(result.notes), sounding(clip.notes)
    mine = sounding(tuple(result.chosen))
    for step, tone in now.items():
        assert tone == mine.get(step, before.get(step))
    for note in edited:  # one of them begins where it should
        begin = max(note.start, 0)
        assert begin in mine or begin >= min(note.end, clip.steps)


@settings(max_examples=60)
@given(selections(), st.integers(-80, 80), st.integers(-130, 130), st.booleans())
def test_moving_keeps_shapes_together(
    selection: tuple[Clip, frozenset[Note]], steps: int, pitches: int, copy: bool
) -> None:
    clip, chosen = selection
    result = edits.move(clip, chosen, steps, pitches, copy=copy)
    check(clip, result)
    assert len(result.chosen) == len(chosen)
    shifts = {
        (new.start - old.start, new.pitch - old.pitch, new.length - old.length)
        for old, new in zip(sorted(chosen), sorted(result.chosen), strict=True)
    }
    assert len(shifts) <= 1
    if shifts and not copy and len(result.notes) == len(clip.notes):  # and back again
        by, up, _longer = next(iter(shifts))
        moved = edits.rewritten(clip, result.notes)
        assert edits.move(moved, result.chosen, -by, -up).chosen == chosen


@settings(max_examples=60)
@given(selections(), st.data())
def test_every_command_leaves_a_melody(
    selection: tuple[Clip, frozenset[Note]], data: st.DataObject
) -> None:
    clip, chosen = selection
    grid = data.draw(st.sampled_from((1, 2, 4)))
    by = data.draw(st.integers(-20, 20))
    snap: picks.Snap = data.draw(st.sampled_from(("off", "scale", "chord")))
    left, right = edits.resize(clip, chosen, "left", by), edits.resize(clip, chosen, "right", by)
    for edited in (
        left,
        right,
        edits.move(clip, chosen, by, -by, picks.tuner(clip, snap)),
        edits.transpose(clip, chosen, by, picks.stepper(clip, snap)),
        edits.stretch(clip, chosen, 2.0),
        edits.stretch(clip, chosen, 0.5),
        edits.legato(clip, chosen),
        edits.set_velocities(clip, dict.fromkeys(chosen, by)),
        edits.place(clip, chosen, by),
        edits.duplicate(clip, chosen, grid),
        edits.erase(clip, chosen),
    ):
        check(clip, edited)
    assert {note.end for note in left.chosen} <= {note.end for note in chosen} | {
        note.start for note in left.chosen
    }
    assert {note.start for note in right.chosen} == {note.start for note in chosen}
    quantised = edits.quantise(clip, chosen, grid)
    check(clip, quantised)
    assert all(note.start % grid == 0 for note in quantised.chosen)
    again = edits.quantise(edits.rewritten(clip, quantised.notes), quantised.chosen, grid)
    assert again.notes == quantised.notes


@given(selections())
def test_only_bars_that_changed_count_as_written_by_hand(
    selection: tuple[Clip, frozenset[Note]],
) -> None:
    clip, chosen = selection
    edited = edits.erase(clip, chosen)
    bars = edits.changed_bars(clip, edited.notes)
    before, now = sounding(clip.notes), sounding(edited.notes)
    for bar in range(clip.bars):
        span = range(bar * clip.bar_steps, (bar + 1) * clip.bar_steps)
        assert (bar in bars) == any(before.get(step) != now.get(step) for step in span)
    fresh = edits.rewritten(clip, edited.notes)
    for bar, seed in enumerate(fresh.seeds):
        assert seed == (-1 if bar in bars else clip.seeds[bar])


# --- by hand ---------------------------------------------------------------------------------


def clip_of(*notes: Note, chords: tuple[str, ...] = ("C", "G"), key: str = "") -> Clip:
    return Clip(bars=len(chords), tempo=120.0, chords=chords, notes=notes, key=key)


def test_a_drawn_note_cuts_what_is_under_it() -> None:
    clip = clip_of(Note(0, 8, 60), Note(8, 8, 62), Note(16, 4, 64))
    result = edits.draw(clip, Note(4, 8, 67))
    assert result.notes == (Note(0, 4, 60), Note(4, 8, 67), Note(12, 4, 62), Note(16, 4, 64))
    assert result.chosen == {Note(4, 8, 67)}
    assert edits.draw(clip, Note(8, 12, 50)).notes == (Note(0, 8, 60), Note(8, 12, 50))


def test_legato_stretch_and_duplicate_by_hand() -> None:
    clip = clip_of(Note(0, 2, 60), Note(4, 1, 62), Note(8, 2, 64))
    every = frozenset(clip.notes)
    assert edits.legato(clip, every).notes == (Note(0, 4, 60), Note(4, 4, 62), Note(8, 2, 64))
    assert edits.stretch(clip, every, 2).notes == (Note(0, 4, 60), Note(8, 2, 62), Note(16, 4, 64))
    copied = edits.duplicate(clip, every, 4)
    assert sorted(copied.chosen) == [Note(12, 2, 60), Note(16, 1, 62), Note(20, 2, 64)]
    assert len(copied.notes) == 6


def test_velocities_stay_in_range() -> None:
    clip = clip_of(Note(0, 2, 60, 40), Note(4, 1, 62, 100))
    louder = edits.set_velocities(clip, {note: 2 * note.velocity for note in clip.notes})
    assert [note.velocity for note in louder.notes] == [80, 127]


@pytest.mark.parametrize(
    ("snap", "pitch", "step", "expected"),
    [
        ("off", 61, 0, 61),
        ("scale", 61, 0, 60),
        ("scale", 66, 16, 65),  # C and G fit C major: F
        ("chord", 62, 0, 60),
        ("chord", 65, 0, 64),
        ("chord", 65, 16, 67),  # over G: B, D or G
        ("chord", 61, 32, 61),  # no chord, no snapping
    ],
)
def test_pitches_snap_to_scale_or_chord(
    snap: picks.Snap, pitch: int, step: int, expected: int
) -> None:
    clip = clip_of(chords=("C", "G", "N.C."))
    assert picks.tuner(clip, snap)(pitch, step) == expected


def test_arrows_climb_by_what_pitches_snap_to() -> None:
    clip = clip_of(Note(0, 4, 64), key="A minor")
    up = {
        snap: edits.transpose(clip, clip.notes, 1, picks.stepper(clip, snap)).notes[0].pitch
        for snap in ("off", "scale", "chord")
    }
    assert up == {"off": 65, "scale": 65, "chord": 67}
    edge = clip_of(Note(0, 4, 127))
    assert edits.transpose(edge, edge.notes, 1, picks.stepper(edge, "off")).notes[0].pitch == 127


def test_selecting() -> None:
    clip = clip_of(Note(0, 4, 60), Note(4, 4, 61), Note(14, 4, 64), Note(20, 2, 60))
    assert picks.in_box(clip.notes, 3.5, 14.5, 60, 63) == {clip.notes[0], clip.notes[1]}
    assert picks.in_bars(clip, {1}) == {clip.notes[3]}
    assert picks.out_of_scale(clip) == {clip.notes[1]}
    other = clip_of(*clip.notes, key="Db major")
    assert picks.out_of_scale(other) == {clip.notes[2]}
