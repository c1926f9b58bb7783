"""Chords out of notes: clear triads are found, silence is no chord."""

import pytest

from engines.music.chord_detection import detect_chords
from engines.music.chords import parse_chord, parse_chords
from engines.music.score import Note


def arpeggio(line: str, bar_steps: int = 16) -> list[Note]:
    notes = []
    for bar, chord in enumerate(parse_chords(line)):
        tones = chord.tones
        for beat in range(bar_steps // 4):
            start = bar * bar_steps + 4 * beat
            notes.append(Note(start, 4, 60 + tones[beat % len(tones)]))
    return notes


@pytest.mark.parametrize("bar_steps", [12, 16])
@pytest.mark.parametrize("line", ["C Am F G", "D Bm G A", "Eb Cm Ab Bb", "Am E Am G"])
def test_arpeggios_are_their_chords(line: str, bar_steps: int) -> None:
    found = detect_chords(arpeggio(line, bar_steps), 4, bar_steps)
    assert [parse_chord(s).index for s in found] == [c.index for c in parse_chords(line)]


def test_silent_bars_have_no_chord() -> None:
    assert detect_chords([Note(16, 16, 64)], 3, 16)[::2] == ("N.C.", "N.C.")
    assert detect_chords([], 2, 16) == ("N.C.", "N.C.")


def test_a_passing_note_changes_nothing() -> None:
    notes = [*arpeggio("C F"), Note(2, 2, 62)]
    assert detect_chords(notes, 2, 16) == ("C", "F")
