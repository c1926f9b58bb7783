"""The accompaniment: voicings below the melody, patterns laid on the bars."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engines.music.chords import parse_chords, pitch_class
from engines.music.performance import (
    CHORD_CHANNEL,
    MELODY_CHANNEL,
    PATTERNS,
    accompany,
    perform,
    voicings,
)
from engines.music.score import Clip, Note

SYMBOLS = "C Am F G Dm7 G7 Cmaj7 Bb/D C13 F#m7b5 Ebsus4 E5 Abaug"


def test_voicings_hold_the_chord_and_stay_in_their_register() -> None:
    chords = parse_chords(SYMBOLS)
    for chord, (bass, *upper) in zip(chords, voicings(chords), strict=True):
        assert bass % 12 == (pitch_class(chord.bass) if chord.bass else chord.root)
        assert 33 <= bass < 45
        assert {pitch % 12 for pitch in upper} <= set(chord.tones)
        assert all(bass < pitch < 70 for pitch in upper)
        assert upper == sorted(set(upper))
        assert 2 <= len(upper) <= 4


def test_big_chords_keep_the_third_and_seventh() -> None:
    (chord,) = parse_chords("C13")
    (_, *upper) = voicings([chord])[0]
    assert {4, 10} <= {pitch % 12 for pitch in upper}


def test_voices_move_little() -> None:
    voiced = voicings(parse_chords("C Am F G C"))
    for (_, *before), (_, *after) in pairwise(voiced):
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 4


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_fill_every_bar_and_never_overlap_themselves(name: str) -> None:
    clip = Clip(bars=4, tempo=100.0, chords=("C", "C", "Am7", "F/C"), notes=())
    tones = accompany(clip, PATTERNS[name])
    bar = clip.seconds / 4
    assert {int(tone.start / bar + 1e-9) for tone in tones} == {0, 1, 2, 3}
    assert max(tone.end for tone in tones) <= clip.seconds + 1e-9
    ends: dict[int, float] = {}
    for tone in sorted(tones, key=lambda tone: tone.start):
        assert tone.start >= ends.get(tone.pitch, 0.0) - 1e-9
        ends[tone.pitch] = tone.end


def test_a_bar_without_chord_is_silent() -> None:
    clip = Clip(bars=2, tempo=120.0, chords=("N.C.", "C"), notes=())
    assert min(tone.start for tone in accompany(clip, PATTERNS["held"])) == pytest.approx(2.0)


def test_notes_are_timed_by_the_tempo_and_cut_at_the_end() -> None:
    clip = Clip(bars=1, tempo=60.0, chords=("C",), notes=(Note(4, 4, 60), Note(12, 99, 62)))
    performance = perform(clip, program=5, chord_program=7)
    melody = performance.part(MELODY_CHANNEL).tones
    assert [(tone.start, tone.seconds) for tone in melody] == [(1.0, 1.0), (3.0, 1.0)]
    assert performance.programs == {MELODY_CHANNEL: 5, CHORD_CHANNEL: 7}
    assert performance.seconds == 4.0
    assert not perform(clip, chords=False).part(CHORD_CHANNEL).tones
