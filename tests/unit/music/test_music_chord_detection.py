"""Chords told from notes, on bars made by hand and on chords played in every key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.chord_detection import detect_chords
from engines.music.chords import chord_from_index, parse_chord, triad_tones
from engines.music.score import Note


def chord(triad: int, start: int = 0, length: int = 16) -> list[Note]:
    return [Note(start, length, 48 + tone) for tone in triad_tones(triad)]


@pytest.mark.parametrize("triad", range(24))
def test_a_held_triad_is_itself(triad: int) -> None:
    assert detect_chords(chord(triad), 1, 16) == (str(chord_from_index(triad)),)


def test_a_seventh_follows_its_bass() -> None:
    tones = [Note(0, 16, pitch) for pitch in (64, 67, 72, 69)]  # C6 or Am7
    assert detect_chords([*tones, Note(0, 4, 45)], 1, 16) == ("Am",)
    assert detect_chords([*tones, Note(0, 4, 48)], 1, 16) == ("C",)


def test_a_melody_alone_and_silence() -> None:
    walk = [Note(0, 4, 60), Note(4, 4, 64), Note(8, 4, 67), Note(12, 4, 65)]
    late = [Note(36, 4, 69), Note(40, 8, 62)]
    assert detect_chords([*walk, *late], 4, 16) == ("C", "N.C.", "Dm", "N.C.")
    assert detect_chords([], 2, 12) == ("N.C.", "N.C.")


def test_a_note_held_over_the_bar_line_counts_in_both_bars() -> None:
    notes = [*chord(7, 0, 24), *chord(0, 24, 12)]
    assert detect_chords(notes, 3, 12) == ("G", "G", "C")


@given(
    st.lists(
        st.builds(Note, st.integers(-20, 80), st.integers(1, 40), st.integers(0, 127)), max_size=30
    ),
    st.integers(1, 6),
    st.sampled_from([12, 16]),
)
def test_any_notes_get_a_symbol_a_bar(notes: list[Note], bars: int, size: int) -> None:
    found = detect_chords(notes, bars, size)
    assert len(found) == bars
    for bar, symbol in enumerate(found):
        sounds = any(n.start < (bar + 1) * size and n.end > bar * size for n in notes)
        assert parse_chord(symbol).silent != sounds
