"""Every pattern of the chords, the bass and the drums, as data."""

from __future__ import annotations

from dataclasses import dataclass

from engines.music.score import Meter, PartKind

#: The General MIDI keys of the drums that patterns strike (General MIDI 1, percussion map).
DRUMS: dict[str, int] = {
    "kick": 36,
    "stick": 37,
    "snare": 38,
    "hat": 42,
    "pedal": 44,
    "open": 46,
    "ride": 51,
}


@dataclass(frozen=True, slots=True)
class Strike:
    """One entry of a pattern.

    Attributes:
        step: sixteenth-note step in the bar, 0..15.
        length: steps it is held; cut at the bar line.
        voice: of a chord "bass", "low", "middle", "high", or "chord" for the upper ones
            together; of the bass "root", "third", "fifth" or "approach" (to the next root); or a
            key of :data:`DRUMS`.
        velocity: MIDI velocity 1..127.
    """

    step: int
    length: int
    voice: str
    velocity: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to play one bar.

    Attributes:
        name: what documents call it.
        title: what people read.
        strikes: in any order; those behind the end of a shorter bar are left out.
        meter: the one it is made for, None for all.
        instead: the pattern that is nearest to it in another meter.
    """

    name: str
    title: str
    strikes: tuple[Strike, ...]
    meter: Meter | None = None
    instead: str = ""

    def fits(self, meter: Meter) -> bool:
        """Whether it can be played as it is."""
        return self.meter in (None, meter)


_UP_AND_DOWN = ("low", "middle", "high", "middle") * 2
_BROKEN = ("low", "high", "middle", "high", "middle")

_CHORDS = (
    Pattern("held", "Held chords", (Strike(0, 16, "bass", 58), Strike(0, 16, "chord", 50))),
    Pattern(
        "pulse",
        "Pulse",
        (
            Strike(0, 8, "bass", 60),
            Strike(8, 8, "bass", 54),
            *(Strike(step, 3, "chord", 52 if step % 8 == 0 else 46) for step in range(0, 16, 4)),
        ),
        "4/4",
        "waltz",
    ),
    Pattern(
        "arpeggio",
        "Arpeggio",
        (
            Strike(0, 16, "bass", 56),
            *(
                Strike(2 * i, 2, voice, 50 if i % 4 == 0 else 44)
                for i, voice in enumerate(_UP_AND_DOWN)
            ),
        ),
        "4/4",
        "broken",
    ),
    Pattern(
        "waltz",
        "Waltz",
        (Strike(0, 12, "bass", 62), Strike(4, 3, "chord", 47), Strike(8, 3, "chord", 45)),
        "3/4",
        "pulse",
    ),
    Pattern(
        "broken",
        "Broken waltz",
        (
            Strike(0, 12, "bass", 58),
            *(Strike(2 + 2 * i, 2, voice, 46) for i, voice in enumerate(_BROKEN)),
        ),
        "3/4",
        "arpeggio",
    ),
)

_BASS = (
    Pattern("roots", "Roots", (Strike(0, 16, "root", 72),)),
    Pattern("fifths", "Root and fifth", (Strike(0, 8, "root", 74), Strike(8, 8, "fifth", 66))),
    Pattern(
        "eighths",
        "Eighths",
        tuple(Strike(step, 2, "root", 72 if step % 4 == 0 else 60) for step in range(0, 16, 2)),
    ),
    Pattern(
        "walking",
        "Walking",
        (
            Strike(0, 4, "root", 74),
            Strike(4, 4, "third", 64),
            Strike(8, 4, "fifth", 68),
            Strike(12, 4, "approach", 64),
        ),
        "4/4",
        "walking3",
    ),
    Pattern(
        "walking3",
        "Walking in three",
        (Strike(0, 4, "root", 74), Strike(4, 4, "fifth", 64), Strike(8, 4, "approach", 64)),
        "3/4",
        "walking",
    ),
)

_DRUMS = (
    Pattern(
        "backbeat",
        "Backbeat",
        (
            Strike(0, 2, "kick", 88),
            Strike(8, 2, "kick", 80),
            Strike(10, 2, "kick", 66),
            Strike(4, 2, "snare", 84),
            Strike(12, 2, "snare", 86),
            *(Strike(step, 1, "hat", 62 if step % 4 == 0 else 46) for step in range(0, 16, 2)),
        ),
        "4/4",
        "waltz",
    ),
    Pattern(
        "four",
        "Four on the floor",
        (
            *(Strike(step, 2, "kick", 90) for step in range(0, 16, 4)),
            *(Strike(step, 2, "open", 58) for step in range(2, 16, 4)),
            Strike(4, 2, "snare", 76),
            Strike(12, 2, "snare", 78),
        ),
        "4/4",
        "waltz",
    ),
    Pattern(
        "soft",
        "Soft ride",
        (
            Strike(0, 2, "kick", 58),
            *(
                Strike(step, 1, "ride", 56 if step % 4 == 0 else 40)
                for step in (0, 4, 7, 8, 12, 15)
            ),
            Strike(4, 1, "pedal", 52),
            Strike(12, 1, "pedal", 54),
            Strike(8, 1, "stick", 44),
        ),
        "4/4",
        "brushes",
    ),
    Pattern(
        "waltz",
        "Waltz",
        (
            Strike(0, 2, "kick", 86),
            Strike(4, 2, "snare", 62),
            Strike(8, 2, "snare", 66),
            *(Strike(step, 1, "hat", 56 if step == 0 else 44) for step in range(0, 12, 2)),
        ),
        "3/4",
        "backbeat",
    ),
    Pattern(
        "brushes",
        "Soft waltz",
        (
            Strike(0, 2, "kick", 58),
            *(Strike(step, 2, "ride", 54 if step == 0 else 44) for step in (0, 4, 8)),
            Strike(4, 1, "pedal", 46),
            Strike(8, 1, "stick", 48),
        ),
        "3/4",
        "soft",
    ),
)

#: The patterns of every part that has any, the default first.
LIBRARY: dict[PartKind, tuple[Pattern, ...]] = {"chords": _CHORDS, "bass": _BASS, "drums": _DRUMS}
