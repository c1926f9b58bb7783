"""Bars that stand: what of a melody they hold, what is heard of them, and ties."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.music.kept import Piece, by_bar, heard, heard_by_all, joined, kept_pieces, leaps
from engines.music.score import Note

NOTES = st.lists(
    st.builds(
        Note, st.integers(0, 63), st.integers(1, 40), st.integers(40, 80), st.integers(1, 127)
    ),
    max_size=12,
)


def test_a_note_over_the_end_of_its_bar_is_cut_unless_the_next_is_locked() -> None:
    over = Note(12, 8, 60, 70)
    assert kept_pieces([over], [0], 16) == [Piece(Note(12, 4, 60, 70), False, True)]
    assert kept_pieces([over], [0, 1], 16) == [Piece(over)]
    assert kept_pieces([over], [1], 16) == [Piece(Note(16, 4, 60, 70), True, False)]
    assert kept_pieces([over], [2], 16) == []
    assert kept_pieces([Note(10, 4, 60)], [0], 12) == [Piece(Note(10, 2, 60), False, True)]


@given(NOTES, st.sets(st.integers(0, 3)))
def test_pieces_lie_in_locked_bars_and_fill_them_as_before(
    notes: list[Note], locked: set[int]
) -> None:
    pieces = kept_pieces(notes, locked, 16)

    def sounding(those: list[Note]) -> list[tuple[int, int]]:
        steps = [(step, n.pitch) for n in those for step in range(n.start, n.end)]
        return sorted((step, pitch) for step, pitch in steps if step // 16 in locked)

    assert sounding([piece.note for piece in pieces]) == sounding(notes)
    assert all(
        bar in locked
        for piece in pieces
        for bar in range(piece.note.start // 16, (piece.note.end - 1) // 16 + 1)
    )


def test_a_resting_bar_is_heard_as_the_pitch_before() -> None:
    assert heard((), None) is None
    resting = heard((), 62)
    assert resting is not None
    assert resting.tolist() == [62] * 16
    late = heard((Note(8, 2, 65),), 62)
    assert late is not None
    assert late.tolist() == [62] * 8 + [65] * 8
    first = heard((Note(8, 2, 65),), None)
    assert first is not None
    assert first.tolist() == [65] * 16
    struck = heard((Note(0, 4, 70),), 62)
    assert struck is not None
    assert struck.tolist() == [70] * 16


def test_every_melody_hears_a_resting_bar_its_own_way() -> None:
    bars = heard_by_all((), np.array([60, 67]), 2)
    assert bars is not None
    assert bars[:, 0].tolist() == [60, 67]
    assert heard_by_all((), None, 2) is None


def test_bars_are_counted_from_their_own_start() -> None:
    pieces = kept_pieces([Note(12, 8, 60), Note(40, 4, 62)], [0, 1, 2, 3], 16)
    assert by_bar(pieces, [0, 1, 2, 3], 16) == {
        0: (Note(12, 4, 60),),
        1: (Note(0, 4, 60),),
        2: (Note(8, 4, 62),),
        3: (),
    }


def test_a_tie_is_whole_where_the_new_bar_goes_on_with_its_pitch() -> None:
    (piece,) = kept_pieces([Note(12, 8, 60, 70)], [0], 16)
    assert joined([piece], [Note(16, 6, 60)]) == (Note(12, 10, 60, 70),)
    assert joined([piece], [Note(16, 6, 62)]) == (Note(12, 4, 60, 70), Note(16, 6, 62))
    (whole,) = kept_pieces([Note(12, 4, 60, 70)], [0], 16)  # it ended at the bar line
    assert joined([whole], [Note(16, 6, 60)]) == (Note(12, 4, 60, 70), Note(16, 6, 60))


def test_a_note_that_came_into_a_locked_bar_is_not_struck_again() -> None:
    (piece,) = kept_pieces([Note(12, 8, 60, 70)], [1], 16)
    assert joined([piece], [Note(8, 8, 60)]) == (Note(8, 12, 60, 70),)
    assert joined([piece], [Note(8, 8, 59)]) == (Note(8, 8, 59), Note(16, 4, 60, 70))


def test_a_note_through_a_whole_locked_bar_ties_on_both_sides() -> None:
    (piece,) = kept_pieces([Note(8, 32, 60, 70)], [1], 16)
    assert joined([piece], [Note(10, 6, 60), Note(32, 2, 60)]) == (Note(10, 24, 60, 70),)


def test_leaps_are_counted_at_the_edges_of_what_stands() -> None:
    steps = np.array([[60, 62], [65, 65], [65, 60], [72, 72]], dtype=np.uint8)
    assert leaps(steps, [1, 2]) == [3, 12]
    assert leaps(steps, []) == []
    assert leaps(steps, [0, 1, 2, 3]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 20), st.integers(58, 62), st.integers(1, 127)),
        max_size=12,
    ),
    st.sets(st.integers(0, 3)),
    st.lists(st.integers(58, 62), min_size=64, max_size=64),
)
def test_joining_changes_nothing_inside_what_stands(
    parts: list[tuple[int, int, int, int]], locked: set[int], new: list[int]
) -> None:
    melody: list[Note] = []
    for rest, length, pitch, velocity in parts:
        start = (melody[-1].end if melody else 0) + rest
        melody.append(Note(start, length, pitch, velocity))
    pieces = kept_pieces(melody, locked, 16)
    written = [Note(step, 1, new[step]) for step in range(64) if step // 16 not in locked]
    whole = joined(pieces, written)
    assert list(whole) == sorted(whole)
    assert all(a.end <= b.start for a, b in pairwise(whole))
    for piece in pieces:
        if not piece.began and not piece.goes_on:
            assert piece.note in whole
    # What sounds is what was kept and written, note for note or tied.
    sounding = {step: note.pitch for note in whole for step in range(note.start, note.end)}
    wanted = {
        step: note.pitch
        for note in (*written, *(piece.note for piece in pieces))
        for step in range(note.start, note.end)
    }
    assert sounding == wanted
