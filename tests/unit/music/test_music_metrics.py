"""Every figure on cases computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engines.music import metrics
from engines.music.metrics import measure, onsets

C, AM, F, G = 0, 21, 5, 7


def bars(*pitches: list[int]) -> np.ndarray:
    return np.array(pitches, dtype=np.uint8)


HELD = bars([60] * 16)
#: C D E F, a beat each.
WALK = bars([60] * 4 + [62] * 4 + [64] * 4 + [65] * 4)
SCALE = bars([60, 62, 64, 65, 67, 69, 71, 72] * 2)
CHROMATIC = bars([60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 60, 61, 62, 63])


def test_pitch_class_entropy() -> None:
    assert metrics.pitch_class_entropy(HELD) == 0.0
    assert metrics.pitch_class_entropy(WALK) == pytest.approx(2.0)
    twelve = bars([60, 61, 62, 63], [64, 65, 66, 67], [68, 69, 70, 71]).repeat(4, axis=1)
    assert metrics.pitch_class_entropy(twelve) == pytest.approx(math.log2(12))


def test_scale_consistency() -> None:
    assert metrics.scale_consistency(SCALE) == 1.0
    # Twelve notes with every pitch class once and four more: 7 + C, D and Eb at best in minor.
    assert metrics.scale_consistency(CHROMATIC) == pytest.approx(10 / 16)
    assert metrics.scale_consistency(bars([60] * 8 + [61] * 8)) == 1.0


def test_groove_counts_only_the_bars_there_are() -> None:
    # muspy gives 0.5 here: the last note ends on the bar line and it counts a third, empty bar.
    twice = np.concatenate([WALK, WALK])
    assert metrics.groove_consistency(onsets(twice)) == 1.0
    # The held bar goes on from F to C: onsets at 0 only; WALK has 0, 4, 8, 12.
    assert metrics.groove_consistency(onsets(np.concatenate([WALK, HELD]))) == 1 - 3 / 16
    assert metrics.groove_consistency(onsets(WALK)) == 1.0


def test_rhythm_counts() -> None:
    assert metrics.notes_per_bar(onsets(WALK)) == 4
    assert metrics.mean_duration(onsets(WALK)) == 4
    long = np.concatenate([HELD, HELD])
    assert metrics.notes_per_bar(onsets(long)) == 0.5
    assert metrics.mean_duration(onsets(long)) == 32
    assert metrics.notes_per_bar(onsets(long, "chord", np.array([C, AM]))) == 1
    assert metrics.notes_per_bar(onsets(long, "beat")) == 4


def test_duration_entropy() -> None:
    assert metrics.duration_entropy(onsets(WALK)) == 0.0
    # Lengths 8, 4 and 4: two kinds, one note in three is long.
    uneven = bars([60] * 8 + [62] * 4 + [64] * 4)
    assert metrics.duration_entropy(onsets(uneven)) == pytest.approx(0.9183, abs=1e-4)


def test_pitch_range_and_interval() -> None:
    assert metrics.pitch_range(WALK) == 5
    assert metrics.mean_interval(WALK) == pytest.approx(5 / 3)
    assert metrics.mean_interval(HELD) == 0
    assert metrics.mean_interval(bars([72] * 8 + [60] * 8)) == 12


def test_chord_tone_ratio() -> None:
    assert metrics.chord_tone_ratio(WALK, np.array([C])) == 0.5  # C and E of C D E F
    assert metrics.chord_tone_ratio(WALK, np.array([AM])) == 0.5
    assert metrics.chord_tone_ratio(WALK, np.array([F])) == 0.5
    assert metrics.chord_tone_ratio(WALK, np.array([G])) == 0.25


def test_chord_tone_or_resolved_ratio() -> None:
    # Over C: C and E are tones, D resolves to E two semitones up, F is the end and resolves not.
    assert metrics.chord_tone_or_resolved_ratio(WALK, np.array([C])) == 0.75
    # Into the next bar: F goes on to E, which is a tone of Am (bar 2) as of C.
    two = np.concatenate([WALK, bars([64] * 16)])
    assert metrics.chord_tone_or_resolved_ratio(two, np.array([C, AM])) == 1.0
    # A leap of a fourth does not resolve.
    leap = bars([65] * 8 + [60] * 8)
    assert metrics.chord_tone_or_resolved_ratio(leap, np.array([C])) == 0.5


def test_pitch_consonance() -> None:
    # C against C E G: unison +1, C above E is a minor sixth +1, C above G a fourth 0.
    assert metrics.pitch_consonance(HELD, np.array([C])) == pytest.approx(2 / 3)
    # D against C E G: 2 -> -1, 10 -> -1, 7 -> +1.
    assert metrics.pitch_consonance(bars([62] * 16), np.array([C])) == pytest.approx(-1 / 3)


def test_copies() -> None:
    three = np.concatenate([WALK, WALK, HELD])
    assert metrics.copies_of_previous(three) == 0.5
    assert metrics.copies_of_previous(WALK) == 0.0
    assert metrics.distinct_bars([three]) == pytest.approx(2 / 3)
    known = {metrics.shape_of(WALK[0] + 5)}  # the same shape in another key
    assert metrics.copies_of(three, known) == pytest.approx(2 / 3)


def test_overlapping_area() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=500), rng.normal(size=500)
    assert metrics.overlapping_area(a, a) == pytest.approx(1.0, abs=1e-6)
    assert metrics.overlapping_area(a, b) > 0.9
    assert metrics.overlapping_area(a + 100, b) < 1e-6
    assert metrics.overlapping_area([1.0, 1.0], [1.0, 1.0]) == pytest.approx(1.0, abs=1e-6)


def test_measure_names_everything_once() -> None:
    figures = measure(WALK, np.array([C]))
    assert len(figures) == 14
    assert all(math.isfinite(value) for value in figures.values())


def test_random_notes_are_far_from_music() -> None:
    rng = np.random.default_rng(0)
    noise = metrics.random_steps(rng, 64, 60, 83)
    assert noise.min() >= 60
    assert noise.max() <= 83
    figures = measure(noise, rng.integers(24, size=64))
    assert figures["notes_per_bar"] > 14
    assert figures["scale_consistency"] < 0.65
    assert 0.2 < figures["chord_tone_ratio"] < 0.3


def test_wrong_chords() -> None:
    rng = np.random.default_rng(0)
    own = [np.arange(8) + i for i in range(5)]
    for mine, other in zip(own, metrics.shuffled_triads(rng, own), strict=True):
        assert sorted(mine) == sorted(other)
        assert not np.array_equal(mine, other)
    exchanged = metrics.exchanged_triads(rng, own)
    assert {int(t[0]) for t in exchanged} == set(range(5))
    assert all(a[0] != b[0] for a, b in zip(own, exchanged, strict=True))


def test_a_bar_that_goes_to_and_fro_trembles() -> None:
    still = np.full((1, 16), 60, np.uint8)
    once = still.copy()
    once[0, 4:8] = 62
    fro = np.array([[60, 62] * 8], np.uint8)
    assert metrics.trembling_bars(np.concatenate([still, once, fro, fro])) == 0.5
    run = np.arange(60, 76, dtype=np.uint8)[None]  # a scale moves on
    assert metrics.trembling_bars(run) == 0.0


def test_sixteenths_are_counted_by_notes() -> None:
    begins = np.zeros((1, 16), np.bool_)
    begins[0, [0, 1, 2, 8]] = True  # two of one step, one of six, one of eight
    assert metrics.sixteenths(begins) == 0.5
