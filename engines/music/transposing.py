"""A whole clip in another key: notes, chords and the key's name together."""

from __future__ import annotations

import msgspec

from engines.music.chords import parse_chord
from engines.music.scales import ROOTS, parse_key
from engines.music.score import Clip


def transposed(clip: Clip, semitones: int) -> Clip:
    """The clip moved by semitones; a note that would leave 0..127 comes back by octaves."""
    notes = tuple(
        msgspec.structs.replace(note, pitch=_inside(note.pitch + semitones)) for note in clip.notes
    )
    chords = tuple(str(parse_chord(symbol).transposed(semitones)) for symbol in clip.chords)
    return msgspec.structs.replace(
        clip, notes=notes, chords=chords, key=_moved(clip.key, semitones)
    )


def _inside(pitch: int) -> int:
    while pitch > 127:
        pitch -= 12
    while pitch < 0:
        pitch += 12
    return pitch


def _moved(key: str, semitones: int) -> str:
    if not key:
        return ""
    root, mode = parse_key(key)
    return f"{ROOTS[(root + semitones) % 12]} {mode}"
