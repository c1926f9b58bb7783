"""Sound: a clip becomes float stereo samples.

The synthesiser is the best one that works here: FluidSynth, TinySoundFont, or the one in numpy
that needs no SoundFont. Opening a SoundFont takes longer than playing eight bars, so the open
synthesiser is kept for the next call; calls from several threads wait for one another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engines.music.score import DEFAULT_BAND, Band, Clip
from engines.music.sound.performance import (
    BASS_CHANNEL,
    CHORD_CHANNEL,
    DRUM_CHANNEL,
    MELODY_CHANNEL,
    Performance,
    Tone,
    perform,
)
from engines.music.sound.room import add_room
from engines.music.sound.soundfonts import find_soundfont
from engines.music.sound.synths import FluidSynth, Synth, TinySoundFont
from engines.music.sound.tone_synth import ToneSynth
from engines.protocol.errors import EngineError, bad_input

Samples = NDArray[np.float32]

SAMPLE_RATE = 44100

#: The loudest sample of a rendered clip: 1 dB under full scale.
PEAK = 10 ** (-1 / 20)

#: How much softer than the melody each part is, in decibels of root mean square.
BELOW: dict[int, float] = {
    MELODY_CHANNEL: 0.0,
    CHORD_CHANNEL: 8.0,
    BASS_CHANNEL: 7.0,
    DRUM_CHANNEL: 9.0,
}

#: What follows the last bar: the instruments ring out and fade to silence, in seconds.
TAIL_SECONDS, FADE_SECONDS = 1.6, 0.6
#: How long a key or chord that is only tried is held.
_TOUCH_SECONDS = 0.35

#: Synthesisers that play SoundFonts, the best first; the built-in one comes after them.
SYNTHS: tuple[Callable[[Path, int], Synth], ...] = (FluidSynth, TinySoundFont)

#: How many parts' dry samples are kept, and of which length at most: 32 MB each.
_KEPT_PARTS, _KEPT_SECONDS = 6, 90.0

_log = logging.getLogger(__name__)


def render(
    clip: Clip,
    band: Band = DEFAULT_BAND,
    sample_rate: int = SAMPLE_RATE,
    soundfont: Path | None = None,
) -> Samples:
    """Play a clip into a buffer.

    Args:
        clip: the melody and its chords.
        band: who plays, with which instruments, how loud.
        sample_rate: Hz, 8000..192000.
        soundfont: the user's SoundFont; None looks for one.

    Returns:
        (n, 2) float32, the bars and :data:`TAIL_SECONDS` more. With every part at its full volume
        the peak is :data:`PEAK`, with softer ones as much lower as they are softer; silence when
        there is nothing to play. It begins on the first beat and ends in zeros.

    Raises:
        EngineError: kind ``bad_input``: program, rate, pattern, chord or SoundFont.
    """
    _check([part.program for part in band if part.on], sample_rate)
    performance = perform(clip, band)
    mixed, loudness = mix(
        {
            channel: _part(performance, channel, sample_rate, soundfont)
            for channel in _sounding(performance)
        },
        performance.volumes,
    )
    if mixed is None:
        return np.zeros((_frames(performance, sample_rate), 2), np.float32)
    sound = level(add_room(mixed, sample_rate), sample_rate)
    return sound if loudness == 1.0 else sound * np.float32(loudness)


def _sounding(performance: Performance) -> list[int]:
    """The channels that have something to play, the one that sets the level first."""
    return [c for c in BELOW if any(tone.channel == c for tone in performance.tones)]


def render_notes(
    pitches: Sequence[int],
    program: int = 0,
    sample_rate: int = SAMPLE_RATE,
    soundfont: Path | None = None,
) -> Samples:
    """A short note, or several at once, (n, 2) float32: what a key, a chord, an instrument is."""
    _check([program], sample_rate)
    tones = tuple(Tone(0.0, _TOUCH_SECONDS, pitch, 90) for pitch in pitches)
    performance = Performance(tones, {MELODY_CHANNEL: program}, _TOUCH_SECONDS)
    dry = play(performance, sample_rate, soundfont)
    return np.float32(0.6) * level(add_room(dry, sample_rate), sample_rate)


def play(performance: Performance, sample_rate: int, soundfont: Path | None = None) -> Samples:
    """The performance through the best synthesiser, with its tail; the level is not defined.

    Where the SoundFont has no drum kit, the built-in synthesiser plays the drums.
    """
    synth = open_synth(soundfont, sample_rate)
    if not synth.has_drums and any(tone.channel == DRUM_CHANNEL for tone in performance.tones):
        synth = ToneSynth(sample_rate)
    return synth.play(performance, _frames(performance, sample_rate))


def _part(
    performance: Performance, channel: int, sample_rate: int, soundfont: Path | None
) -> Samples:
    """One part as :func:`play` plays it; the caller may change the samples.

    What the others play is mostly as it was when a note of the melody moves, and everything is
    when a volume does: parts that are not too long are kept for the next time.
    """
    part = performance.part(channel)
    if part.seconds > _KEPT_SECONDS:
        return play(part, sample_rate, soundfont)
    synth = open_synth(soundfont, sample_rate)  # another one when the file has changed
    program = performance.programs.get(channel, 0)
    return _kept(
        cast(Hashable, synth), part.tones, program, part.seconds, sample_rate, soundfont
    ).copy()


@lru_cache(maxsize=_KEPT_PARTS)
def _kept(
    _synth: Hashable,
    tones: tuple[Tone, ...],
    program: int,
    seconds: float,
    sample_rate: int,
    soundfont: Path | None,
) -> Samples:
    part = Performance(tones, {tones[0].channel: program}, seconds)
    return play(part, sample_rate, soundfont)


def _frames(performance: Performance, sample_rate: int) -> int:
    return round((performance.seconds + TAIL_SECONDS) * sample_rate)


def open_synth(soundfont: Path | None, sample_rate: int) -> Synth:
    """The best synthesiser that opens here, kept open.

    Raises:
        EngineError: kind ``bad_input``, when the user's own SoundFont cannot be read.
    """
    path = find_soundfont(soundfont)
    return _open(path, path.stat().st_mtime if path else 0.0, sample_rate)


@lru_cache(maxsize=4)
def _open(path: Path | None, _changed: float, sample_rate: int) -> Synth:
    """Open once for each file (and again when it changed) and sample rate."""
    refusal: EngineError | None = None
    for synth in SYNTHS if path else ():
        assert path is not None
        try:
            return synth(path, sample_rate)
        except (ImportError, OSError) as error:
            _log.info("%s is not available: %s", synth, error)
        except EngineError as error:
            refusal = error
    if refusal is not None:
        raise refusal
    return ToneSynth(sample_rate)


def mix(parts: dict[int, Samples], volumes: dict[int, float]) -> tuple[Samples | None, float]:
    """Add the parts up, each as far under the first one as :data:`BELOW` says.

    SoundFonts record their instruments at very different levels, so velocities alone would
    drown a soft melody or lose the chords under a loud one.

    Args:
        parts: dry sound by channel; the first one sets the level, and may be changed in place.
        volumes: loudness 0..1 by channel; 1 where it is missing.

    Returns:
        The sum, None without parts, and how loud it is beside the sum at full volumes, 0..1.
    """
    mixed: Samples | None = None
    full: Samples | None = None
    softer = any(volumes.get(channel, 1.0) != 1.0 for channel in parts)
    reference = 0.0
    for channel, part in parts.items():
        loud = _rms(part) * 10 ** (BELOW[channel] / 20)
        reference = reference or (loud if loud > 1e-6 else 0.0)
        gain = reference / loud if loud > 1e-6 else 1.0
        if softer:
            full = _added(full, part.copy(), gain)
        mixed = _added(mixed, part, gain * volumes.get(channel, 1.0))
    if mixed is None or full is None:
        return mixed, 1.0
    most = float(np.abs(full).max(initial=0.0))
    return mixed, min(1.0, float(np.abs(mixed).max(initial=0.0)) / most) if most > 1e-6 else 1.0


def _added(total: Samples | None, part: Samples, gain: float) -> Samples:
    """The sum so far and one part more, in place."""
    if gain != 1.0:
        part = np.float32(gain) * part
    if total is None:
        return part
    total += part
    return total


def _rms(samples: Samples) -> float:
    flat = samples.ravel()
    return float(np.sqrt(np.dot(flat, flat) / max(1, flat.size)))


def level(samples: Samples, sample_rate: int) -> Samples:
    """Fade the end out and bring the peak to :data:`PEAK`; silence stays silence."""
    fade = min(len(samples), round(FADE_SECONDS * sample_rate))
    if fade:
        samples[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None] ** 2
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(PEAK / peak) if peak > 1e-6 else samples


def _check(programs: Sequence[int], sample_rate: int) -> None:
    for program in programs:
        if not 0 <= program <= 127:
            raise bad_input(f"There is no instrument {program}.", "Choose a program from 0 to 127.")
    if not 8000 <= sample_rate <= 192_000:
        raise bad_input(
            f"A sample rate of {sample_rate} Hz is out of range.", "Choose 8000 to 192000 Hz."
        )
