"""The network's form of a melody, and the way back to notes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engines.music.encoding import (
    PITCHES,
    binarise,
    decode_steps,
    fill_rests,
    fit_window,
    notes_from_steps,
    one_hot,
    steps_from_notes,
)
from engines.music.score import Note

BARS = arrays(np.uint8, (3, 16), elements=st.integers(0, 127))


def test_one_hot_has_time_first_then_pitch() -> None:
    # Some ports keep bars as (128, 16); the network wants (16, 128).
    roll = one_hot(np.array([[60] * 8 + [64] * 8], dtype=np.uint8))
    assert roll.shape == (1, 16, PITCHES)
    assert roll[0, 0, 60] == roll[0, 15, 64] == 1.0
    assert roll.sum() == 16


@given(BARS)
def test_binarising_finds_the_bars_again(bars: np.ndarray) -> None:
    soft = one_hot(bars) * 0.5 + 0.1
    assert np.array_equal(binarise(soft), one_hot(bars))


@given(BARS, st.sampled_from([0.0, 0.3, 1.0]))
def test_a_sure_roll_decodes_to_itself(bars: np.ndarray, smoothness: float) -> None:
    # A pitch held for a bar of four beats is worth more than any cost of changing.
    held = np.repeat(bars[:, :1], 16, axis=1)
    assert np.array_equal(decode_steps(one_hot(held), smoothness), held)


def test_no_smoothness_is_the_strongest_pitch() -> None:
    roll = np.random.default_rng(0).random((2, 16, PITCHES), dtype=np.float32)
    assert np.array_equal(decode_steps(roll), roll.argmax(axis=-1))


def test_smoothness_removes_a_doubtful_fragment_and_keeps_a_sure_one() -> None:
    sure = one_hot(np.array([[60] * 16], dtype=np.uint8))
    doubtful = sure.copy()
    doubtful[0, 5, 60], doubtful[0, 5, 62] = 0.49, 0.5
    assert (decode_steps(doubtful, 0.3) == 60).all()
    clear = one_hot(np.array([[60] * 8 + [67] * 8], dtype=np.uint8))
    assert decode_steps(clear, 0.3)[0].tolist() == [60] * 8 + [67] * 8


def test_smoothness_looks_at_the_pitch_before_the_bar() -> None:
    roll = np.full((2, 16, PITCHES), 1e-6, dtype=np.float32)
    roll[:, :, 60] = 0.5
    roll[:, 0, 60], roll[:, 0, 62] = 0.49, 0.5
    decoded = decode_steps(roll, 0.3, np.array([60, 62]))
    assert decoded[0, 0] == 60  # nothing changes, nothing costs
    assert (decoded[:, 1:] == 60).all()


@given(BARS)
def test_notes_and_steps_are_inverse(bars: np.ndarray) -> None:
    flat = bars.reshape(-1)
    notes = notes_from_steps(flat)
    assert np.array_equal(steps_from_notes(notes, 3), flat)
    assert all(a.pitch != b.pitch for a, b in pairwise(notes))


@pytest.mark.parametrize(
    ("restrike", "starts"),
    [("never", [0]), ("chord", [0, 32]), ("bar", [0, 16, 32]), ("beat", list(range(0, 48, 4)))],
)
def test_a_held_note_is_struck_again_where_asked(restrike: str, starts: list[int]) -> None:
    held = np.full(48, 60, dtype=np.uint8)
    notes = notes_from_steps(held, restrike, ("C", "C", "Am"))  # type: ignore[arg-type]
    assert [note.start for note in notes] == starts
    assert sum(note.length for note in notes) == 48


def test_rests_take_the_pitch_before_and_a_leading_one_the_first() -> None:
    notes = [Note(4, 2, 60), Note(10, 2, 64)]
    assert steps_from_notes(notes, 1).tolist() == [60] * 10 + [64] * 6
    with pytest.raises(ValueError, match="no note"):
        fill_rests(np.full(16, 255, dtype=np.uint8), 255)


def test_overlapping_notes_give_way_to_the_later_one() -> None:
    assert steps_from_notes([Note(0, 16, 60), Note(8, 8, 64)], 1).tolist() == [60] * 8 + [64] * 8


def test_a_segment_moves_by_octaves_as_a_whole() -> None:
    low = np.array([40, 52, 45], dtype=np.uint8)
    assert fit_window(low, 60, 83) == 24
    assert fit_window(np.array([60, 84], dtype=np.uint8), 60, 83) is None
    assert fit_window(np.array([71, 72], dtype=np.uint8), 60, 83) == 0


@given(arrays(np.uint8, 32, elements=st.integers(30, 100)))
def test_fitting_never_leaves_the_window(steps: np.ndarray) -> None:
    shift = fit_window(steps, 60, 83)
    if shift is None:
        assert steps.max() - steps.min() > 11
    else:
        assert shift % 12 == 0
        moved = steps.astype(int) + shift
        assert moved.min() >= 60
        assert moved.max() <= 83
