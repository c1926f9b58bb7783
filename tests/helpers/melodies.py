"""Melodies for tests of the Music mode."""

from __future__ import annotations

from engines.music.chords import fill_bars, parse_chords
from engines.music.score import Clip, Note


def melody(chords: str = "C Am F G", bars: int = 8, tempo: float = 110.0, shift: int = 0) -> Clip:
    """Quarter notes that walk up the chord of every bar.

    Args:
        chords: the chord line, repeated over the bars.
        bars: length.
        tempo: beats a minute.
        shift: octaves up, so that takes differ.
    """
    line = fill_bars(parse_chords(chords), bars)
    notes = []
    for bar, chord in enumerate(line):
        tones = sorted(chord.tones)
        for beat in range(4):
            pitch = 60 + 12 * shift + tones[beat % len(tones)]
            notes.append(Note(16 * bar + 4 * beat, 4, pitch))
    symbols = tuple(str(chord) for chord in line)
    return Clip(bars=bars, tempo=tempo, chords=symbols, notes=tuple(notes))
