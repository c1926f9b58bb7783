"""A synthesiser in numpy, for machines with neither a SoundFont library nor a SoundFont.

Every note is a wavetable: a bright cycle that fades into a mellow one, as struck and plucked
strings do, under an attack-decay-sustain-release envelope, with a little vibrato where a player
would use it. Only partials below the Nyquist frequency go into a table, so nothing aliases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engines.music.sound.drum_sounds import drum_sound
from engines.music.sound.performance import DRUM_CHANNEL, Performance, Tone

Samples = NDArray[np.float32]

_TABLE = 2048  # samples in one cycle


@dataclass(frozen=True, slots=True)
class Timbre:
    """How a family of instruments sounds.

    Attributes:
        slope: partial ``k`` has amplitude ``k ** -slope`` in the bright cycle.
        even: level of the even partials (a clarinet has next to none).
        mellow: seconds in which the bright cycle gives way to the mellow one by 1/e.
        attack: seconds to full level.
        decay: seconds in which the level falls to ``sustain`` by 1/e.
        sustain: level while held, 0..1.
        release: seconds to fall by 1/e after the key is up.
        vibrato: depth in semitones, setting in after a third of a second.
    """

    slope: float = 1.3
    even: float = 1.0
    mellow: float = 0.3
    attack: float = 0.004
    decay: float = 0.9
    sustain: float = 0.0
    release: float = 0.08
    vibrato: float = 0.0


_PIANO = Timbre(slope=1.4, mellow=0.35, decay=1.1)
_BELL = Timbre(slope=1.9, even=0.3, mellow=0.12, attack=0.002, decay=0.7, release=0.4)
_ORGAN = Timbre(slope=1.5, mellow=50.0, attack=0.012, sustain=1.0, release=0.05)
_PLUCKED = Timbre(slope=1.0, mellow=0.12, attack=0.002, decay=0.55, release=0.1)
_BOWED = Timbre(slope=1.2, mellow=20.0, attack=0.07, sustain=0.9, release=0.14, vibrato=0.14)
_VOICE = Timbre(slope=1.9, mellow=20.0, attack=0.09, sustain=0.9, release=0.2, vibrato=0.12)
_BRASS = Timbre(slope=0.9, mellow=1.5, attack=0.03, decay=0.3, sustain=0.75, release=0.09)
_REED = Timbre(slope=1.1, even=0.25, mellow=9.0, attack=0.03, sustain=0.85, release=0.08)
_PIPE = Timbre(slope=2.4, mellow=9.0, attack=0.05, sustain=0.9, release=0.1, vibrato=0.1)
_LEAD = Timbre(slope=1.0, mellow=0.8, attack=0.005, decay=0.4, sustain=0.7, release=0.08)

#: The timbre of each General MIDI family: programs 0-7, 8-15, and so on.
FAMILIES: tuple[Timbre, ...] = (
    _PIANO,
    _BELL,
    _ORGAN,
    _PLUCKED,
    _PLUCKED,
    _BOWED,
    _BOWED,
    _BRASS,
    _REED,
    _PIPE,
    _LEAD,
    _VOICE,
    _LEAD,
    _PLUCKED,
    _BELL,
    _VOICE,
)


class ToneSynth:
    """The numpy synthesiser; needs no file and always opens."""

    name = "built-in"
    has_drums = True

    def __init__(self, rate: int) -> None:
        """Prepare for a sample rate in Hz."""
        self._rate = rate

    def play(self, performance: Performance, frames: int) -> Samples:
        """The performance as (frames, 2) float32; its level is not defined."""
        dry = np.zeros((frames, 2), np.float32)
        made: dict[tuple[int, float, int, int], Samples] = {}  # melodies repeat their notes
        for tone in performance.tones:
            program = performance.programs.get(tone.channel, 0)
            key = (program, round(tone.seconds, 4), tone.pitch, tone.velocity)
            if tone.channel == DRUM_CHANNEL:
                sound = drum_sound(tone.pitch, tone.velocity, self._rate)
            else:
                if key not in made:
                    made[key] = self._note(tone, FAMILIES[program // 8])
                sound = made[key]
            start = round(tone.start * self._rate)
            sound = sound[: max(0, frames - start)]
            dry[start : start + len(sound)] += sound
        return dry

    def _note(self, tone: Tone, timbre: Timbre) -> Samples:
        """One note with its release, (n, 2) float32."""
        n = round((tone.seconds + 5.0 * timbre.release) * self._rate)
        t = np.arange(n, dtype=np.float32) / np.float32(self._rate)
        bright, mellow = _cycles(tone.pitch, timbre, self._rate)
        phase = self._phase(tone.pitch, timbre, t)
        index = phase.astype(np.int64) % _TABLE
        blend = np.exp(-t / timbre.mellow) * np.float32(tone.velocity / 127.0)
        wave = mellow[index] + blend * (bright[index] - mellow[index])
        wave *= _envelope(t, tone.seconds, timbre) * np.float32((tone.velocity / 127) ** 1.5)
        return np.asarray(wave[:, None] * _pan(tone.pitch), np.float32)

    def _phase(self, pitch: int, timbre: Timbre, t: Samples) -> NDArray[np.float64]:
        """Position in the table, in samples of one cycle."""
        frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
        phase = t.astype(np.float64) * frequency
        if timbre.vibrato:
            swing = 2.0 ** (timbre.vibrato / 12) - 1.0
            depth = np.clip((t - 0.3) / 0.4, 0.0, 1.0)
            rate = 5.4
            phase += frequency * swing / (2 * np.pi * rate) * depth * np.sin(2 * np.pi * rate * t)
        return np.asarray(phase * _TABLE, np.float64)


@lru_cache(maxsize=512)
def _cycles(pitch: int, timbre: Timbre, rate: int) -> tuple[Samples, Samples]:
    """The bright and the mellow cycle of a pitch, each (_TABLE,) with root mean square 1."""
    frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
    count = int(np.clip(0.45 * rate / frequency, 1, 40))
    k = np.arange(1, count + 1)
    strength = np.where(k % 2 == 0, timbre.even, 1.0)
    angle = 2 * np.pi * np.outer(np.arange(_TABLE) / _TABLE, k)
    # Partials that all start in phase would sound as a click; a quadratic spread does not.
    waves = np.sin(angle + np.pi * k * k / count)
    cycles = []
    for slope in (timbre.slope, timbre.slope + 1.0):
        cycle = waves @ (strength * k**-slope)
        cycles.append((cycle / np.sqrt(np.mean(cycle**2))).astype(np.float32))
    return cycles[0], cycles[1]


def _envelope(t: Samples, held: float, timbre: Timbre) -> Samples:
    """Level over time, (n,) float32 in 0..1, 0 at both ends."""
    attack = np.minimum(t / timbre.attack, 1.0)
    fall = timbre.sustain + (1.0 - timbre.sustain) * np.exp(-t / timbre.decay)
    release = np.exp(-np.maximum(t - held, 0.0) / timbre.release)
    last = np.minimum((t[-1] - t) / 0.005, 1.0)
    return np.asarray(attack * fall * release * last, np.float32)


def _pan(pitch: int) -> Samples:
    """Equal-power (left, right) gains: low notes a little to the left, as on a keyboard."""
    angle = np.pi / 4 + np.clip((pitch - 60) / 48, -1.0, 1.0) * 0.3
    return np.array([np.cos(angle), np.sin(angle)], np.float32)
