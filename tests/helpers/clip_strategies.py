"""Clips for hypothesis: both meters, ties over bar lines, every chord ending, changing tempi."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import Phase
from hypothesis import strategies as st

from engines.music.chords import QUALITIES, parse_chord
from engines.music.score import BAR_STEPS, Clip, Meter, Note, TempoChange

#: For tests through slow readers: a failure is told as it was found.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
METERS: tuple[Meter, ...] = ("4/4", "3/4")
#: Keys that both a score and a MIDI file can say.
KEYS = ("", "C major", "A minor", "Eb major", "F# locrian", "D dorian", "G mixolydian")


def _seeds(bars: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Of every bar, or of none."""
    listed = st.lists(st.integers(-1, 2**32 - 1), min_size=bars, max_size=bars)
    return st.just(()) | listed.map(tuple)


@st.composite
def clips(draw: st.DrawFn, bars: int = 4, low: int = 12, high: int = 120) -> Clip:
    """Melodies without overlaps, with a rest here and there.

    Args:
        draw: hypothesis's.
        bars: the most there are.
        low: the lowest pitch.
        high: the highest one.
    """
    length = draw(st.integers(1, bars))
    meter = draw(st.sampled_from(METERS))
    steps = length * BAR_STEPS[meter]
    cuts = sorted(draw(st.sets(st.integers(0, steps), min_size=2, max_size=12)))
    pitch, velocity = st.integers(low, high), st.integers(1, 127)
    notes = tuple(
        Note(a, draw(st.integers(1, b - a)), draw(pitch), draw(velocity)) for a, b in pairwise(cuts)
    )
    symbol = st.builds(
        lambda root, ending, bass: str(parse_chord(root + ending + bass)),
        st.sampled_from(["C", "Bb", "F#"]),
        st.sampled_from([quality.suffix for quality in QUALITIES]),
        st.sampled_from(["", "/E", "/Db"]),
    )
    tempi = st.integers(3_000, 30_000).map(lambda hundredths: hundredths / 100)
    first, second = draw(tempi), draw(tempi)
    changed = length > 1 and abs(first - second) > 0.02 and draw(st.booleans())
    return Clip(
        bars=length,
        tempo=first,
        chords=tuple(draw(symbol | st.just("N.C.")) for _ in range(length)),
        notes=notes,
        meter=meter,
        key=draw(st.sampled_from(KEYS)),
        tempos=(TempoChange(length - 1, second),) if changed else (),
        seeds=draw(_seeds(length)),
    )
