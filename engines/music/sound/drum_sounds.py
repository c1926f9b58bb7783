"""Drums in numpy, for the synthesiser that has no SoundFont: a falling sine, tones and noise.

The same noise at every call, so that the same song has the same samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.music.sound.pattern_library import DRUMS

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drum:
    """How a drum sounds.

    Attributes:
        tone: Hz of the head or the wood; 0 for none.
        drop: Hz above that at the stroke; the pitch falls within a few hundredths of a second.
        body: seconds in which the tone falls to 1/e.
        noise: level of the noise beside a tone of 1.
        rattle: seconds in which the noise falls to 1/e.
        bright: how much of the noise's lower part is taken out, 0..1.
        pan: -1 left .. 1 right.
    """

    tone: float = 0.0
    drop: float = 0.0
    body: float = 0.1
    noise: float = 0.0
    rattle: float = 0.05
    bright: float = 0.0
    pan: float = 0.0


_KINDS: dict[str, Drum] = {
    "kick": Drum(tone=48.0, drop=120.0, body=0.13, noise=0.05, rattle=0.006),
    "stick": Drum(tone=820.0, body=0.02, noise=0.3, rattle=0.012, bright=0.8),
    "snare": Drum(tone=185.0, drop=40.0, body=0.06, noise=0.8, rattle=0.09, bright=0.6),
    "hat": Drum(noise=0.5, rattle=0.028, bright=1.0, pan=0.25),
    "pedal": Drum(noise=0.4, rattle=0.02, bright=1.0, pan=0.25),
    "open": Drum(noise=0.5, rattle=0.16, bright=1.0, pan=0.25),
    "ride": Drum(tone=3100.0, body=0.25, noise=0.35, rattle=0.3, bright=1.0, pan=-0.25),
}

#: What every key of the General MIDI percussion map that patterns strike sounds like.
KEYS: dict[int, Drum] = {DRUMS[name]: drum for name, drum in _KINDS.items()}


@lru_cache(maxsize=64)
def drum_sound(key: int, velocity: int, rate: int) -> Samples:
    """One stroke, (n, 2) float32, ending in silence; unknown keys sound as a snare.

    Args:
        key: MIDI pitch on the drum channel.
        velocity: 1..127.
        rate: Hz.
    """
    drum = KEYS.get(key, _KINDS["snare"])
    longest = max(drum.body if drum.tone else 0.0, drum.rattle if drum.noise else 0.0)
    t = np.arange(round(6.0 * longest * rate)) / rate
    wave = np.zeros(len(t))
    if drum.tone:
        # The phase of a pitch that falls from tone + drop to tone with a constant of 30 ms.
        turns = drum.tone * t + drum.drop * 0.03 * (1.0 - np.exp(-t / 0.03))
        wave += np.sin(2 * np.pi * turns) * np.exp(-t / drum.body)
    if drum.noise:
        noise = np.random.Generator(np.random.PCG64(key)).standard_normal(len(t))
        noise[1:] -= drum.bright * noise[:-1]
        wave += drum.noise * noise * np.exp(-t / drum.rattle)
    wave *= np.minimum(1.0, (t[-1] - t) / 0.005) * (velocity / 127) ** 1.5
    angle = np.pi / 4 * (1.0 + drum.pan)
    sides = np.array([np.cos(angle), np.sin(angle)])
    return np.asarray(wave[:, None] * sides, np.float32)
