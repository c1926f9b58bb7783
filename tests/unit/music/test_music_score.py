"""Clips in time, and scales."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.scales import MODES, parse_key, scale_classes, snapped, stepped
from engines.music.score import Clip, TempoChange
from engines.protocol.errors import EngineError

tempi = st.floats(30, 300)
changes = st.lists(st.tuples(st.integers(1, 7), tempi), max_size=4, unique_by=lambda c: c[0])


def clip(meter: str = "4/4", tempo: float = 120.0, later: list[tuple[int, float]] = ()) -> Clip:
    tempos = tuple(TempoChange(*change) for change in sorted(later))
    return Clip(bars=8, tempo=tempo, chords=("C",) * 8, notes=(), meter=meter, tempos=tempos)


def test_a_bar_of_three_beats_has_twelve_steps() -> None:
    assert clip("3/4").steps == 96
    assert clip("3/4").seconds == pytest.approx(8 * 3 * 0.5)


def test_a_tempo_change_counts_from_its_bar_on() -> None:
    slower = clip(later=[(4, 60.0)])
    assert slower.seconds == pytest.approx(4 * 2.0 + 4 * 4.0)
    assert slower.seconds_at(4 * 16 + 4) == pytest.approx(8.0 + 1.0)


@given(tempi, changes, st.floats(0, 140))
def test_steps_and_seconds_are_each_others_inverse(
    tempo: float, later: list[tuple[int, float]], step: float
) -> None:
    played = clip("4/4", tempo, later)
    assert played.step_at(played.seconds_at(step)) == pytest.approx(step, abs=1e-6)


def test_keys_are_a_root_and_a_mode() -> None:
    assert parse_key("Bb harmonic minor") == (10, "harmonic minor")
    assert scale_classes("D dorian") == scale_classes("C major")
    for mode in MODES:
        assert scale_classes(f"F# {mode}")
    with pytest.raises(EngineError, match="H major"):
        parse_key("H major")


def test_a_pitch_snaps_to_the_nearest_of_a_scale_and_steps_along_it() -> None:
    white = scale_classes("C major")
    assert snapped(61, white) == 60
    assert snapped(60, white) == 60
    assert stepped(60, white, 7) == 72
    assert stepped(60, white, -1) == 59
    assert stepped(127, white, 1) == 127
