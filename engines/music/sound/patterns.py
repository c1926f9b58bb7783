"""What the chords, the bass and the drums play: patterns made from the chord line.

The network writes the melody and nothing else. A pattern says when in a bar which chord tones,
or which drums, are struck; the chords' voicings stay below the melody's register and move as
little as they can from chord to chord. Notes come on the grid of sixteenths, so that what is
heard and what is exported are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engines.music.chords import Chord, parse_chord
from engines.music.score import Clip, Meter, Note, Part, PartKind
from engines.music.sound.pattern_library import DRUMS, LIBRARY, Pattern, Strike
from engines.music.sound.voicing import bass_pitch, voicings
from engines.protocol.errors import bad_input

#: The part's patterns by name, the default first; the melody has none.
PATTERNS: Mapping[PartKind, Mapping[str, Pattern]] = {
    kind: {pattern.name: pattern for pattern in patterns} for kind, patterns in LIBRARY.items()
}


@dataclass(frozen=True, slots=True)
class _Bar:
    """What a pattern needs to know about one bar.

    Attributes:
        voices: MIDI pitches of the chord, the bass first; empty for a bar without a chord.
        root: MIDI pitch of the bass player's root, -1 without a chord.
        fifth: pitch of the fifth above it, as the chord has it.
        third: pitch of the third (or what stands for it) above it.
        ahead: root of the next bar, or this one's when nothing follows.
    """

    voices: tuple[int, ...]
    root: int = -1
    fifth: int = -1
    third: int = -1
    ahead: int = -1


def find_pattern(kind: PartKind, name: str, meter: Meter) -> Pattern:
    """The pattern of that name, or in another meter than its own the one nearest to it.

    Raises:
        EngineError: kind ``bad_input``: the part has no such pattern.
    """
    known = PATTERNS.get(kind, {})
    if name not in known:
        raise bad_input(
            f"The {kind} have no pattern called {name!r}.", f"Choose one of {', '.join(known)}."
        )
    pattern = known[name]
    return pattern if pattern.fits(meter) else known[pattern.instead]


def choices(kind: PartKind, meter: Meter) -> tuple[Pattern, ...]:
    """The patterns that a part can play in a meter, the default first."""
    return tuple(p for p in PATTERNS.get(kind, {}).values() if p.fits(meter))


def pattern_notes(clip: Clip, part: Part, bass_plays: bool = False) -> list[Note]:
    """What a part plays over the clip's chords.

    Args:
        clip: its chords, one a bar; a bar without a chord is silent but for the drums.
        part: chords, bass or drums.
        bass_plays: the chords leave their lowest voice to the bass part.

    Returns:
        Notes sorted by start, none of which reaches over its bar line.

    Raises:
        EngineError: kind ``bad_input``: no such pattern, or a symbol that does not parse.
    """
    pattern = find_pattern(part.kind, part.pattern, clip.meter)
    notes: list[Note] = []
    for number, bar in enumerate(_bars(clip)):
        first = number * clip.bar_steps
        for strike in pattern.strikes:
            length = min(strike.length, clip.bar_steps - strike.step)
            if length < 1 or (bass_plays and strike.voice == "bass"):
                continue
            notes += [
                Note(first + strike.step, length, pitch, strike.velocity)
                for pitch in _pitches(bar, strike)
            ]
    return sorted(notes)


def _bars(clip: Clip) -> Iterator[_Bar]:
    chords = [parse_chord(symbol) for symbol in clip.chords[: clip.bars]]
    silent = parse_chord("N.C.")
    chords += [silent] * (clip.bars - len(chords))
    roots = [-1 if chord.silent else bass_pitch(chord) for chord in chords]
    for number, voices in enumerate(voicings(chords)):
        root = roots[number]
        if root < 0:
            yield _Bar(())
            continue
        third, fifth = _above(chords[number], root)
        yield _Bar(voices, root, fifth, third, _ahead(roots, number))


def _ahead(roots: Sequence[int], number: int) -> int:
    """The next bar's root; the first bar's after the last, as the loop goes on there."""
    following = roots[(number + 1) % len(roots)]
    return following if following >= 0 else roots[number]


def _above(chord: Chord, root: int) -> tuple[int, int]:
    """The chord tones nearest to a third and to a fifth above a pitch, as MIDI pitches."""
    steps = sorted({(tone - root) % 12 for tone in chord.tones} - {0}) or [7]
    third = min(steps, key=lambda step: abs(step - 3.5))
    fifth = min(steps, key=lambda step: abs(step - 7))
    return root + third, root + fifth


def _approach(bar: _Bar) -> int:
    """A tone that leads to the next root: a semitone from the side the line comes from."""
    if bar.ahead == bar.root:
        return bar.fifth - 12 if bar.fifth - 12 >= 24 else bar.fifth
    return bar.ahead - 1 if bar.ahead > bar.root else bar.ahead + 1


def _pitches(bar: _Bar, strike: Strike) -> tuple[int, ...]:
    if strike.voice in DRUMS:
        return (DRUMS[strike.voice],)
    if not bar.voices:
        return ()
    upper = bar.voices[1:]
    match strike.voice:
        case "bass":
            return bar.voices[:1]
        case "low":
            return upper[:1]
        case "middle":
            return (upper[len(upper) // 2],)
        case "high":
            return upper[-1:]
        case "root":
            return (bar.root,)
        case "third":
            return (bar.third,)
        case "fifth":
            return (bar.fifth,)
        case "approach":
            return (_approach(bar),)
        case _:
            return upper
