"""Scores: ours out and in again, what music21's reader makes of them, and other people's."""

from __future__ import annotations

import io
import random
import zipfile
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from clip_strategies import NO_SHRINKING, clips
from hypothesis import example, given, settings
from hypothesis import strategies as st
from music21 import converter, tempo

from engines.music.files.musicxml import from_musicxml, to_musicxml
from engines.music.files.musicxml_bars import HEADS, heads
from engines.music.score import DEFAULT_BAND, Band, Clip, Note, TempoChange
from engines.music.sound.performance import PART_TITLES, melody_alone, part_notes
from engines.protocol.errors import EngineError

EVERYBODY: Band = tuple(msgspec.structs.replace(part, on=True) for part in DEFAULT_BAND)
CLIP = Clip(
    bars=4,
    tempo=110.0,
    chords=("C", "Am7/G", "Am7/G", "N.C."),
    notes=(Note(0, 4, 60), Note(5, 6, 61, 70), Note(12, 24, 64), Note(40, 5, 63)),
    tempos=(TempoChange(2, 97.5),),
    key="D dorian",
)
WALTZ = Clip(
    bars=3,
    tempo=168.0,
    chords=("F", "Bb", "C7"),
    notes=(Note(0, 30, 65), Note(30, 6, 70)),
    meter="3/4",
    key="F major",
)


@settings(max_examples=10, deadline=None, phases=NO_SHRINKING)
@example(CLIP)
@example(WALTZ)
@given(clips())
def test_a_clip_comes_back_as_it_was(clip: Clip) -> None:
    data = to_musicxml(clip, melody_alone())
    # A score has no place for seeds.
    assert from_musicxml(data) == msgspec.structs.replace(clip, seeds=())
    assert heard(read(data).parts[0]) == wanted(clip.notes)


def read(data: bytes) -> Any:
    return converter.parseData(data, format="musicxml")


def heard(staff: Any) -> list[tuple[Fraction, Fraction, int]]:
    """Onset, duration (in quarters) and pitch of every note that music21 finds, ties joined."""
    return sorted(
        (Fraction(element.offset), Fraction(element.quarterLength), pitch.midi)
        for element in staff.stripTies(matchByPitch=False).flatten().notes
        if "Harmony" not in element.classes
        for pitch in element.pitches
    )


def wanted(notes: Any) -> list[tuple[Fraction, Fraction, int]]:
    return sorted((Fraction(n.start, 4), Fraction(n.length, 4), n.pitch) for n in notes)


@pytest.mark.parametrize("clip", [CLIP, WALTZ])
def test_every_part_of_the_band_has_a_staff_with_its_notes(clip: Clip) -> None:
    score = read(to_musicxml(clip, EVERYBODY))
    assert [staff.partName for staff in score.parts] == list(PART_TITLES.values())
    for staff, part in zip(score.parts, EVERYBODY, strict=True):
        measures = staff.getElementsByClass("Measure")
        assert len(measures) == clip.bars
        for measure in measures:
            assert measure.highestTime == clip.bar_steps / 4
        if part.kind != "drums":
            assert heard(staff) == wanted(part_notes(clip, EVERYBODY, part))
    drums = score.parts[3].flatten().notes
    assert len({note.offset for note in drums}) == len(
        {note.start for note in part_notes(clip, EVERYBODY, EVERYBODY[3])}
    )


def test_parts_that_are_off_are_not_written() -> None:
    titles = [staff.partName for staff in read(to_musicxml(CLIP)).parts]
    assert titles == ["Melody", "Chords (pattern)"]


def test_the_score_says_what_a_score_should_say() -> None:
    text = to_musicxml(CLIP, melody_alone()).decode()
    assert "<work-title>Melody</work-title>" in text or "<movement-title>Melody" in text
    assert text.count("<harmony>") == 3  # the held chord is written once
    assert "<per-minute>97.5</per-minute>" in text
    assert "<mode>dorian</mode>" in text
    marks = read(text.encode()).flatten().getElementsByClass(tempo.MetronomeMark)
    assert [mark.number for mark in marks] == [110, 97.5]


@given(st.integers(0, 16), st.integers(0, 16))
def test_heads_fill_exactly(begin: int, end: int) -> None:
    made = list(heads(begin, end))
    assert sum(length for _, length in made) == max(0, end - begin)
    place = begin
    for start, length in made:
        assert start == place
        assert length in HEADS
        place += length


@pytest.mark.parametrize(
    ("begin", "end", "lengths"),
    [
        (0, 16, [16]),
        (0, 5, [4, 1]),
        (2, 6, [4]),
        (3, 6, [1, 2]),
        (6, 12, [2, 4]),
        (2, 16, [2, 12]),
    ],
)
def test_heads_show_the_beats(begin: int, end: int, lengths: list[int]) -> None:
    assert [length for _, length in heads(begin, end)] == lengths


def test_a_natural_sign_does_not_cut_a_tie() -> None:
    clip = msgspec.structs.replace(WALTZ, key="", notes=(Note(7, 1, 73), Note(8, 9, 72)))
    assert from_musicxml(to_musicxml(clip)).notes == clip.notes


# --- other people's scores -------------------------------------------------------------------

LEAD_SHEET = """<?xml version="1.0"?>
<score-partwise version="4.0">
  <part-list>
    <score-part id="P1"><part-name>Piano</part-name></score-part>
    <score-part id="P2"><part-name>Vocals</part-name></score-part>
  </part-list>
  <part id="P1"><measure number="1">
    <attributes><divisions>1</divisions><time><beats>6</beats><beat-type>8</beat-type></time>
    </attributes>
    <note><pitch><step>C</step><octave>6</octave></pitch><duration>3</duration></note>
  </measure></part>
  <part id="P2"><measure number="1">
    <attributes><divisions>2</divisions><time><beats>6</beats><beat-type>8</beat-type></time>
    </attributes>
    <harmony><root><root-step>E</root-step><root-alter>-1</root-alter></root>
      <kind>minor-seventh</kind></harmony>
    <note><pitch><step>G</step><octave>4</octave></pitch><duration>3</duration></note>
    <note><chord/><pitch><step>B</step><alter>-1</alter><octave>4</octave></pitch>
      <duration>3</duration></note>
    <note><rest/><duration>1</duration></note>
    <note><pitch><step>F</step><octave>4</octave></pitch><duration>2</duration></note>
  </measure></part>
</score-partwise>"""


UPBEAT = """<score-partwise version="4.0">
  <part-list><score-part id="P1"><part-name>Melody</part-name></score-part></part-list>
  <part id="P1">
  <measure number="0" implicit="yes">
    <attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>
    </attributes>
    <direction><sound tempo="90"/></direction>
    <harmony><root><root-step>G</root-step></root><kind>dominant</kind></harmony>
    <note><pitch><step>G</step><octave>4</octave></pitch><duration>1</duration></note>
  </measure>
  <measure number="1">
    <harmony><root><root-step>C</root-step></root><kind>major</kind></harmony>
    <note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration></note>
  </measure>
  <measure number="2">
    <harmony><root><root-step>F</root-step></root><kind>major</kind></harmony>
    <note><pitch><step>A</step><octave>4</octave></pitch><duration>1</duration></note>
    <harmony><root><root-step>G</root-step></root><kind>major</kind></harmony>
    <note><pitch><step>B</step><octave>4</octave></pitch><duration>3</duration></note>
  </measure>
  </part>
</score-partwise>"""


def test_an_upbeat_comes_before_the_bar_line() -> None:
    clip = from_musicxml(UPBEAT.encode())
    assert [(note.start, note.pitch) for note in clip.notes] == [
        (12, 67), (16, 72), (32, 69), (36, 71),
    ]  # fmt: skip
    assert (clip.bars, clip.chords) == (3, ("G7", "C", "G"))  # the longest of a bar counts


def compressed(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("score.xml", text)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [LEAD_SHEET.encode(), compressed(LEAD_SHEET)])
def test_the_staff_of_the_singer_is_the_melody(data: bytes) -> None:
    clip = from_musicxml(data)
    assert clip.notes == (Note(0, 6, 70), Note(8, 4, 65))
    assert (clip.bars, clip.meter, clip.tempo, clip.chords) == (1, "3/4", 120.0, ("Ebm7",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4 no archive",
        b"<score-partwise/>",
        b"<html></html>",
        b"MThd",
        LEAD_SHEET.replace("G</step>", "X</step>").encode(),
        compressed("<"),
    ],
)
def test_what_is_no_score_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(EngineError) as error:
        from_musicxml(data)
    assert error.value.kind == "bad_input"
    assert "\n" not in str(error.value)


def test_damaged_scores_never_raise_anything_else() -> None:
    chance = random.Random(5)
    whole = LEAD_SHEET.encode()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(300, len(data))
            data[place : place + chance.choice([0, 1, 20])] = chance.choice(
                [b"", b"-", b"9", b"x", b"<note/>", b"999999"]
            )
        try:
            clip = from_musicxml(bytes(data))
        except EngineError:
            continue
        assert 1 <= clip.bars <= 1024
