"""MIDI files: ours out and in again, and what other people's do wrong."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from itertools import pairwise

import mido
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engines.music.midi import MAX_BARS, from_midi, request_of, to_midi
from engines.music.performance import melody_alone, with_part
from engines.music.score import DEFAULT_BAND, Clip, Note
from engines.protocol.errors import EngineError

CLIP = Clip(
    bars=2,
    tempo=110.0,
    chords=("C", "Am7/G"),
    notes=(Note(0, 4, 60), Note(4, 4, 60, 70), Note(8, 24, 64)),
)


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    bars = draw(st.integers(1, 6))
    cuts = sorted(draw(st.sets(st.integers(0, bars * 16), min_size=2, max_size=12)))
    notes = tuple(
        Note(a, draw(st.integers(1, b - a)), draw(st.integers(0, 127)), draw(st.integers(1, 127)))
        for a, b in pairwise(cuts)
    )
    symbols = st.sampled_from(["C", "Am", "Bb7", "F#m7b5", "N.C.", "G/B"])
    chords = tuple(draw(symbols) for _ in range(bars))
    return Clip(bars=bars, tempo=float(draw(st.integers(30, 300))), chords=chords, notes=notes)


@example(Clip(bars=1, tempo=289.0, chords=("C",), notes=(Note(0, 1, 0, 1),)), False, 0)
@given(clips(), st.booleans(), st.integers(0, 127))
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


def test_pretty_midi_reads_our_files() -> None:
    pretty_midi = pytest.importorskip("pretty_midi")
    song = pretty_midi.PrettyMIDI(io.BytesIO(to_midi(CLIP)))
    assert [n.pitch for n in song.instruments[0].notes] == [60, 60, 64]
    assert song.get_end_time() == pytest.approx(CLIP.seconds, rel=1e-4)


# --- other people's files --------------------------------------------------------------------


def midi(*tracks: list[mido.Message], ticks: int = 480) -> bytes:
    file = mido.MidiFile(ticks_per_beat=ticks)
    for messages in tracks:
        file.tracks.append(mido.MidiTrack(messages))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def on(pitch: int, time: int = 0, channel: int = 0) -> mido.Message:
    return mido.Message("note_on", note=pitch, time=time, channel=channel)


def off(pitch: int, time: int = 0, channel: int = 0) -> mido.Message:
    return mido.Message("note_off", note=pitch, time=time, channel=channel)


def test_overlapping_notes_are_cut_not_refused() -> None:
    data = midi([on(60), on(64, 480), off(60, 480), off(64, 480)])
    assert from_midi(data).notes == (Note(0, 4, 60, 64), Note(4, 8, 64, 64))


def test_of_notes_struck_together_the_highest_counts() -> None:
    data = midi([on(60), on(67), on(64), off(60, 480), off(67), off(64)])
    assert [note.pitch for note in from_midi(data).notes] == [67]


def test_a_huge_tick_does_not_make_a_huge_song() -> None:
    far = 268_435_400
    data = midi([on(60), off(60, 480), on(62, far), off(62, 480)])
    clip = from_midi(data)
    assert [note.pitch for note in clip.notes] == [60]
    assert clip.bars == 1
    assert clip.bars <= MAX_BARS


def test_bytes_over_127_are_clipped() -> None:
    data = bytearray(midi([on(60), off(60, 480)]))
    data[data.index(bytes([0x90, 60])) + 2] = 0xC8  # velocity 200
    assert from_midi(bytes(data)).notes == (Note(0, 4, 60, 127),)


@pytest.mark.parametrize("division", [0, -480])
def test_an_impossible_resolution_is_replaced(division: int) -> None:
    data = bytearray(midi([on(60), off(60, 480)]))
    data[12:14] = struct.pack(">h", division)
    clip = from_midi(bytes(data))
    assert len(clip.notes) == 1


def test_frames_a_second_are_understood() -> None:
    data = bytearray(midi([on(60), off(60, 500)]))
    data[12:14] = struct.pack(">bB", -25, 40)  # 1,000 ticks a second; 120 beats a minute
    assert from_midi(bytes(data)).notes == (Note(0, 4, 60, 64),)


def test_a_lying_time_signature_is_not_believed() -> None:
    lie = mido.MetaMessage("time_signature", numerator=1, denominator=4)
    assert from_midi(midi([lie, on(60), off(60, 480 * 6)])).bars == 2


def test_the_track_called_melody_is_the_melody() -> None:
    bass = [mido.MetaMessage("track_name", name="PIANO"), on(90), off(90, 480)]
    tune = [mido.MetaMessage("track_name", name="MELODY"), on(60), off(60, 480)]
    assert [note.pitch for note in from_midi(midi(bass, tune)).notes] == [60]


def test_drums_are_no_melody() -> None:
    with pytest.raises(EngineError, match="no notes"):
        from_midi(midi([on(90, channel=9), off(90, 480, channel=9)]))


def test_a_note_never_ended_lasts_a_beat() -> None:
    assert from_midi(midi([on(60)])).notes == (Note(0, 4, 60, 64),)


@pytest.mark.parametrize("data", [b"", b"RIFF....", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4"])
def test_what_is_no_midi_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(EngineError) as error:
        from_midi(data)
    assert error.value.kind == "bad_input"


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_damage_raises_anything_else(noise: bytes, place: int) -> None:
    good = to_midi(CLIP)
    data = good[:place] + noise + good[place + len(noise) :]
    with suppress(EngineError):
        from_midi(data)
