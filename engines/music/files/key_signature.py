"""Keys as sharps and flats: what scores and MIDI files write in place of a root and a mode."""

from __future__ import annotations

from engines.music.chords import FLAT_NAMES, SHARP_NAMES
from engines.music.scales import ROOTS, parse_key

#: Sharps (flats below 0) of the major key on each root of :data:`ROOTS`.
_SHARPS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
#: Semitones from a mode's root up to that of the major scale whose signature it is written with.
#: The other modes, altered minors and minors of five notes, are written as the natural minor.
_UP_TO_MAJOR = {
    "major": 0,
    "major pentatonic": 0,
    "dorian": 10,
    "phrygian": 8,
    "lydian": 7,
    "mixolydian": 5,
    "locrian": 1,
}
_MINOR = 3
#: The modes that a score can name.
WRITTEN_MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")


def sharps_of(key: str) -> int:
    """The key's signature: sharps from 1 to 6, flats from -1 to -5, or 0.

    Args:
        key: root and mode, as a clip holds it.

    Raises:
        EngineError: kind ``bad_input``, for a key that is none.
    """
    root, mode = parse_key(key)
    return _SHARPS[(root + _UP_TO_MAJOR.get(mode, _MINOR)) % 12]


def key_from(sharps: int, mode: str) -> str:
    """The key of a signature, as a clip holds it.

    Args:
        sharps: sharps, or flats below 0; -7..7.
        mode: one of :data:`WRITTEN_MODES`; anything else is taken for major.
    """
    mode = mode if mode in WRITTEN_MODES else "major"
    root = (sharps * 7 - _UP_TO_MAJOR.get(mode, _MINOR)) % 12
    return f"{ROOTS[root]} {mode}"


def pitch_names(key: str) -> tuple[str, ...]:
    """How the twelve pitch classes are spelled in a key: with its flats or with sharps."""
    return FLAT_NAMES if key and sharps_of(key) < 0 else SHARP_NAMES
