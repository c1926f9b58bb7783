"""MIDI pitches by name: middle C, number 60, is C4, as in scientific pitch notation."""

from __future__ import annotations

import re

from engines.music.chords import SHARP_NAMES, pitch_class

HIGHEST = 127
_NAME = re.compile(r"([A-Ga-g])([#b]{0,2})(-?\d{1,2})")


def pitch_name(pitch: int) -> str:
    """The name of a MIDI pitch, with a sharp where it is a black key."""
    return f"{SHARP_NAMES[pitch % 12]}{pitch // 12 - 1}"


def parse_pitch(text: str) -> int:
    """The MIDI pitch of a name such as C4, f#3 or Bb5.

    Raises:
        ValueError: it is no name of a pitch from 0 to 127.
    """
    match = _NAME.fullmatch(text.strip().replace("♯", "#").replace("♭", "b"))
    if match is None:
        raise ValueError(f"no pitch: {text!r}")
    letter, accidentals, octave = match.groups()
    shift = accidentals.count("#") - accidentals.count("b")
    pitch = pitch_class(letter.upper()) + shift + 12 * (int(octave) + 1)
    if not 0 <= pitch <= HIGHEST:
        raise ValueError(f"no MIDI pitch is as low or as high as {text!r}")
    return pitch
