"""Training bars: split, segments, window, keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.data.melodies import (
    NO_FIT,
    Bars,
    cut,
    in_key,
    load_melodies,
)
from engines.data.melody_files import NO_TRIAD, REST, Report, Song
from engines.music.chords import triad_tones


def song(bars: int, pitch: int = 60, triad: int = 0) -> Song:
    steps = np.full((bars, 16), pitch, dtype=np.uint8)
    steps[:, 8:] = pitch + 4
    return Song("a song", steps.reshape(-1), np.full(bars, triad, dtype=np.int64))


def test_a_song_is_cut_into_eight_bars_and_a_rest() -> None:
    report = Report()
    segments = cut(song(21), 3, 60, 83, report)
    assert [len(s.steps) for s in segments] == [8, 8, 5]
    assert {s.song for s in segments} == {3}
    assert len(cut(song(10), 3, 60, 83, report)) == 1
    assert report.dropped["bars in segments too short"] == 2


def test_silence_and_missing_chords_end_a_segment() -> None:
    music = song(12)
    music.steps[16 * 4 : 16 * 5] = REST
    music.triads[8] = NO_TRIAD
    report = Report()
    assert [len(s.steps) for s in cut(music, 0, 60, 83, report)] == [4]
    assert report.dropped["bars silent"] == 1
    assert report.dropped["bars without a chord"] == 1
    assert report.dropped["bars in segments too short"] == 6


def test_rests_inside_a_segment_are_filled() -> None:
    music = song(4)
    music.steps[:4] = REST
    music.steps[20:24] = REST
    (segment,) = cut(music, 0, 60, 83, Report())
    assert segment.steps[0, 0] == 60
    assert segment.steps[1, 4] == 60
    assert REST not in segment.steps


def test_twelve_keys_inside_the_window() -> None:
    (segment,) = cut(song(4, pitch=40, triad=21), 0, 60, 83, Report())
    assert (segment.shifts != NO_FIT).all()
    for key in range(12):
        steps, triads = in_key(segment, key)
        assert steps.min() >= 60
        assert steps.max() <= 83
        assert (int(steps[0, 0]) - 40) % 12 == key
        assert triads[0] == 12 + (9 + key) % 12


def test_a_wide_segment_is_kept_only_where_it_fits() -> None:
    music = song(4)
    music.steps[0] = 60 + 20
    (segment,) = cut(music, 0, 60, 83, Report())
    fits = [key for key in range(12) if segment.shifts[key] != NO_FIT]
    assert fits == [0, 1, 2, 3]
    music.steps[0] = 60 + 30
    report = Report()
    assert cut(music, 0, 60, 83, report) == []
    assert report.dropped["bars in segments too wide for the window"] == 4


def test_a_batch_keeps_bar_chord_and_the_bar_just_before_together() -> None:
    rng = np.random.default_rng(0)
    steps = rng.integers(60, 72, size=(40, 16)).astype(np.uint8)
    music = Song("noise", steps.reshape(-1), rng.integers(24, size=40))
    segments = cut(music, 0, 60, 83, Report())
    bars = Bars(segments)
    assert len(bars) == 40
    batch = bars.draw(np.random.default_rng(1), 500)
    places = {row.tobytes(): i for i, row in enumerate(steps - steps[:, :1].astype(int))}
    for bar, previous, opening, triad in zip(
        batch.bar, batch.previous, batch.opening, batch.triad, strict=True
    ):
        place = places[(bar.astype(int) - int(bar[0])).tobytes()]
        assert opening == (place % 8 == 0)
        shift = int(bar[0]) - int(steps[place, 0])
        assert triad % 12 == (music.triads[place] + shift) % 12
        assert (triad >= 12) == (music.triads[place] >= 12)
        if not opening:
            assert np.array_equal(previous, steps[place - 1] + shift)
    assert 0.05 < batch.opening.mean() < 0.25


def test_the_split_is_by_song(shared_data: Path) -> None:
    melodies = load_melodies(shared_data / "melodies" / "openewld.zip")
    trained = {segment.song for segment in melodies.training}
    held = {segment.song for segment in melodies.held_out}
    assert not trained & held
    assert all(number % 10 == 0 for number in held)
    assert len(held) == pytest.approx(len(melodies.names) / 10, abs=2)
    pieces = melodies.pieces()
    assert len(pieces) > 100
    for steps, triads in pieces:
        assert steps.shape == (8, 16)
        assert 60 <= steps.min() <= steps.max() <= 83
        assert all(len(triad_tones(int(t))) == 3 for t in triads)
