"""Scales by name: which pitch classes a key of any mode has, and the nearest of them."""

from __future__ import annotations

from engines.music.chords import FLAT_NAMES, SHARP_NAMES, pitch_class
from engines.protocol.errors import bad_input

#: Semitones above the root, by mode; the seven church modes, two further minors, and pentatonics.
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
#: Roots as people usually write them.
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def parse_key(key: str) -> tuple[int, str]:
    """Root 0..11 and mode of a key as a clip holds it ("A minor").

    Raises:
        EngineError: kind ``bad_input``, for a root or mode that is none.
    """
    root, _, mode = key.strip().partition(" ")
    known = root in ROOTS or root in SHARP_NAMES or root in FLAT_NAMES
    if not known or mode.strip() not in MODES:
        raise bad_input(
            f"The key {key!r} is not known.",
            f"Write a root and one of {', '.join(MODES)}: for example A minor.",
        )
    return pitch_class(root), mode.strip()


def scale_classes(key: str) -> frozenset[int]:
    """The pitch classes of a key.

    Raises:
        EngineError: see :func:`parse_key`.
    """
    root, mode = parse_key(key)
    return frozenset((root + step) % 12 for step in MODES[mode])


def snapped(pitch: int, classes: frozenset[int]) -> int:
    """The nearest pitch whose class is allowed, the lower of two; itself when none is."""
    for distance in range(12):
        for near in (pitch - distance, pitch + distance):
            if near % 12 in classes and 0 <= near <= 127:
                return near
    return pitch


def stepped(pitch: int, classes: frozenset[int], degrees: int) -> int:
    """The pitch some scale degrees higher or lower; stays inside 0..127."""
    direction = 1 if degrees > 0 else -1
    for _ in range(abs(degrees)):
        near = pitch + direction
        while near % 12 not in classes and 0 <= near <= 127:
            near += direction
        if not 0 <= near <= 127:
            return pitch
        pitch = near
    return pitch
