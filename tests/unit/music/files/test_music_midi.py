"""Our MIDI files: out and in again, and what three other readers make of them."""

from __future__ import annotations

import io
import os
from fractions import Fraction
from pathlib import Path

import mido
import msgspec
import pretty_midi
import pytest
from clip_strategies import NO_SHRINKING, clips
from hypothesis import example, given, settings
from hypothesis import strategies as st
from music21 import converter

from engines.music.files.midi import from_midi, request_of, to_midi
from engines.music.score import DEFAULT_BAND, Band, Clip, Note, TempoChange
from engines.music.sound.performance import CHANNELS, melody_alone, part_notes, with_part

CLIP = Clip(
    bars=2,
    tempo=110.0,
    chords=("C", "Am7/G"),
    notes=(Note(0, 4, 60), Note(4, 4, 60, 70), Note(8, 24, 64)),
)


@example(Clip(bars=1, tempo=289.0, chords=("C",), notes=(Note(0, 1, 0, 1),)), False, 0)
@settings(max_examples=60)
@given(clips(bars=6, low=0, high=127), st.booleans(), st.integers(0, 127))
def test_a_clip_comes_back_as_it_was(clip: Clip, accompaniment: bool, program: int) -> None:
    band = with_part(DEFAULT_BAND, "melody", program=program)
    data = to_midi(clip, with_part(band, "chords", on=accompaniment))
    assert from_midi(data) == clip


def test_the_file_says_what_a_file_should_say() -> None:
    band = with_part(DEFAULT_BAND, "melody", program=11)
    file = mido.MidiFile(file=io.BytesIO(to_midi(CLIP, band, request='{"seed": 1}')))
    assert file.type == 1
    assert [track.name for track in file.tracks] == ["Duet", "Melody", "Chords (pattern)"]
    kinds = {message.type: message for message in file.tracks[0]}
    assert kinds["set_tempo"].tempo == round(60e6 / 110)
    assert (kinds["time_signature"].numerator, kinds["time_signature"].denominator) == (4, 4)
    markers = [message.text for message in file.tracks[0] if message.type == "marker"]
    assert markers == ["C", "Am7/G"]
    assert file.tracks[1][1].program == 11
    for track in file.tracks:  # every track ends with the last bar
        assert track[-1].type == "end_of_track"
        assert sum(message.time for message in track) == 32 * 120
    assert file.length == pytest.approx(CLIP.seconds, rel=1e-5)


def test_the_request_travels_along() -> None:
    assert request_of(to_midi(CLIP, request='{"params": "é♯"}')) == '{"params": "é♯"}'
    assert request_of(to_midi(CLIP)) == ""


def test_without_accompaniment_there_is_no_chord_track() -> None:
    file = mido.MidiFile(file=io.BytesIO(to_midi(CLIP, melody_alone())))
    assert [track.name for track in file.tracks] == ["Duet", "Melody"]


EVERYBODY: Band = tuple(msgspec.structs.replace(part, on=True) for part in DEFAULT_BAND)
WALTZ = Clip(
    bars=4,
    tempo=168.0,
    chords=("F", "Bb", "C7", "F"),
    notes=(Note(0, 11, 65), Note(12, 24, 70, 101), Note(36, 1, 77), Note(37, 11, 65, 40)),
    meter="3/4",
    key="F major",
    tempos=(TempoChange(2, 90.0), TempoChange(3, 60.5)),
)
#: What a reader finds of one part: onset and length in quarters, pitch, velocity.
Heard = list[tuple[Fraction, Fraction, int, int]]


def wanted(clip: Clip, band: Band) -> dict[int, Heard]:
    """What each channel of the file should play."""
    return {
        CHANNELS[part.kind]: sorted(
            (Fraction(n.start, 4), Fraction(n.length, 4), n.pitch, n.velocity)
            for n in part_notes(clip, band, part)
        )
        for part in band
    }


def by_mido(data: bytes) -> dict[int, Heard]:
    found: dict[int, Heard] = {}
    for track in mido.MidiFile(file=io.BytesIO(data)).tracks:
        now, sounding = 0, {}
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                sounding[message.note] = (now, message.velocity)
            elif message.type in ("note_on", "note_off"):
                start, velocity = sounding.pop(message.note)
                note = (Fraction(start, 480), Fraction(now - start, 480), message.note, velocity)
                found.setdefault(message.channel, []).append(note)
        assert not sounding
    return {channel: sorted(notes) for channel, notes in found.items()}


def by_pretty_midi(data: bytes, clip: Clip) -> dict[str, Heard]:
    song = pretty_midi.PrettyMIDI(io.BytesIO(data))

    def beats(seconds: float) -> Fraction:
        return Fraction(song.time_to_tick(seconds), 480)

    ends = [note.end for instrument in song.instruments for note in instrument.notes]
    assert max(ends, default=0.0) <= clip.seconds + 0.01
    return {
        instrument.name: sorted(
            (beats(n.start), beats(n.end) - beats(n.start), n.pitch, n.velocity)
            for n in instrument.notes
        )
        for instrument in song.instruments
    }


def by_music21(data: bytes) -> dict[str, Heard]:
    score = converter.parseData(data, format="midi", quantizePost=False)
    return {
        str(staff.partName): sorted(
            (
                Fraction(element.offset),
                Fraction(element.quarterLength),
                head.pitch.midi,
                head.volume.velocity,
            )
            for element in staff.stripTies().flatten().notes
            for head in getattr(element, "notes", [element])
        )
        for staff in score.parts
    }


@settings(max_examples=8, deadline=None, phases=NO_SHRINKING)
@example(WALTZ)
@given(clips())
def test_three_readers_find_equal_notes(clip: Clip) -> None:
    band = melody_alone()
    data = to_midi(clip, band)
    notes = wanted(clip, band)[0]
    assert by_mido(data) == {0: notes}
    assert by_pretty_midi(data, clip) == {"Melody": notes}
    assert by_music21(data)["Melody"] == notes


def test_the_whole_band_is_read_alike() -> None:
    data = to_midi(WALTZ, EVERYBODY)
    notes = wanted(WALTZ, EVERYBODY)
    assert by_mido(data) == notes
    assert list(by_pretty_midi(data, WALTZ).values()) == list(notes.values())


def test_meter_tempi_and_key_are_where_they_belong() -> None:
    data = to_midi(WALTZ)
    song = pretty_midi.PrettyMIDI(io.BytesIO(data))
    (meter,) = song.time_signature_changes
    assert (meter.numerator, meter.denominator, meter.time) == (3, 4, 0.0)
    assert pretty_midi.key_number_to_key_name(song.key_signature_changes[0].key_number) == "F Major"
    times, tempi = song.get_tempo_changes()
    assert times == pytest.approx([WALTZ.seconds_at(step) for step in (0, 24, 36)], rel=1e-5)
    assert tempi == pytest.approx([168.0, 90.0, 60.5], rel=1e-5)
    assert mido.MidiFile(file=io.BytesIO(data)).length == pytest.approx(WALTZ.seconds, rel=1e-5)


def test_a_mode_travels_with_its_signature() -> None:
    for key in ("D dorian", "A harmonic minor", "E minor pentatonic", "B lydian", "Ab major"):
        clip = msgspec.structs.replace(CLIP, key=key)
        assert from_midi(to_midi(clip)).key == key


@pytest.mark.parametrize(("name", "clip"), [("golden_band", CLIP), ("golden_waltz", WALTZ)])
def test_the_file_is_the_golden_one(repository: Path, name: str, clip: Clip) -> None:
    """Write them anew with DUET_WRITE_GOLDEN=1 when a change of the file's form is meant."""
    golden = repository / "tests" / "data" / f"{name}.mid"
    made = to_midi(clip, EVERYBODY, request='{"seed":1}')
    if os.environ.get("DUET_WRITE_GOLDEN"):
        golden.write_bytes(made)
        pytest.skip("the golden file was written anew")
    assert made == golden.read_bytes()
