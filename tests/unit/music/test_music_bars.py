"""Lists of bars as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.bars import parse_bars, print_bars
from engines.protocol.errors import EngineError


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("", ()),
        ("  ", ()),
        ("1-4, 7", (0, 1, 2, 3, 6)),
        ("1-4,7", (0, 1, 2, 3, 6)),
        ("7; 1 - 2", (0, 1, 6)),
        ("3-3, 3", (2,)),
        ("2–3", (1, 2)),
    ],
)
def test_lists_are_read(text: str, bars: tuple[int, ...]) -> None:
    assert parse_bars(text, 8) == bars


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "cannot be read at 'x'"),
        ("1,,2", "cannot be read"),
        ("1-", "cannot be read"),
        ("-1", "cannot be read"),
        ("1.5", "cannot be read"),
        ("²", "cannot be read"),
        ("4-2", "Write 2-4 instead"),
        ("0", "no bar 0"),
        ("1-9", "no bar 9"),
        ("99999999999", "cannot be read"),
    ],
)
def test_what_is_no_list_is_named(text: str, said: str) -> None:
    with pytest.raises(EngineError, match=said) as error:
        parse_bars(text, 8)
    assert error.value.kind == "bad_input"
    assert error.value.advice


@given(st.sets(st.integers(0, 127)))
def test_printing_and_reading_are_inverse(bars: set[int]) -> None:
    assert parse_bars(print_bars(bars), 128) == tuple(sorted(bars))


@given(st.text("0123456789-–,; x", max_size=12))
def test_any_text_is_bars_or_a_sentence(text: str) -> None:
    refused: EngineError | None = None
    found: tuple[int, ...] = ()
    try:
        found = parse_bars(text, 8)
    except EngineError as error:
        refused = error
    if refused is not None:
        assert (refused.kind, bool(refused.advice)) == ("bad_input", True)
    assert all(0 <= bar < 8 for bar in found)
    assert parse_bars(print_bars(found), 8) == found
