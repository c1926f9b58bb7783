"""What is played: voicings below the melody, patterns laid on the bars, times by the tempi."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engines.music.chords import parse_chords, pitch_class
from engines.music.score import DEFAULT_BAND, Clip, Meter, Note, Part, PartKind, TempoChange
from engines.music.sound.patterns import PATTERNS, choices, find_pattern, pattern_notes
from engines.music.sound.performance import (
    BASS_CHANNEL,
    CHANNELS,
    CHORD_CHANNEL,
    DRUM_CHANNEL,
    MELODY_CHANNEL,
    melody_alone,
    perform,
    with_part,
)
from engines.music.sound.voicing import voicings
from engines.protocol.errors import EngineError

KINDS: tuple[PartKind, ...] = ("chords", "bass", "drums")
METERS: tuple[Meter, ...] = ("4/4", "3/4")
EVERY = [(kind, name, meter) for kind in KINDS for name in PATTERNS[kind] for meter in METERS]

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


@pytest.mark.parametrize(("kind", "name", "meter"), EVERY)
def test_patterns_fill_every_bar_and_never_overlap_themselves(
    kind: PartKind, name: str, meter: Meter
) -> None:
    clip = Clip(bars=4, tempo=100.0, chords=("C", "C", "Am7", "F/C"), notes=(), meter=meter)
    notes = pattern_notes(clip, Part(kind=kind, pattern=name))
    assert {note.start // clip.bar_steps for note in notes} == {0, 1, 2, 3}
    ends: dict[int, int] = {}
    for note in notes:
        assert note.start // clip.bar_steps == (note.end - 1) // clip.bar_steps
        assert note.length >= 1
        assert note.start >= ends.get(note.pitch, 0)
        ends[note.pitch] = note.end


@pytest.mark.parametrize(("kind", "name", "meter"), EVERY)
def test_in_a_foreign_meter_the_nearest_pattern_plays(
    kind: PartKind, name: str, meter: Meter
) -> None:
    played = find_pattern(kind, name, meter)
    assert played in choices(kind, meter)
    assert played.fits(meter)
    if PATTERNS[kind][name].fits(meter):
        assert played.name == name
    else:  # and back again in its own
        assert played.instead == name or find_pattern(kind, played.name, "4/4").fits("4/4")


def test_a_pattern_nobody_knows_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(EngineError, match=r"'polka'.*held"):
        find_pattern("chords", "polka", "4/4")


def test_a_bar_without_chord_is_silent_but_for_the_drums() -> None:
    clip = Clip(bars=2, tempo=120.0, chords=("N.C.", "C"), notes=())
    for kind, first in (("chords", 16), ("bass", 16), ("drums", 0)):
        part = next(part for part in DEFAULT_BAND if part.kind == kind)
        assert pattern_notes(clip, part)[0].start == first


def test_the_bass_walks_to_the_next_root_and_takes_the_slash() -> None:
    clip = Clip(bars=3, tempo=120.0, chords=("C", "F", "G7/B"), notes=())
    notes = pattern_notes(clip, Part(kind="bass", pattern="walking"))
    assert [note.pitch % 12 for note in notes if note.start % 16 == 0] == [0, 5, 11]
    for bar, note in enumerate(note for note in notes if note.start % 16 == 12):
        ahead = next(n for n in notes if n.start == (bar + 1) % 3 * 16)
        assert abs(note.pitch - ahead.pitch) == 1
    assert all(24 <= note.pitch < 52 for note in notes)


def test_the_chords_leave_their_lowest_voice_to_the_bass() -> None:
    clip = Clip(bars=1, tempo=120.0, chords=("C",), notes=())
    alone = perform(clip, with_part(DEFAULT_BAND, "bass", on=False)).part(CHORD_CHANNEL)
    joined = perform(clip, with_part(DEFAULT_BAND, "bass", on=True))
    lowest = min(alone.tones, key=lambda tone: tone.pitch)
    assert set(joined.part(CHORD_CHANNEL).tones) == set(alone.tones) - {lowest}
    assert joined.part(BASS_CHANNEL).tones


def test_notes_are_timed_by_the_tempo_and_cut_at_the_end() -> None:
    clip = Clip(bars=1, tempo=60.0, chords=("C",), notes=(Note(4, 4, 60), Note(12, 99, 62)))
    band = with_part(with_part(DEFAULT_BAND, "melody", program=5), "chords", program=7)
    performance = perform(clip, band)
    melody = performance.part(MELODY_CHANNEL).tones
    assert [(tone.start, tone.seconds) for tone in melody] == [(1.0, 1.0), (3.0, 1.0)]
    assert performance.programs == {MELODY_CHANNEL: 5, CHORD_CHANNEL: 7}
    assert performance.seconds == 4.0
    assert not perform(clip, melody_alone()).part(CHORD_CHANNEL).tones


def test_another_tempo_is_kept_from_its_bar_on() -> None:
    clip = Clip(
        bars=2,
        tempo=60.0,
        chords=("C", "C"),
        notes=(Note(8, 8, 60),),
        meter="3/4",
        tempos=(TempoChange(1, 120.0),),
    )
    performance = perform(clip, with_part(DEFAULT_BAND, "drums", on=True))
    (tone,) = performance.part(MELODY_CHANNEL).tones
    assert (tone.start, tone.seconds) == (2.0, 1.5)  # one beat at 60 and one at 120
    kicks = [t.start for t in performance.part(DRUM_CHANNEL).tones if t.pitch == 36]
    assert kicks == [0.0, 3.0]
    assert performance.seconds == 4.5
    assert set(CHANNELS.values()) >= {tone.channel for tone in performance.tones}
