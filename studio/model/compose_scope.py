"""What a compose request keeps of the melody in view, and over which chords the rest is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from engines.music.bars import print_bars
from engines.music.chords import Chord, parse_chord, print_chords
from engines.music.progressions import shortened
from engines.music.score import Clip, Note


def whole(clip: Clip | None, line: str, variation: float) -> dict[str, Any]:
    """Parameters of a request for a whole new melody over the chord line.

    Args:
        clip: the melody in view, if any; a variation below 1 walks around it.
        line: the song's chord line.
        variation: 0 stays at that melody, 1 leaves it.
    """
    around = clip if variation < 1.0 else None
    return {"chords": line, **_kept(around, ())}


def unlocked(clip: Clip, planned: Sequence[Chord], locks: Collection[int]) -> dict[str, Any]:
    """Parameters of a request that leaves the locked bars and writes the others.

    Args:
        clip: the melody in view; its meter stays.
        planned: the chord of every bar there will be; locked bars keep the one they have.
        locks: bars to leave; those behind the planned end are gone.
    """
    held = [bar for bar in sorted(locks) if bar < min(clip.bars, len(planned))]
    chords = list(planned)
    for bar in held:
        chords[bar] = parse_chord(clip.chords[bar])
    line = print_chords(shortened(chords))
    return {"chords": line, "meter": clip.meter, **_kept(clip, held)}


def some(clip: Clip, bars: Collection[int], locks: Collection[int]) -> dict[str, Any]:
    """Parameters of a request that writes these bars again, but for the locked ones.

    Args:
        clip: the melody in view; its length, meter and chords stay.
        bars: which to write, counted from 0.
        locks: bars to leave in any case.
    """
    held = [bar for bar in range(clip.bars) if bar not in bars or bar in locks]
    chords = [parse_chord(symbol) for symbol in clip.chords]
    return {
        "chords": print_chords(shortened(chords)),
        "bars": clip.bars,
        "meter": clip.meter,
        **_kept(clip, held),
    }


def _kept(clip: Clip | None, held: Sequence[int]) -> dict[str, Any]:
    return {
        "kept": [_plain(note) for note in clip.notes] if clip is not None else [],
        "locks": print_bars(held),
        "kept_seeds": list(clip.seeds) if clip is not None else [],
    }


def _plain(note: Note) -> list[int]:
    return [note.start, note.length, note.pitch, note.velocity]
