"""Other people's MIDI files: what they do wrong, what is kept of them, and damage."""

from __future__ import annotations

import io
import random
import struct
import time
from collections.abc import Sequence

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import MetaMessage

from engines.music.files.midi import MAX_BARS, from_midi, to_midi
from engines.music.files.midi_import import Survey, survey
from engines.music.score import DEFAULT_BAND, Clip, Note, TempoChange
from engines.protocol.errors import EngineError

CLIP = Clip(
    bars=2,
    tempo=110.0,
    chords=("C", "Am7/G"),
    notes=(Note(0, 4, 60), Note(4, 4, 60, 70), Note(8, 24, 64)),
)


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


# --- the traps: each a file as somebody's program writes it -----------------------------------


def name(text: str) -> mido.MetaMessage:
    return MetaMessage("track_name", name=text)


def line(pitches: Sequence[int], channel: int = 0, ticks: int = 480) -> list[mido.Message]:
    """One note after the other, a quarter each."""
    return [m for pitch in pitches for m in (on(pitch, 0, channel), off(pitch, ticks, channel))]


def stacked(chords: Sequence[Sequence[int]], channel: int = 1) -> list[mido.Message]:
    """A chord a bar."""
    messages = []
    for chord in chords:
        messages += [on(pitch, 0, channel) for pitch in chord]
        messages += [off(pitch, 1920 * (i == 0), channel) for i, pitch in enumerate(chord)]
    return messages


def test_a_tick_of_268435458_is_left_out() -> None:
    track = [*line([60, 62, 64, 65]), on(67, 268_435_455), off(67, 3)]
    assert [note.pitch for note in from_midi(midi(track)).notes] == [60, 62, 64, 65]
    alone = survey(midi([on(67, 268_435_455), off(67, 3)]))
    assert [row.why for row in alone.rows] == ["Its notes lie too far behind the start."]
    with pytest.raises(EngineError, match="no notes"):
        alone.clip()


def test_a_tempo_far_behind_is_left_out() -> None:
    late = [MetaMessage("set_tempo", tempo=250_000, time=268_435_455)]
    clip = from_midi(midi(late, line([60, 62])))
    assert (clip.tempo, clip.tempos) == (120.0, ())


def test_overlapping_melody_notes_are_cut_where_the_next_begins() -> None:
    track = [on(72), on(74, 480), off(72, 240), on(76, 240), off(74, 240), off(76, 480)]
    assert from_midi(midi(track)).notes == (
        Note(0, 4, 72, 64),
        Note(4, 4, 74, 64),
        Note(8, 6, 76, 64),
    )


def test_a_time_signature_of_one_quarter_is_not_used_and_said() -> None:
    found = survey(
        midi([MetaMessage("time_signature", numerator=1, denominator=4)], line([60] * 8))
    )
    assert found.timing.meter == "4/4"
    assert found.timing.remark == "The time signature 1/4 is not used: bars are read as 4/4."


def test_a_waltz_under_a_lying_signature_is_a_waltz() -> None:
    lie = [MetaMessage("time_signature", numerator=1, denominator=4)]
    bars = []
    for chord in [(60, 64, 67), (59, 62, 67)] * 4:
        bars += [on(chord[0], 0, 1), off(chord[0], 480, 1)]
        for _ in range(2):
            bars += [on(chord[1], 240, 1), on(chord[2], 0, 1), off(chord[1], 240, 1)]
            bars += [off(chord[2], 0, 1)]
    tune = [m for _ in range(8) for m in (on(76), off(76, 960), on(79), off(79, 480))]
    assert from_midi(midi(lie, tune, bars)).meter == "3/4"


def test_a_waltz_is_known_by_its_chords() -> None:
    lie = [MetaMessage("time_signature", numerator=1, denominator=4)]
    marks = [MetaMessage("marker", text=c, time=1440 * (i > 0)) for i, c in enumerate("FCGF")]
    clip = from_midi(midi([*lie, *marks], line([60] * 12)))
    assert (clip.meter, clip.bars, clip.chords) == ("3/4", 4, ("F", "C", "G", "F"))


def test_of_two_chords_in_a_bar_the_longer_or_else_the_first_counts() -> None:
    names = ["C", "F", "Dm", "G", "Am", "E7"]
    marks = [MetaMessage("marker", text=c, time=960 * (i > 0)) for i, c in enumerate(names)]
    clip = from_midi(midi(marks, line([60] * 12)))
    assert clip.chords == ("C", "Dm", "Am")


@pytest.mark.parametrize(
    ("beats", "unit", "meter"), [(4, 4, "4/4"), (2, 2, "4/4"), (3, 4, "3/4"), (6, 8, "3/4")]
)
def test_signatures_we_have_bars_for_are_used(beats: int, unit: int, meter: str) -> None:
    said = MetaMessage("time_signature", numerator=beats, denominator=unit)
    found = survey(midi([said], line([60] * 12)))
    assert (found.timing.meter, found.timing.remark) == (meter, "")


def test_section_letters_are_no_chords() -> None:
    marks = [MetaMessage("marker", text=letter, time=1920 * (letter > "A")) for letter in "ABC"]
    assert set(from_midi(midi(marks, line([60] * 12))).chords) == {"N.C."}


def test_tempi_are_read_bar_by_bar() -> None:
    slower = [
        MetaMessage("set_tempo", tempo=500_000),
        MetaMessage("set_tempo", tempo=1_000_000, time=1920),
        MetaMessage("set_tempo", tempo=500_000, time=1920 + 960),
    ]
    clip = from_midi(midi(slower, line([60] * 16)))
    assert clip.tempo == 120.0
    # The third bar is half at 60 and half at 120: it lasts three seconds, as at 80.
    assert clip.tempos == (TempoChange(1, 60.0), TempoChange(2, 80.0), TempoChange(3, 120.0))


@pytest.mark.parametrize("tempo", [1, 16_777_215])
def test_an_impossible_tempo_is_brought_within_bounds(tempo: int) -> None:
    assert 10 <= from_midi(midi([MetaMessage("set_tempo", tempo=tempo), *line([60])])).tempo <= 1000


@pytest.mark.parametrize(
    ("signature", "key"), [("Ebm", "Eb minor"), ("A", "A major"), ("Cb", "B major"), ("C", "")]
)
def test_a_key_signature_is_the_key(signature: str, key: str) -> None:
    assert from_midi(midi([MetaMessage("key_signature", key=signature), *line([60])])).key == key


# --- the table of tracks -----------------------------------------------------------------------

SCALE = [67, 69, 71, 72, 74, 72, 71, 69]
TRIADS = [(48, 52, 55), (53, 57, 60)]


def pop_song() -> bytes:
    return midi(
        [name("My song"), MetaMessage("set_tempo", tempo=600_000)],
        [name("Drums"), *line([36, 38, 36, 38], 9)],
        [name("Bass"), mido.Message("program_change", program=33, channel=2), *line([36] * 8, 2)],
        [name("Piano"), *stacked(TRIADS)],
        [name("Flute"), mido.Message("program_change", program=73), *line(SCALE)],
        [name("Bell"), *line([96], 3)],
        [name("Nothing")],
    )


def test_each_track_is_told_with_a_reason() -> None:
    found = survey(pop_song())
    assert [(row.name, row.channel, row.program, row.notes, row.why) for row in found.rows] == [
        ("My song", -1, -1, 0, "No notes."),
        ("Drums", 9, -1, 4, "Drums: not a melody."),
        ("Bass", 2, 33, 8, "Bass: too low for a melody."),
        ("Piano", 1, -1, 6, "Chords: kept as the song's chords."),
        ("Flute", 0, 73, 8, "Likely the melody: a single voice."),
        ("Bell", 3, -1, 1, "Too few notes for a melody."),
        ("Nothing", -1, -1, 0, "No notes."),
    ]
    assert found.guess == 4
    assert found.candidates == (2, 3, 4, 5)
    assert (found.rows[4].low, found.rows[4].high, found.rows[4].together) == (67, 74, 0.0)
    assert found.rows[3].together == 1.0


def test_a_file_cut_off_says_so() -> None:
    with pytest.raises(EngineError, match="it ends too early"):
        survey(pop_song()[:-9])


def test_another_row_can_be_the_melody() -> None:
    found = survey(pop_song())
    assert [note.pitch for note in found.clip().notes] == SCALE
    assert [note.pitch for note in found.clip(2).notes] == [36] * 8
    assert [note.pitch for note in found.clip(3).notes] == [55, 60]
    assert found.clip(3).tempo == 100.0
    for row in (0, 1, 6, 7, -1):
        with pytest.raises(EngineError):
            found.clip(row)


def test_chords_are_heard_where_no_marker_says_them() -> None:
    assert survey(pop_song()).clip().chords == ("C", "F")
    marks = [MetaMessage("marker", text="Am")]
    assert from_midi(midi(marks, [*stacked(TRIADS)], line(SCALE))).chords == ("Am", "Am")


def test_the_channels_of_one_track_are_told_apart() -> None:
    track = [on(48, 0, 1), on(72), off(72, 480), on(74), off(74, 480), off(48, 0, 1)]
    found = survey(midi(track))
    assert [(row.track, row.channel, row.notes) for row in found.rows] == [(0, 0, 2), (0, 1, 1)]
    assert [note.pitch for note in found.clip().notes] == [72, 74]


def test_a_name_wins_over_a_likelier_voice() -> None:
    found = survey(midi([name("Flute"), *line(SCALE)], [name("Lead Vocal"), *line([50] * 8, 1)]))
    assert found.guess == 1
    assert found.rows[1].why == "Likely the melody: its name says so."
    assert found.rows[0].why == "Another voice."


def test_our_own_file_is_told_too() -> None:
    rows = survey(to_midi(CLIP, DEFAULT_BAND)).rows
    assert [row.name for row in rows] == ["Duet", "Melody", "Chords (pattern)"]
    assert rows[0].why == "No notes: tempo, meter and chords are read from it."


# --- damage ------------------------------------------------------------------------------------


def told(data: bytes) -> Survey | None:
    """Reads as the window does; None when one sentence refused the file."""
    try:
        found = survey(data)
    except EngineError as refusal:
        sentence = refusal
    else:
        sentence = None
    if sentence is not None:
        assert sentence.kind == "bad_input"
        assert str(sentence).strip()
        return None
    assert all(row.why for row in found.rows)
    for row in found.candidates:
        clip = found.clip(row)
        assert 1 <= clip.bars <= MAX_BARS
        assert len(clip.chords) == clip.bars
        assert all(a.end <= b.start for a, b in zip(clip.notes, clip.notes[1:], strict=False))
        assert all(note.start < clip.steps and note.length >= 1 for note in clip.notes)
        assert all(10 <= t <= 1000 for t in (clip.tempo, *(c.tempo for c in clip.tempos)))
    return found


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_damage_raises_anything_else(noise: bytes, place: int) -> None:
    good = to_midi(CLIP)
    told(good[:place] + noise + good[place + len(noise) :])


def bases() -> list[bytes]:
    """Six kinds of file: ours, a band, all in one track, frames a second, many tempi, Latin-1."""
    frames = bytearray(midi(line(SCALE, ticks=500)))
    frames[12:14] = struct.pack(">bB", -25, 40)
    tempi = [MetaMessage("set_tempo", tempo=400_000 + 9_000 * i, time=240) for i in range(40)]
    mixed = [m for pitch in SCALE for c in (0, 1, 9) for m in line([pitch - 12 * c % 60], c, 120)]
    latin = midi([MetaMessage("key_signature", key="Eb"), name("Gitarre"), *line(SCALE)])
    return [
        to_midi(CLIP, DEFAULT_BAND, request='{"seed": 1}'),
        pop_song(),
        midi(mixed),
        bytes(frames),
        midi(tempi, line(SCALE)),
        latin.replace(b"Gitarre", b"Gitarr\xe9"),
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut out or put in, in one to four places."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(damaged)) if damaged else 0
        match chance.choice("ccccccxi."):
            case "c":
                damaged[place : place + 1] = bytes([chance.randrange(256)])
            case "x":
                del damaged[place : place + chance.randint(1, 24)]
            case "i":
                damaged[place:place] = chance.randbytes(chance.randint(1, 24))
            case _:
                damaged = damaged[: max(place, 1)]
    return bytes(damaged)


def test_300_mutated_files_are_told_or_refused_in_a_sentence() -> None:
    chance = random.Random(20)
    files = [mutated(data, chance) for data in bases() for _ in range(50)]
    assert len(files) == 300
    read = 0
    for data in files:
        began = time.process_time()
        read += told(data) is not None
        assert time.process_time() - began < 1.0
    assert 60 < read < 300  # both happen
