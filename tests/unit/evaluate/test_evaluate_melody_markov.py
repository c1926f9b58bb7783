"""The Markov rival: it repeats what it counted, over whichever chords it is given."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_songs import PROGRESSION, make_songs

from engines.data.melodies import Melodies, load_melodies
from engines.evaluate.markov import Markov
from engines.music.metrics import chord_tone_ratio, runs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Melodies:
    """Twenty songs of arpeggios over one progression."""
    return load_melodies(make_songs(tmp_path_factory.mktemp("songs")))


def test_only_counted_moves_are_made_inside_the_window(songs: Melodies) -> None:
    chain = Markov(songs.training, songs.low, songs.high)
    piece = chain.write(PROGRESSION, np.random.default_rng(0))
    assert piece.steps.shape == (8, 16)
    assert piece.steps.min() >= songs.low
    assert piece.steps.max() <= songs.high
    pitches, lengths = runs(piece.steps)
    known = {move for moves in chain.moves.values() for move in moves}
    whole = list(zip(np.diff(pitches), lengths[1:], strict=True))[:-1]  # the end cuts the last
    assert all((int(interval), int(length)) in known for interval, length in whole if interval)


def test_it_follows_the_chords_in_another_key(songs: Melodies) -> None:
    chain = Markov(songs.training, songs.low, songs.high)
    moved = (PROGRESSION + 5) % 12 + 12 * (PROGRESSION >= 12)
    rng = np.random.default_rng(1)
    own = [chord_tone_ratio(chain.write(moved, rng).steps, moved) for _ in range(20)]
    wrong = [chord_tone_ratio(chain.write(moved, rng).steps, PROGRESSION) for _ in range(20)]
    assert np.mean(own) > np.mean(wrong) + 0.1


def test_one_seed_gives_one_melody(songs: Melodies) -> None:
    chain = Markov(songs.training, songs.low, songs.high)
    one, other = (chain.write(PROGRESSION, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.steps, other.steps)


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(ValueError, match="no note"):
        Markov([], 60, 83)
