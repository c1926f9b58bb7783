"""One chord a bar: the one that sounds longest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.bar_chords import bar_chords
from engines.music.chords import NO_CHORD


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ([(0, "C"), (8, "F"), (16, "G"), (24, "C")], "C G C"),  # halves: the earlier
        ([(0, "C"), (4, "F")], "F F F"),
        ([(0, "C"), (12, "F"), (16, "G")], "C G G"),
        ([(0.4, "C"), (15.7, "F")], "C F F"),  # hardly off the line
        ([(0, "C"), (4, "F"), (8, "C"), (12, "G")], "C G G"),  # twice four steps
        ([(12, "G7"), (16, "C")], "G7 C C"),  # an upbeat
        ([(0, "C"), (16, NO_CHORD), (28, "G")], "C G G"),
        ([(0, "C"), (0, "F")], "C C C"),
        ([(-3, "C"), (90, "F")], "C C C"),
        ([(-9, "C"), (-5, "F"), (6, "C")], "C C C"),
        ([], "N.C. N.C. N.C."),
    ],
)
def test_the_longest_chord_of_a_bar_is_its_chord(
    changes: list[tuple[float, str]], line: str
) -> None:
    assert " ".join(bar_chords(changes, 16, 3)) == line


@given(
    st.lists(st.tuples(st.floats(-20, 200), st.sampled_from(["C", "F", "G7", NO_CHORD]))),
    st.sampled_from([12, 16]),
    st.integers(1, 12),
)
def test_it_is_what_counting_every_step_says(
    changes: list[tuple[float, str]], size: int, bars: int
) -> None:
    at = {}
    for place, symbol in sorted(changes, key=lambda change: round(change[0])):
        at.setdefault(round(place), symbol)
    held, steps = NO_CHORD, []
    for step in range(min([*at, 0]), bars * size):
        held = at.get(step, held)
        steps += [held] if step >= 0 else []
    for bar, chosen in enumerate(bar_chords(changes, size, bars)):
        heard = [s for s in steps[bar * size : (bar + 1) * size] if s != NO_CHORD]
        assert chosen == max(heard, key=heard.count, default=NO_CHORD)
