"""The key behind a progression, and the notes outside it."""

from __future__ import annotations

import numpy as np
import pytest

from engines.music.chords import network_indices, parse_chords
from engines.music.composer import normal_noise, write_bars
from engines.music.encoding import PITCHES
from engines.music.keys import outside_key, scale_of


def triads(line: str) -> np.ndarray:
    return np.array(network_indices(parse_chords(line)))


@pytest.mark.parametrize(
    ("line", "root"),
    [
        ("C Am F G", 0),
        ("Am F C G", 0),
        ("D Bm G A", 2),
        ("Cm Ab Eb Bb", 3),  # C minor has the notes of E flat
        ("F Bb C", 5),
        ("C F", 0),  # C and F major hold both; each is a tonic once, the lower wins
        ("F", 5),
        ("Am E Am Dm", 0),
    ],
)
def test_the_scale_that_holds_the_chords(line: str, root: int) -> None:
    assert scale_of(triads(line)) == root


def test_foreign_is_outside_the_key_and_outside_the_chord() -> None:
    foreign = outside_key(triads("Am E Am Dm"))
    assert foreign.shape == (4, 12)
    sharp_g = 8
    assert foreign[:, sharp_g].tolist() == [True, False, True, True]  # E major has G sharp
    assert not foreign[:, [0, 2, 4, 5, 7, 9, 11]].any()


def test_a_song_may_modulate() -> None:
    song = triads("C F G C C F G C F# B C# F# F# B C# F#")
    foreign = outside_key(song)
    assert not foreign[0, 0]
    assert foreign[15, 0]
    assert not foreign[15, 6]


def test_a_strict_melody_stays_in_key_even_from_noise() -> None:
    def noise_network(z: np.ndarray, chord: np.ndarray, previous: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng(int(abs(z[0, 0]) * 1e6))
        return rng.random((len(z), 1, 16, PITCHES), dtype=np.float32) * 0.1 + 0.45

    line = triads("C Am F G")[None]
    free = np.concatenate(list(write_bars(noise_network, normal_noise(0, 4), line)))
    strict = np.concatenate(list(write_bars(noise_network, normal_noise(0, 4), line, in_key=1.0)))
    white = [0, 2, 4, 5, 7, 9, 11]
    assert not np.isin(free % 12, white).all()
    assert np.isin(strict % 12, white).all()
