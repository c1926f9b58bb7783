"""Less likely pitches, now and then: perturb-and-MAP sampling of a network's rolls.

Papandreou and Yuille 2011, "Perturb-and-MAP Random Fields" (ICCV): noise on every step's
log-likelihoods before the search for the likeliest melody. With Gumbel noise and no search this is
exact sampling at that temperature; with the search, what is drawn still hangs together.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.music.encoding import FLOOR, PITCHES, Roll
from engines.music.score import STEPS_PER_BAR

Array = NDArray[np.float32]

#: The logistic function of so many times x is within 0.01 of the normal distribution's.
_AS_LOGISTIC = 1.702
#: Keeps the double logarithm finite.
_EDGE = 1e-6


def perturbed(roll: Roll, z: Array, temperature: float) -> Roll:
    """The roll (B, 16, 128) with the log-likelihoods of its likely pitches shaken.

    What shakes a bar is made from its own noise ``z`` (B, n): the same bar comes out again, and
    near noise gives a near melody. What the network all but rules out is ruled out.

    Args:
        roll: (B, 16, 128) in [0, 1].
        z: (B, n) standard normal, what the bars were written from.
        temperature: 0 changes nothing; 1 draws each pitch as often as the network believes in it.
    """
    if temperature <= 0.0:
        return roll
    length = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), _EDGE)
    normal = (z @ _directions(z.shape[1])) / length
    uniform = np.clip(1.0 / (1.0 + np.exp(-_AS_LOGISTIC * normal)), _EDGE, 1.0 - _EDGE)
    gumbel = -np.log(-np.log(uniform)).reshape(roll.shape)
    share = roll / np.maximum(roll.sum(axis=-1, keepdims=True), FLOOR)
    shaken: Roll = np.where(share > FLOOR, share * np.exp(temperature * gumbel), 0.0)
    return shaken.astype(np.float32)


@lru_cache(maxsize=4)
def _directions(length: int) -> Array:
    """(length, 16 * 128) fixed directions: a unit z on each is standard normal over all z."""
    shape = (length, STEPS_PER_BAR * PITCHES)
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
