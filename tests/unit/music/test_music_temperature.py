"""Temperature: how far a melody may stray from the likeliest notes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.music.encoding import FLOOR, PITCHES
from engines.music.temperature import perturbed

STEPS = 16


def rolls(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, STEPS, PITCHES), dtype=np.float32)


def noise(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 100), dtype=np.float32)


def test_at_0_the_roll_is_as_it_was() -> None:
    roll = rolls(2)
    assert perturbed(roll, noise(2), 0.0) is roll


@given(st.floats(0.05, 1.0), st.integers(0, 1000))
def test_a_bar_is_shaken_by_its_own_noise_alone(temperature: float, seed: int) -> None:
    roll, z = rolls(3, seed), noise(3, seed)
    together = perturbed(roll, z, temperature)
    alone = perturbed(roll[1:2], z[1:2], temperature)
    assert together.dtype == np.float32
    assert np.isfinite(together).all()
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-4)


def test_what_the_network_rules_out_stays_ruled_out() -> None:
    roll = np.full((200, STEPS, PITCHES), 0.9 * FLOOR, np.float32)
    roll[:, :, 60] = 1.0
    shaken = perturbed(roll, noise(200), 1.0)
    share = shaken / shaken.sum(axis=-1, keepdims=True)  # as decoding reads it
    assert (np.delete(share, 60, axis=2) <= FLOOR).all()


def test_at_1_a_pitch_is_strongest_as_often_as_the_network_believes_in_it() -> None:
    count = 4000
    roll = np.zeros((count, STEPS, PITCHES), np.float32)
    roll[:, :, 60], roll[:, :, 64] = 0.75, 0.25
    strongest = perturbed(roll, noise(count), 1.0).argmax(axis=-1)
    assert abs((strongest == 60).mean() - 0.75) < 0.02


def test_near_noise_gives_a_near_melody() -> None:
    roll, z = rolls(200), noise(200)
    first = perturbed(roll, z, 0.5).argmax(axis=-1)
    near = perturbed(roll, z + 0.05 * noise(200, 2), 0.5).argmax(axis=-1)
    far = perturbed(roll, noise(200, 3), 0.5).argmax(axis=-1)
    assert (first == near).mean() > 3 * (first == far).mean()
