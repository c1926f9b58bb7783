"""What is played when a clip sounds: its melody, and a simple accompaniment made of its chords.

Times are in seconds from the start of the clip. The accompaniment is written by a pattern that
says when which chord tones are struck; voicings stay below the melody's register and move as
little as they can from chord to chord.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from engines.music.chords import Chord, parse_chord, pitch_class
from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT, Clip, Note

#: MIDI channels of the two parts.
MELODY_CHANNEL, CHORD_CHANNEL = 0, 1

#: The register of the accompaniment: upper voices around F#3, the bass in A1..G#2.
_VOICING_CENTRE, _BASS_LOWEST, _MOST_VOICES = 54, 33, 4

Part = Literal["bass", "low", "middle", "high", "chord"]


@dataclass(frozen=True, slots=True)
class Tone:
    """One sounding note.

    Attributes:
        start: seconds from the start of the clip, at least 0.
        seconds: how long the key is held, above 0.
        pitch: MIDI pitch 0..127.
        velocity: MIDI velocity 1..127.
        channel: which part plays it.
    """

    start: float
    seconds: float
    pitch: int
    velocity: int
    channel: int = MELODY_CHANNEL

    @property
    def end(self) -> float:
        """When the key is let go, in seconds."""
        return self.start + self.seconds


@dataclass(frozen=True, slots=True)
class Performance:
    """Tones, who plays them, and how long the piece is without its reverberation.

    Attributes:
        tones: in order of their start.
        programs: General MIDI program 0..127 by channel.
        seconds: length of the bars; nothing is held longer.
    """

    tones: tuple[Tone, ...]
    programs: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def part(self, channel: int) -> Performance:
        """The tones of one part alone."""
        tones = tuple(tone for tone in self.tones if tone.channel == channel)
        return Performance(tones, self.programs, self.seconds)


@dataclass(frozen=True, slots=True)
class Strike:
    """One entry of an accompaniment pattern.

    Attributes:
        step: sixteenth-note step in the bar, 0..15.
        length: steps it is held.
        part: which voice, or "chord" for the three upper ones together.
        velocity: MIDI velocity 1..127.
    """

    step: int
    length: int
    part: Part
    velocity: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to play one bar of a chord."""

    name: str
    title: str
    strikes: tuple[Strike, ...]


_UP_AND_DOWN: tuple[Part, ...] = ("low", "middle", "high", "middle") * 2

_HELD = Pattern(
    "held",
    "Held chords",
    (Strike(0, 16, "bass", 58), Strike(0, 16, "chord", 50)),
)
_PULSE = Pattern(
    "pulse",
    "Pulse",
    (
        Strike(0, 8, "bass", 60),
        Strike(8, 8, "bass", 54),
        *(Strike(step, 3, "chord", 52 if step % 8 == 0 else 46) for step in range(0, 16, 4)),
    ),
)
_ARPEGGIO = Pattern(
    "arpeggio",
    "Arpeggio",
    (
        Strike(0, 16, "bass", 56),
        *(Strike(2 * i, 2, part, 50 if i % 4 == 0 else 44) for i, part in enumerate(_UP_AND_DOWN)),
    ),
)

#: Every accompaniment by name, the default first.
PATTERNS: dict[str, Pattern] = {p.name: p for p in (_HELD, _PULSE, _ARPEGGIO)}


def perform(
    clip: Clip, program: int = 0, chords: bool = True, pattern: str = "held", chord_program: int = 0
) -> Performance:
    """Lay a clip out in time.

    Args:
        clip: the melody and its chords.
        program: General MIDI program of the melody, 0..127.
        chords: whether the accompaniment plays.
        pattern: a key of :data:`PATTERNS`.
        chord_program: General MIDI program of the accompaniment, 0..127.

    Raises:
        EngineError: kind ``bad_input`` for a chord symbol that does not parse.
    """
    step = seconds_per_step(clip)
    tones = [
        Tone(
            note.start * step,
            min(note.length, clip.steps - note.start) * step,
            note.pitch,
            note.velocity,
        )
        for note in clip.notes
        if note.start < clip.steps
    ]
    if chords:
        tones += accompany(clip, PATTERNS[pattern])
    return Performance(
        tones=tuple(sorted(tones, key=lambda tone: tone.start)),
        programs={MELODY_CHANNEL: program, CHORD_CHANNEL: chord_program},
        seconds=clip.seconds,
    )


def seconds_per_step(clip: Clip) -> float:
    """How long one sixteenth-note step is, in seconds."""
    return 60.0 / clip.tempo / STEPS_PER_BEAT


def accompany(clip: Clip, pattern: Pattern) -> list[Tone]:
    """The accompaniment's tones, bar after bar; a bar without a chord stays silent."""
    step = seconds_per_step(clip)
    return [
        Tone(note.start * step, note.length * step, note.pitch, note.velocity, CHORD_CHANNEL)
        for note in accompaniment_notes(clip.chords, pattern)
    ]


def accompaniment_notes(symbols: Sequence[str], pattern: Pattern) -> list[Note]:
    """The same as notes on the grid, for one chord symbol a bar; sorted by start.

    Raises:
        EngineError: kind ``bad_input`` for a symbol that does not parse.
    """
    notes: list[Note] = []
    for bar, voices in enumerate(voicings([parse_chord(symbol) for symbol in symbols])):
        for strike in pattern.strikes:
            start = bar * STEPS_PER_BAR + strike.step
            notes += [
                Note(start, strike.length, pitch, strike.velocity)
                for pitch in _pitches(voices, strike.part)
            ]
    return sorted(notes)


def voicings(chords: Sequence[Chord]) -> list[tuple[int, ...]]:
    """MIDI pitches for each chord, the bass first and then the upper voices, low to high.

    The first chord takes the inversion nearest to the centre of the register; every later one
    the inversion whose voices move least. A bar without a chord has no pitches.
    """
    voiced: list[tuple[int, ...]] = []
    previous: tuple[int, ...] = ()
    for chord in chords:
        if chord.silent:
            voiced.append(())
            continue
        upper = min(_inversions(chord), key=lambda voices: _distance(voices, previous))
        previous = upper
        bass = pitch_class(chord.bass) if chord.bass else chord.root
        voiced.append((_BASS_LOWEST + (bass - _BASS_LOWEST) % 12, *upper))
    return voiced


def _upper_tones(chord: Chord) -> list[int]:
    """Up to four pitch classes that say which chord it is: fifths and roots are left out first."""
    root = chord.root
    tones = list(chord.tones)
    for spare in (root + 7, root):
        if len(tones) > _MOST_VOICES and spare % 12 in tones:
            tones.remove(spare % 12)
    return tones[:_MOST_VOICES]


def _inversions(chord: Chord) -> list[tuple[int, ...]]:
    """Close positions of the upper voices within two octaves around the centre."""
    low = _VOICING_CENTRE - 9
    pitches = sorted({low + (tone - low) % 12 for tone in _upper_tones(chord)})
    rising = [*pitches, *(pitch + 12 for pitch in pitches)]
    return [tuple(rising[i : i + len(pitches)]) for i in range(len(pitches))]


def _distance(voices: tuple[int, ...], previous: tuple[int, ...]) -> float:
    """How far the voices move, plus a pull back to the register's centre; in semitones."""
    stray = abs(sum(voices) / len(voices) - _VOICING_CENTRE)
    if not previous:
        return stray
    moved = sum(min(abs(voice - other) for other in previous) for voice in voices)
    return moved + stray


def _pitches(voices: tuple[int, ...], part: Part) -> tuple[int, ...]:
    if not voices:
        return ()
    upper = voices[1:]
    match part:
        case "bass":
            return voices[:1]
        case "low":
            return upper[:1]
        case "middle":
            return (upper[len(upper) // 2],)
        case "high":
            return upper[-1:]
        case _:
            return upper
