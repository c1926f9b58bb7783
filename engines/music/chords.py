"""Chord symbols: parsing, printing, tones, and the 13 numbers the network reads.

A symbol is a root (A..G with # or b), a quality from :data:`QUALITIES`, and perhaps a bass after
a slash. The network knows the 24 major and minor triads only; every quality says which of the two
it counts as. "N.C." is a bar without a chord.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import EngineError, bad_input

#: Semitones above C of the seven letters.
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

#: How a bar without a chord is written.
NO_CHORD = "N.C."

#: Length of the vector the network reads: 12 roots and a flag for minor.
CHORD_SIZE = 13


class Quality(msgspec.Struct, frozen=True):
    """One kind of chord.

    Attributes:
        suffix: how it is printed after the root.
        tones: semitones above the root.
        minor: whether the network reads it as a minor triad.
        others: further spellings that are understood.
    """

    suffix: str
    tones: tuple[int, ...]
    minor: bool = False
    others: tuple[str, ...] = ()


QUALITIES: tuple[Quality, ...] = (
    Quality("", (0, 4, 7), others=("maj", "major", "M", "ma")),
    Quality("m", (0, 3, 7), True, ("min", "minor", "-", "mi")),
    Quality("7", (0, 4, 7, 10), others=("dom7", "dom")),
    Quality("maj7", (0, 4, 7, 11), others=("M7", "ma7", "Maj7", "Δ", "Δ7", "j7", "^7", "^")),
    Quality("m7", (0, 3, 7, 10), True, ("min7", "-7", "mi7")),
    Quality("mMaj7", (0, 3, 7, 11), True, ("mM7", "m(maj7)", "mmaj7", "minMaj7", "-Δ7", "-maj7")),
    Quality("6", (0, 4, 7, 9), others=("maj6", "M6")),
    Quality("m6", (0, 3, 7, 9), True, ("min6", "-6")),
    Quality("6/9", (0, 4, 7, 9, 2), others=("69", "6(9)", "maj69")),
    Quality("9", (0, 4, 7, 10, 2)),
    Quality("maj9", (0, 4, 7, 11, 2), others=("M9", "Δ9")),
    Quality("m9", (0, 3, 7, 10, 2), True, ("min9", "-9")),
    Quality("add9", (0, 4, 7, 2), others=("add2", "(9)", "2")),
    Quality("madd9", (0, 3, 7, 2), True, ("m(9)", "m(add9)")),
    Quality("11", (0, 4, 7, 10, 2, 5)),
    Quality("m11", (0, 3, 7, 10, 2, 5), True, ("min11", "-11")),
    Quality("13", (0, 4, 7, 10, 2, 9)),
    Quality("maj13", (0, 4, 7, 11, 2, 9), others=("M13",)),
    Quality("m13", (0, 3, 7, 10, 2, 9), True, ("min13", "-13")),
    Quality("dim", (0, 3, 6), True, ("°", "o", "mb5")),
    Quality("dim7", (0, 3, 6, 9), True, ("°7", "o7")),
    Quality("m7b5", (0, 3, 6, 10), True, ("ø", "ø7", "hdim7", "min7b5", "-7b5", "m7(b5)")),
    Quality("aug", (0, 4, 8), others=("+", "#5", "aug5")),
    Quality("7#5", (0, 4, 8, 10), others=("aug7", "+7", "7+", "7(#5)")),
    Quality("7b5", (0, 4, 6, 10), others=("7(b5)",)),
    Quality("7b9", (0, 4, 7, 10, 1), others=("7(b9)",)),
    Quality("7#9", (0, 4, 7, 10, 3), others=("7(#9)",)),
    Quality("7#11", (0, 4, 7, 10, 6), others=("7(#11)",)),
    Quality("7b13", (0, 4, 7, 10, 8), others=("7(b13)",)),
    Quality("sus4", (0, 5, 7), others=("sus", "4")),
    Quality("sus2", (0, 2, 7)),
    Quality("7sus4", (0, 5, 7, 10), others=("7sus", "sus4(b7)", "sus7")),
    Quality("9sus4", (0, 5, 7, 10, 2), others=("9sus",)),
    Quality("5", (0, 7)),
)
_BY_SPELLING = {name: q for q in QUALITIES for name in (q.suffix, *q.others)}
_SYMBOL = re.compile(r"([A-Ga-g])([#b]{0,2})(.*?)(?:/([A-Ga-g])([#b]{0,2}))?")
_NO_CHORD_WORDS = {"n.c.", "n.c", "nc", "n", "-"}
_GERMAN = re.compile(r"[Hh](?!alf)(.*)")


class Chord(msgspec.Struct, frozen=True):
    """One chord symbol.

    Attributes:
        name: the root as written ("Bb"); "" for no chord.
        quality: a suffix of :data:`QUALITIES`.
        bass: the bass as written, or "".
    """

    name: str
    quality: str = ""
    bass: str = ""

    def __str__(self) -> str:
        """The symbol, spelled the one way we spell it."""
        if self.silent:
            return NO_CHORD
        return f"{self.name}{self.quality}" + (f"/{self.bass}" if self.bass else "")

    @property
    def silent(self) -> bool:
        """Whether this is "no chord"."""
        return not self.name

    @property
    def root(self) -> int:
        """The root's pitch class 0..11; -1 for none."""
        return -1 if self.silent else pitch_class(self.name)

    @property
    def bass_class(self) -> int:
        """Pitch class of the lowest tone: the bass after the slash, else the root."""
        return pitch_class(self.bass) if self.bass else self.root

    @property
    def minor(self) -> bool:
        """Whether the network reads it as a minor triad."""
        return _BY_SPELLING[self.quality].minor

    @property
    def index(self) -> int:
        """The triad as one number: root 0..11 when major, root + 12 when minor; -1 for none."""
        return -1 if self.silent else self.root + 12 * self.minor

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes of the whole chord, root first; a bass outside it comes last."""
        if self.silent:
            return ()
        inside = tuple((self.root + step) % 12 for step in _BY_SPELLING[self.quality].tones)
        return inside if self.bass_class in inside else (*inside, self.bass_class)

    def transposed(self, semitones: int) -> Chord:
        """The same chord moved by semitones, spelled with flats where its root was flat."""
        if self.silent:
            return self
        names = FLAT_NAMES if "b" in self.name else SHARP_NAMES
        moved = [
            names[(pitch_class(name) + semitones) % 12] if name else ""
            for name in (self.name, self.bass)
        ]
        return Chord(moved[0], self.quality, moved[1])


def pitch_class(name: str) -> int:
    """The pitch class 0..11 of a note name: a letter and any number of # or b."""
    return (LETTERS[name[0]] + name.count("#") - name.count("b", 1)) % 12


def parse_chord(symbol: str) -> Chord:
    """Read one chord symbol.

    Raises:
        EngineError: kind ``bad_input``; names the symbol and what to write instead.
    """
    text = symbol.strip().replace("♭", "b").replace("♯", "#")
    if text.lower() in _NO_CHORD_WORDS:
        return Chord("")
    match = _SYMBOL.fullmatch(text)
    if not match:
        raise _not_a_chord(symbol)
    letter, accidental, rest, bass, bass_accidental = match.groups(default="")
    quality = _BY_SPELLING.get(rest) or _BY_SPELLING.get(rest.lower())
    if quality is None:
        raise bad_input(
            f"The chord {symbol!r} has an ending I do not know: {rest!r}.",
            "Write the triad or seventh it stands on, such as C, Cm, C7, Cmaj7 or Csus4.",
        )
    return Chord(letter.upper() + accidental, quality.suffix, bass.upper() + bass_accidental)


def _not_a_chord(symbol: str) -> EngineError:
    german = _GERMAN.fullmatch(symbol)
    if german:
        return bad_input(
            f"The chord {symbol!r} is not known: there is no root H.",
            f"The German H is B: write B{german[1]}, and Bb for the German B.",
        )
    return bad_input(
        f"The chord {symbol!r} is not known: a chord begins with a letter from A to G.",
        "Write chords like C, Am, F#7 or Bb/D, one a bar, with spaces between.",
    )


def parse_chords(line: str) -> list[Chord]:
    """Read a chord line, one chord a bar: ``"C Am F G"``.

    Spaces, commas and bar lines separate; ``%`` repeats the chord before it.

    Raises:
        EngineError: kind ``bad_input``, for an empty line or a symbol that is no chord.
    """
    chords: list[Chord] = []
    for symbol in re.split(r"[\s,|]+", line.strip(" \t\r\n,|")):
        if symbol == "%" and chords:
            chords.append(chords[-1])
        elif symbol:
            chords.append(parse_chord(symbol))
    if not chords:
        raise bad_input("There are no chords in the line.", "Write at least one, such as C Am F G.")
    return chords


def print_chords(chords: Iterable[Chord]) -> str:
    """The line that :func:`parse_chords` reads back as the same chords."""
    return " ".join(str(chord) for chord in chords)


def fill_bars(chords: list[Chord], bars: int) -> list[Chord]:
    """The chords of ``bars`` bars: the line repeated from its start until the bars are full."""
    return [chords[bar % len(chords)] for bar in range(bars)]


def network_indices(chords: list[Chord]) -> list[int]:
    """Triad numbers 0..23 for the network, which knows no silence.

    A bar without a chord keeps the one before it; leading ones take the first chord there is,
    and C major stands in when the line has none at all.
    """
    known = [chord.index for chord in chords if not chord.silent]
    current = known[0] if known else 0
    indices = []
    for chord in chords:
        current = current if chord.silent else chord.index
        indices.append(current)
    return indices


def chord_vectors(indices: Iterable[int]) -> NDArray[np.float32]:
    """What the network reads: (n, 13), the root one-hot in 0..11, and [12] = 1 for minor.

    Args:
        indices: triad numbers 0..23 (:attr:`Chord.index`).
    """
    numbers = np.asarray(list(indices), dtype=np.int64)
    vectors = np.zeros((len(numbers), CHORD_SIZE), dtype=np.float32)
    vectors[np.arange(len(numbers)), numbers % 12] = 1.0
    vectors[:, 12] = numbers >= 12
    return vectors


def triad_tones(index: int) -> tuple[int, int, int]:
    """The three pitch classes of triad 0..23."""
    root = index % 12
    return root, (root + (3 if index >= 12 else 4)) % 12, (root + 7) % 12


def chord_from_index(index: int) -> Chord:
    """The symbol of triad 0..23, with the usual spelling (Bb, Eb, Ab, F#, C#m)."""
    root = index % 12
    if index >= 12:
        return Chord(FLAT_NAMES[root] if root in (3, 10) else SHARP_NAMES[root], "m")
    return Chord(FLAT_NAMES[root] if root in (1, 3, 8, 10) else SHARP_NAMES[root])
