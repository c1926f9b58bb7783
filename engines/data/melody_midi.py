"""Songs from MIDI files, one melody a file, with the chords they say or those their notes tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.music.chord_detection import detect_chords
from engines.music.chords import NO_CHORD, parse_chord
from engines.music.files.midi_import import Survey, survey
from engines.music.score import STEPS_PER_BAR, Clip
from engines.protocol.errors import EngineError

#: More of a file than this says nothing new, and could be a broken tick.
MOST_BARS = 400


@dataclass(frozen=True)
class Found:
    """What one file holds.

    Attributes:
        pitches: (bars * 16,) MIDI pitches, -1 for silence.
        triads: (bars,) 0..23, or -1.
        how: which track was read and where the chords are from, as a sentence.
    """

    pitches: NDArray[np.int64]
    triads: NDArray[np.int64]
    how: str


def read_midi(data: bytes) -> Found | str:
    """The melody of a MIDI file, or why there is none, in a few words.

    Args:
        data: the file; anything at all.
    """
    try:
        seen = survey(data)
    except EngineError:
        return "not a MIDI file that can be read"
    if seen.guess < 0:
        return "no track with a melody"
    if seen.timing.meter != "4/4":
        return "not in 4/4 or 2/2"
    clip = seen.clip()
    bars = min(clip.bars, MOST_BARS)
    symbols, source = _chords(seen, clip, bars)
    pitches = np.full(bars * STEPS_PER_BAR, -1, dtype=np.int64)
    for note in clip.notes:
        pitches[note.start : note.end] = note.pitch
    row = seen.rows[seen.guess]
    named = f" {row.name!r}" if row.name else ""
    how = f"track {row.track + 1}{named}, {row.notes} notes; chords {source}"
    triads = [parse_chord(symbol).index for symbol in symbols]
    return Found(pitches, np.array(triads, dtype=np.int64), how)


def _chords(seen: Survey, clip: Clip, bars: int) -> tuple[tuple[str, ...], str]:
    if any(symbol != NO_CHORD for symbol in clip.chords[:bars]):
        return clip.chords[:bars], "from its markers"
    if len(seen.candidates) == 1:
        return detect_chords(clip.notes, bars, STEPS_PER_BAR), "told from the melody alone"
    return detect_chords(seen.sounding(), bars, STEPS_PER_BAR), "told from all its notes"
