"""What is heard when a clip sounds: its melody, and what its band plays under it.

Times are in seconds from the start of the clip and follow its changes of tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from engines.music.score import DEFAULT_BAND, Band, Clip, Note, Part, PartKind
from engines.music.sound.patterns import PATTERNS, pattern_notes

#: The MIDI channel of each part; General MIDI keeps channel 10 (here 9) for drums.
CHANNELS: dict[PartKind, int] = {"melody": 0, "chords": 1, "bass": 2, "drums": 9}
MELODY_CHANNEL, CHORD_CHANNEL = CHANNELS["melody"], CHANNELS["chords"]
BASS_CHANNEL, DRUM_CHANNEL = CHANNELS["bass"], CHANNELS["drums"]

#: What a track is called; only the melody is the network's work.
PART_TITLES: dict[PartKind, str] = {
    "melody": "Melody",
    "chords": "Chords (pattern)",
    "bass": "Bass (pattern)",
    "drums": "Drums (pattern)",
}


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
        volumes: loudness 0..1 by channel, of the parts that play.
    """

    tones: tuple[Tone, ...]
    programs: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    volumes: dict[int, float] = field(default_factory=dict)

    def part(self, channel: int) -> Performance:
        """The tones of one part alone."""
        tones = tuple(tone for tone in self.tones if tone.channel == channel)
        return Performance(tones, self.programs, self.seconds, self.volumes)


def perform(clip: Clip, band: Band = DEFAULT_BAND) -> Performance:
    """Lay a clip out in time.

    Raises:
        EngineError: kind ``bad_input`` for a pattern that a part does not have, or a chord symbol
            that does not parse.
    """
    tones: list[Tone] = []
    played = [part for part in band if part.on]
    for part in played:
        for note in part_notes(clip, band, part):
            begin, end = clip.seconds_at(note.start), clip.seconds_at(min(note.end, clip.steps))
            if end > begin:
                channel = CHANNELS[part.kind]
                tones.append(Tone(begin, end - begin, note.pitch, note.velocity, channel))
    return Performance(
        tones=tuple(sorted(tones, key=lambda tone: tone.start)),
        programs={CHANNELS[part.kind]: part.program for part in played},
        seconds=clip.seconds,
        volumes={CHANNELS[part.kind]: part.volume for part in played},
    )


def part_notes(clip: Clip, band: Band, part: Part) -> list[Note]:
    """What one part of the band plays, on the grid and sorted by start.

    Raises:
        EngineError: see :func:`perform`.
    """
    if part.kind == "melody":
        return list(clip.notes)
    bass_plays = any(other.kind == "bass" and other.on for other in band)
    return pattern_notes(clip, part, bass_plays)


def find_part(band: Band, kind: PartKind) -> Part:
    """The part of a kind; one that is off when the band has none."""
    return next((part for part in band if part.kind == kind), Part(kind=kind, on=False))


def with_part(band: Band, kind: PartKind, **changes: Any) -> Band:
    """The band with fields of one part changed."""
    return tuple(
        msgspec.structs.replace(part, **changes) if part.kind == kind else part for part in band
    )


def mend_band(band: Sequence[Part]) -> Band:
    """One part of every kind in order, whatever a file said: what cannot be played is the default.

    Args:
        band: from a document or the last session.
    """
    mended = []
    for usual in DEFAULT_BAND:
        part = find_part(tuple(band), usual.kind) if band else usual
        known = PATTERNS.get(part.kind, {})
        mended.append(
            msgspec.structs.replace(
                part,
                program=part.program if 0 <= part.program <= 127 else usual.program,
                volume=part.volume if 0.0 <= part.volume <= 1.0 else usual.volume,
                pattern=part.pattern if part.pattern in known else usual.pattern,
            )
        )
    return tuple(mended)


def melody_alone(program: int = 0) -> Band:
    """A band of nobody but the melody."""
    return (Part(kind="melody", program=program),)
