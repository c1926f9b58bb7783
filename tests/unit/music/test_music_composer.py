"""Writing bar after bar: what the network is given each time."""

from __future__ import annotations

import numpy as np

from engines.music.composer import (
    SILENCE,
    Array,
    Wishes,
    noise_of,
    normal_noise,
    octaves_into,
    register_of,
    walked,
    write_bars,
)
from engines.music.encoding import one_hot
from engines.music.score import Note


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


def test_kept_bars_are_heard_and_not_written() -> None:
    network = Recorder()
    kept = {1: (Note(0, 8, 72), Note(8, 8, 74)), 2: ()}
    bars = list(write_bars(network, normal_noise(3, 100, 2), TRIADS, wishes=Wishes(kept=kept)))
    assert len(network.calls) == 2
    assert bars[1][0].tolist() == [72] * 8 + [74] * 8
    assert bars[2][0].tolist() == [74] * 16  # it rests: the pitch before
    assert np.array_equal(network.calls[1][2], one_hot(bars[2])[:, None])


def test_the_noise_of_a_bar_is_that_of_its_place() -> None:
    whole, locked = Recorder(), Recorder()
    list(write_bars(whole, normal_noise(3, 100, 2), TRIADS))
    wishes = Wishes(kept={0: (Note(0, 16, 60),), 2: ()})
    list(write_bars(locked, normal_noise(3, 100, 2), TRIADS, wishes=wishes))
    assert np.array_equal(locked.calls[0][0], whole.calls[1][0])
    assert np.array_equal(locked.calls[1][0], whole.calls[3][0])


def test_bars_that_rest_at_the_start_are_silence() -> None:
    network = Recorder()
    wishes = Wishes(kept={0: ()})
    bars = list(write_bars(network, normal_noise(0, 100, 2), TRIADS, wishes=wishes))
    assert (bars[0] == SILENCE).all()
    assert not network.calls[0][2].any()


def test_three_beats_keep_twelve_steps_and_hear_sixteen() -> None:
    network = Recorder()
    bars = list(write_bars(network, normal_noise(0, 100, 2), TRIADS, wishes=Wishes(bar_steps=12)))
    assert {bar.shape for bar in bars} == {(2, 12)}
    assert all((previous.sum(axis=(2, 3)) == 16).all() for _, _, previous in network.calls[1:])


def test_a_kept_bar_is_heard_in_the_network_s_register() -> None:
    network = Recorder()
    wishes = Wishes(kept={0: (Note(0, 16, 40),)}, register=(60, 83))
    list(write_bars(network, normal_noise(0, 100, 2), TRIADS, wishes=wishes))
    assert network.calls[0][2][0, 0, 0].argmax() == 76  # the E nearest its middle


def test_the_roll_moves_by_octaves_into_the_range() -> None:
    mass = np.zeros(128)
    mass[60:84] = 1 / 24
    assert register_of(mass) == (60, 83)
    assert octaves_into(mass, (0, 127)) == 0
    assert octaves_into(mass, (36, 59)) == -24
    assert octaves_into(mass, (66, 89)) in (0, 12)
    assert octaves_into(mass, (50, 127)) == 0
    network = Recorder()
    wishes = Wishes(allowed=(36, 59), shift=-24, register=(60, 83))
    bars = list(write_bars(network, normal_noise(0, 100, 2), TRIADS, wishes=wishes))
    assert [bar[0, 0] for bar in bars] == [36, 45, 41, 43]
    assert network.calls[1][2][0, 0, 0].argmax() == 60  # it hears what it wrote


def test_walked_noise_is_between_old_and_new() -> None:
    own = noise_of(7, 3, 100)
    assert np.array_equal(walked(own, [4, -1, 4], 1.0), own)
    still = walked(own, [4, -1, 5], 0.0)
    assert np.array_equal(still[0], noise_of(4, 3, 100)[0])
    assert np.array_equal(still[1], own[1])
    assert np.array_equal(still[2], noise_of(5, 3, 100)[2])
    large = np.tile(noise_of(1, 1, 5000), (2, 1))
    assert abs(walked(large, [2, 2], 0.5).std() - 1.0) < 0.05  # as normal as any other
