"""Writing bar after bar: what the network is given each time."""

from __future__ import annotations

import numpy as np

from engines.music.composer import Array, normal_noise, write_bars
from engines.music.encoding import one_hot


class Recorder:
    """A network that plays the chord's root and remembers what it was given."""

    def __init__(self, softness: float = 0.6) -> None:
        self.calls: list[tuple[Array, Array, Array]] = []
        self.softness = softness

    def __call__(self, z: Array, chord: Array, previous: Array) -> Array:
        self.calls.append((z.copy(), chord.copy(), previous.copy()))
        roots = 60 + chord[:, :12].argmax(axis=1)
        bars = np.repeat(roots[:, None], 16, axis=1).astype(np.uint8)
        return (one_hot(bars) * self.softness + 0.01)[:, None]


TRIADS = np.array([[0, 21, 5, 7], [7, 5, 21, 0]])


def test_each_bar_follows_its_own_chord_and_the_bar_just_before() -> None:
    network = Recorder()
    bars = list(write_bars(network, normal_noise(3, 100, 2), TRIADS))
    assert [bar[0, 0] for bar in bars] == [60, 69, 65, 67]
    assert [bar[1, 0] for bar in bars] == [67, 65, 69, 60]
    for number, (z, chord, previous) in enumerate(network.calls):
        assert z.shape == (2, 100)
        assert chord.shape == (2, 13)  # one chord a bar: a port spreads one over two bars
        assert chord[0, 12] == (TRIADS[0, number] >= 12)
        # A port feeds the bar before the last one.
        expected = one_hot(bars[number - 1])[:, None] if number else np.zeros_like(previous)
        assert np.array_equal(previous, expected)


def test_what_is_fed_back_is_a_real_bar_not_raw_sigmoids() -> None:
    network = Recorder(softness=0.3)
    list(write_bars(network, normal_noise(0, 100, 2), TRIADS, smoothness=0.3))
    for _, _, previous in network.calls[1:]:
        assert set(np.unique(previous)) == {0.0, 1.0}
        assert (previous.sum(axis=-1) == 1).all()


def test_a_primer_is_the_bar_before_the_first() -> None:
    network, primer = Recorder(), np.full((2, 16), 72, dtype=np.uint8)
    list(write_bars(network, normal_noise(0, 100, 2), TRIADS, before=primer))
    assert np.array_equal(network.calls[0][2], one_hot(primer)[:, None])


def test_noise_is_one_stream_of_its_seed() -> None:
    noise = normal_noise(7, 100)
    stream = np.random.Generator(np.random.PCG64(7)).standard_normal((2, 100), dtype=np.float32)
    assert np.array_equal(np.concatenate([noise(), noise()]), stream)
