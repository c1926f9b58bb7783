"""Chord symbols as MusicXML's harmonies, through music21, and back.

A harmony has a kind from a fixed list and the text that is printed. Ours have the nearest kind
for programs that play it, and our own ending as the text, which is what we read back.
"""

from __future__ import annotations

from typing import Any

from engines.music.chords import NO_CHORD, parse_chord
from engines.protocol.errors import EngineError

#: The kind of each ending, as music21 calls it, and the degrees it lacks or alters:
#: (what is done, degree, semitones).
_Degrees = tuple[tuple[str, int, int], ...]
_KINDS: dict[str, tuple[str, _Degrees]] = {
    "": ("major", ()),
    "m": ("minor", ()),
    "7": ("dominant-seventh", ()),
    "maj7": ("major-seventh", ()),
    "m7": ("minor-seventh", ()),
    "mMaj7": ("minor-major-seventh", ()),
    "6": ("major-sixth", ()),
    "m6": ("minor-sixth", ()),
    "6/9": ("major-sixth", (("add", 9, 0),)),
    "9": ("dominant-ninth", ()),
    "maj9": ("major-ninth", ()),
    "m9": ("minor-ninth", ()),
    "add9": ("major", (("add", 9, 0),)),
    "madd9": ("minor", (("add", 9, 0),)),
    "11": ("dominant-11th", ()),
    "m11": ("minor-11th", ()),
    "13": ("dominant-13th", ()),
    "maj13": ("major-13th", ()),
    "m13": ("minor-13th", ()),
    "dim": ("diminished", ()),
    "dim7": ("diminished-seventh", ()),
    "m7b5": ("half-diminished-seventh", ()),
    "aug": ("augmented", ()),
    "7#5": ("augmented-seventh", ()),
    "7b5": ("dominant-seventh", (("alter", 5, -1),)),
    "7b9": ("dominant-seventh", (("add", 9, -1),)),
    "7#9": ("dominant-seventh", (("add", 9, 1),)),
    "7#11": ("dominant-seventh", (("add", 11, 1),)),
    "7b13": ("dominant-seventh", (("add", 13, -1),)),
    "sus4": ("suspended-fourth", ()),
    "sus2": ("suspended-second", ()),
    "7sus4": ("suspended-fourth-seventh", ()),
    "9sus4": ("suspended-fourth-seventh", (("add", 9, 0),)),
    "5": ("power", ()),
}
#: The plainest ending of each kind, for files whose harmonies say no text.
_ENDINGS = {kind: ending for ending, (kind, degrees) in _KINDS.items() if not degrees}


def to_harmony(symbol: str) -> Any:
    """A chord symbol as music21's object.

    Raises:
        EngineError: kind ``bad_input``, for a symbol that does not parse.
    """
    from music21 import harmony

    chord = parse_chord(symbol)
    if chord.silent:
        return harmony.NoChord(NO_CHORD)
    kind, degrees = _KINDS[chord.quality]
    made = harmony.ChordSymbol(
        root=_name(chord.name), bass=_name(chord.bass or chord.name), kind=kind
    )
    for done, degree, semitones in degrees:
        change = harmony.ChordStepModification(done, degree, semitones)
        made.addChordStepModification(change, updatePitches=False)
    made.chordKindStr = chord.quality
    return made


def from_harmony(harmony: Any) -> str | None:
    """The symbol of music21's object as we spell it; None for one that says nothing we know."""
    if type(harmony).__name__ == "NoChord":
        return NO_CHORD
    root, bass = harmony.root(), harmony.bass()
    if root is None:
        return None
    name = root.name.replace("-", "b")
    below = "" if bass is None or bass.name == root.name else "/" + bass.name.replace("-", "b")
    for ending in (harmony.chordKindStr, _ENDINGS.get(harmony.chordKind), "m" * _minor(harmony)):
        if ending is None or (ending == "" and harmony.chordKind not in ("major", "")):
            continue
        try:
            return str(parse_chord(f"{name}{ending}{below}"))
        except EngineError:
            continue
    return str(name) + below


def _minor(harmony: Any) -> bool:
    return str(harmony.chordKind).startswith(("minor", "diminished", "half"))


def _name(ours: str) -> str:
    """The note's name as music21 writes it: flats are minus signs."""
    return ours[0] + ours[1:].replace("b", "-")
