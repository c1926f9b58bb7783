"""The same notes under other bar lines: for songs whose meter was read wrong."""

from __future__ import annotations

import math

import msgspec

from engines.music.bar_chords import bar_chords
from engines.music.score import BAR_STEPS, Clip, Meter, TempoChange
from engines.music.voice import MAX_BARS


def rebarred(clip: Clip, meter: Meter) -> Clip:
    """The clip in another meter: every note and every tempo stays where it is.

    A bar takes the chord that sounds longest in it; a tempo begins with the bar it is nearest to.
    What noise wrote a bar is no longer known, since bars are others.
    """
    old, size = clip.bar_steps, BAR_STEPS[meter]
    bars = min(max(math.ceil(clip.steps / size), 1), MAX_BARS)
    changes = [(bar * old, symbol) for bar, symbol in enumerate(clip.chords)]
    tempi = {round(change.bar * old / size): change.tempo for change in clip.tempos}
    return msgspec.structs.replace(
        clip,
        bars=bars,
        meter=meter,
        tempo=tempi.pop(0, clip.tempo),
        chords=bar_chords(changes, size, bars),
        notes=tuple(note for note in clip.notes if note.start < bars * size),
        tempos=tuple(TempoChange(bar, tempo) for bar, tempo in sorted(tempi.items()) if bar < bars),
        seeds=(),
    )
