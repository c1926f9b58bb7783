"""Chord lines, moved and shortened, and what goes well between two chords."""

from hypothesis import given
from hypothesis import strategies as st

from engines.music.chords import fill_bars, parse_chords, print_chords
from engines.music.progressions import PROGRESSIONS, in_key, shortened, suggest, tonic

SYMBOLS = ["C", "Dm", "Em", "F", "G7", "Am", "N.C.", "Bb/D"]
LINES = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=9)


@given(LINES, st.integers(1, 3))
def test_a_shortened_line_fills_the_same_bars(symbols: list[str], times: int) -> None:
    chords = parse_chords(" ".join(symbols)) * times
    short = shortened(chords)
    assert fill_bars(short, len(chords)) == chords
    assert len(short) <= len(symbols)


def test_every_line_to_begin_with_can_be_moved_into_any_key() -> None:
    for _, line in PROGRESSIONS:
        for semitones in range(12):
            moved = parse_chords(in_key(line, semitones))
            assert [c.root for c in moved] == [
                (c.root + semitones) % 12 for c in parse_chords(line)
            ]


def test_suggestions_know_the_songs_and_the_key() -> None:
    assert str(suggest(parse_chords("C Am F G"), 3)[0]) in {"C", "Am", "Dm"}
    in_d = [str(c) for c in suggest(parse_chords("D Bm A D"), 2)]
    assert "G" in in_d
    assert "A" not in in_d  # it is there already
    for line in ("N.C.", "C", "N.C. N.C. G"):
        assert len(suggest(parse_chords(line), 0)) == 6
    moved = [print_chords(suggest(parse_chords(in_key("C Am F G", k)), 1)) for k in range(12)]
    back = {in_key(line, -k) for k, line in enumerate(moved)}
    roots = {tuple(c.index for c in parse_chords(line)) for line in back}
    assert len(roots) == 1  # the same in every key


def test_the_tonic_of_nothing_is_c() -> None:
    assert tonic(parse_chords("N.C.")) == 0
    assert tonic(parse_chords("Bb Gm Eb F")) == 10
