"""Pitches by name, there and back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.pitches import parse_pitch, pitch_name


@given(st.integers(0, 127))
def test_every_pitch_is_read_back_from_its_name(pitch: int) -> None:
    assert parse_pitch(pitch_name(pitch)) == pitch


@pytest.mark.parametrize(
    ("text", "pitch"),
    [("C4", 60), (" a4 ", 69), ("Bb3", 58), ("b♭3", 58), ("f#3", 54), ("Cb4", 59), ("B#3", 60),
     ("C-1", 0), ("G9", 127), ("Fx4", None), ("H2", None), ("C", None), ("4", None), ("", None),
     ("G#9", None), ("Cb-1", None)],
)  # fmt: skip
def test_names_as_people_write_them(text: str, pitch: int | None) -> None:
    if pitch is None:
        with pytest.raises(ValueError, match="pitch"):
            parse_pitch(text)
    else:
        assert parse_pitch(text) == pitch


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= parse_pitch(text) <= 127
