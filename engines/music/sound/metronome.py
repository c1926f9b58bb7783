"""Clicks on every beat, in the meter and at the tempi of a clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.music.score import STEPS_PER_BEAT, Clip

Samples = NDArray[np.float32]


def clicks(clip: Clip, sample_rate: int) -> Samples:
    """A metronome for the clip's bars, (n, 2) float32: higher and louder on the first beat.

    Args:
        clip: its notes and chords do not matter.
        sample_rate: Hz.
    """
    out = np.zeros((round(clip.seconds * sample_rate), 2), np.float32)
    for step in range(0, clip.steps, STEPS_PER_BEAT):
        first = step % clip.bar_steps == 0
        sound = _click(1760.0 if first else 1175.0, 0.32 if first else 0.2, sample_rate)
        start = round(clip.seconds_at(step) * sample_rate)
        room = out[start : start + len(sound)]
        room += sound[: len(room), None]
    return out


def count_in(clip: Clip, step: float, sample_rate: int) -> Samples:
    """One bar of clicks before a step, (n, 2) float32, in the meter and at the tempo there."""
    nearby = 0.01
    beat = (clip.seconds_at(step + nearby) - clip.seconds_at(step)) / nearby * STEPS_PER_BEAT
    bar = Clip(bars=1, tempo=60.0 / beat, chords=(), notes=(), meter=clip.meter)
    return clicks(bar, sample_rate)


def _click(frequency: float, loudness: float, sample_rate: int) -> Samples:
    t = np.arange(round(0.04 * sample_rate)) / sample_rate
    wave = np.sin(2 * np.pi * frequency * t) * np.exp(-t / 0.008) * np.minimum(t / 0.0005, 1.0)
    return (loudness * wave).astype(np.float32)
