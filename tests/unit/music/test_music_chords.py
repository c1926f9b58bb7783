"""Chord symbols: what parses, how it prints, and what the network reads of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.chords import (
    CHORD_SIZE,
    QUALITIES,
    Chord,
    chord_from_index,
    chord_vectors,
    fill_bars,
    network_indices,
    parse_chord,
    parse_chords,
    print_chords,
    triad_tones,
)
from engines.protocol.errors import EngineError

NAMES = st.builds(str.__add__, st.sampled_from("ABCDEFG"), st.sampled_from(["", "#", "b"]))
CHORDS = st.builds(
    Chord,
    NAMES,
    st.sampled_from([quality.suffix for quality in QUALITIES]),
    st.one_of(st.just(""), NAMES),
)


@pytest.mark.parametrize(
    ("symbol", "printed", "index", "tones"),
    [
        ("C", "C", 0, (0, 4, 7)),
        ("Am", "Am", 21, (9, 0, 4)),
        ("a-", "Am", 21, (9, 0, 4)),
        ("B", "B", 11, (11, 3, 6)),
        ("Bb", "Bb", 10, (10, 2, 5)),
        ("B♭m7", "Bbm7", 22, (10, 1, 5, 8)),
        ("Fmaj7", "Fmaj7", 5, (5, 9, 0, 4)),
        ("FM7", "Fmaj7", 5, (5, 9, 0, 4)),
        ("Fm7", "Fm7", 17, (5, 8, 0, 3)),
        ("Gsus", "Gsus4", 7, (7, 0, 2)),
        ("D7sus4", "D7sus4", 2, (2, 7, 9, 0)),
        ("C6/9", "C6/9", 0, (0, 4, 7, 9, 2)),
        ("Am7/G", "Am7/G", 21, (9, 0, 4, 7)),
        ("C/D", "C/D", 0, (0, 4, 7, 2)),
        ("Bø", "Bm7b5", 23, (11, 2, 5, 9)),
        ("C#dim7", "C#dim7", 13, (1, 4, 7, 10)),
        ("Eb+", "Ebaug", 3, (3, 7, 11)),
        ("Cb", "Cb", 11, (11, 3, 6)),
    ],
)
def test_reads_and_prints(symbol: str, printed: str, index: int, tones: tuple[int, ...]) -> None:
    chord = parse_chord(symbol)
    assert (str(chord), chord.index, chord.tones) == (printed, index, tones)


@pytest.mark.parametrize("symbol", ["N.C.", "nc", "N"])
def test_no_chord_is_silent(symbol: str) -> None:
    chord = parse_chord(symbol)
    assert chord.silent
    assert (chord.index, chord.root, chord.tones, str(chord)) == (-1, -1, (), "N.C.")


@pytest.mark.parametrize(
    ("symbol", "fix"),
    [("H7", "write B7"), ("X", "from A to G"), ("Cfoo", "Csus4"), ("C/H", "ending"), ("1", "A")],
)
def test_names_the_bad_chord_and_the_fix(symbol: str, fix: str) -> None:
    with pytest.raises(EngineError) as error:
        parse_chords(f"C {symbol} F")
    assert error.value.kind == "bad_input"
    assert repr(symbol) in str(error.value)
    assert fix in str(error.value)


@pytest.mark.parametrize("line", ["", "   ", " | "])
def test_an_empty_line_is_refused(line: str) -> None:
    with pytest.raises(EngineError, match="no chords"):
        parse_chords(line)


def test_a_line_takes_bar_lines_commas_and_repeats() -> None:
    assert print_chords(parse_chords("| C | %, Am  F |")) == "C C Am F"


@given(st.lists(CHORDS, min_size=1, max_size=8))
def test_printing_and_reading_are_inverse(chords: list[Chord]) -> None:
    assert parse_chords(print_chords(chords)) == chords


@given(CHORDS, st.integers(-24, 24))
def test_transposing_moves_every_tone(chord: Chord, semitones: int) -> None:
    moved = chord.transposed(semitones)
    assert set(moved.tones) == {(tone + semitones) % 12 for tone in chord.tones}
    assert moved.minor == chord.minor


def test_the_vector_has_the_root_and_a_flag_for_minor() -> None:
    # A public port reads argmax(chord[:11]) and so loses root B; ours is at place 11.
    vectors = chord_vectors([parse_chord("B").index, parse_chord("Am").index])
    assert vectors.shape == (2, CHORD_SIZE)
    assert np.flatnonzero(vectors[0]).tolist() == [11]
    assert np.flatnonzero(vectors[1]).tolist() == [9, 12]


def test_every_root_has_its_own_vector() -> None:
    assert len(np.unique(chord_vectors(range(24)), axis=0)) == 24


@pytest.mark.parametrize("key", ["F", "G", "B"])
def test_keys_that_public_ports_mix_up(key: str) -> None:
    root = {"F": 5, "G": 7, "B": 11}[key]
    assert parse_chord(key).tones == (root, (root + 4) % 12, (root + 7) % 12)
    assert parse_chord(key + "m").tones == (root, (root + 3) % 12, (root + 7) % 12)


def test_triads_by_number() -> None:
    for index in range(24):
        assert chord_from_index(index).index == index
        assert chord_from_index(index).tones == triad_tones(index)


def test_a_bar_without_chord_keeps_the_one_before() -> None:
    assert network_indices(parse_chords("N.C. Am N.C. F")) == [21, 21, 21, 5]
    assert network_indices(parse_chords("N.C. N.C.")) == [0, 0]


def test_chords_repeat_until_the_bars_are_full() -> None:
    filled = fill_bars(parse_chords("C Am F"), 5)
    assert print_chords(filled) == "C Am F C Am"
    assert print_chords(fill_bars(parse_chords("C Am F"), 2)) == "C Am"
