"""A small room: reverberation by convolution with decaying noise, the same at every call."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

#: Time to fall by 60 dB, in seconds, and the first reflection.
DECAY_SECONDS, FIRST_REFLECTION = 1.0, 0.012

#: Level of the reverberation beside the dry sound.
ROOM_LEVEL = 0.14


def add_room(dry: Samples, rate: int) -> Samples:
    """The sound in its room, (n, 2); what rings on after the end is cut.

    Made by overlap-add, so that memory stays small however long the piece is.
    """
    room = _room(rate)
    size = 1 << 17
    block = size - room.shape[1]
    spectrum = np.fft.rfft(room, size)
    sound = np.ascontiguousarray(dry.T)  # transforms along contiguous samples are a third faster
    out = np.zeros((2, len(dry) + size), np.float32)
    for start in range(0, len(dry), block):
        part = np.fft.rfft(sound[:, start : start + block], size)
        part *= spectrum
        out[:, start : start + size] += np.fft.irfft(part, size)
    out[:, : len(dry)] += sound
    return np.ascontiguousarray(out[:, : len(dry)].T)


@lru_cache(maxsize=4)
def _room(rate: int) -> Samples:
    """Impulse response of the reverberation alone, (2, n), its energy :data:`ROOM_LEVEL` ** 2."""
    n = round(DECAY_SECONDS * rate)
    noise = np.random.Generator(np.random.PCG64(7)).standard_normal((n, 2))
    response = noise * np.exp(-6.9 * np.arange(n) / n)[:, None]
    response[: round(FIRST_REFLECTION * rate)] = 0.0
    response *= ROOM_LEVEL / np.sqrt(np.sum(response**2, axis=0))
    return np.ascontiguousarray(response.T, np.float32)
