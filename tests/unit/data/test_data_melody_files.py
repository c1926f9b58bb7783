"""Songs from files: the two forms, and what is left out with a reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from engines.data.melody_files import NO_TRIAD, REST, UnusableError, read_musicxml, read_songs
from engines.protocol.errors import EngineError

SHEET = """<?xml version="1.0"?>
<score-partwise><part id="P1">
<measure number="0">
  <attributes><divisions>2</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>
  <note><pitch><step>G</step><octave>4</octave></pitch><duration>2</duration></note>
</measure>
<measure number="1">
  <harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>minor-seventh</kind></harmony>
  <note><pitch><step>D</step><alter>-1</alter><octave>5</octave></pitch><duration>4</duration></note>
  <harmony><root><root-step>F</root-step></root><kind>suspended-fourth</kind></harmony>
  <note><rest/><duration>2</duration></note>
  <note><grace/><pitch><step>C</step><octave>4</octave></pitch></note>
  <note><pitch><step>C</step><octave>5</octave></pitch><duration>1</duration></note>
  <note><pitch><step>B</step><octave>4</octave></pitch><duration>1</duration></note>
</measure>
<measure number="2">
  <harmony><root><root-step>G</root-step></root><kind>none</kind></harmony>
  <note><pitch><step>A</step><octave>4</octave></pitch><duration>8</duration></note>
</measure>
<measure number="3">
  <note><pitch><step>A</step><octave>4</octave></pitch><duration>4</duration></note>
</measure>
</part></score-partwise>"""


def sheet(text: str = SHEET) -> bytes:
    return text.encode()


def test_a_lead_sheet_by_hand() -> None:
    song = read_musicxml("a.musicxml", lambda name: sheet())
    bars = song.steps.reshape(-1, 16)
    assert bars[0].tolist() == [REST] * 12 + [67] * 4  # the upbeat stands at the bar's end
    assert bars[1].tolist() == [73] * 8 + [REST] * 4 + [72] * 2 + [71] * 2
    assert bars[2].tolist() == [69] * 16
    assert bars[3].tolist() == [REST] * 16  # half a bar: a repeat's split, left out
    # Bb minor and F share bar 1 evenly: the earlier counts. No chord is no triad.
    assert song.triads.tolist() == [NO_TRIAD, 22, NO_TRIAD, NO_TRIAD]


def test_cut_time_is_read_and_waltzes_are_not() -> None:
    cut = SHEET.replace("<beats>4</beats><beat-type>4<", "<beats>2</beats><beat-type>2<")
    song = read_musicxml("a.musicxml", lambda name: sheet(cut))
    assert song.steps[16] == 73
    waltz = SHEET.replace("<beats>4", "<beats>3")
    with pytest.raises(UnusableError, match="4/4"):
        read_musicxml("a.musicxml", lambda name: sheet(waltz))


def pop909(folder: Path, name: str, melody: str, chords: str) -> None:
    song = folder / name
    song.mkdir(parents=True)
    (song / "melody.txt").write_text(melody)
    (song / "finalized_chord.txt").write_text(chords)


def test_a_pop909_song_by_hand(tmp_path: Path) -> None:
    pop909(
        tmp_path,
        "001",
        "0 4\n60 8\n62 4\n64 16\n65 3\n",
        "B:maj [3, 6, 11] 11 3\nEb:min7/b3 [3, 6, 10, 1] 6 1\nN [] 0 4\nBb:sus4(b7) [] 10 4\n",
    )
    (song,), report = read_songs(tmp_path)
    assert song.name == "001"
    assert song.steps.tolist() == [REST] * 4 + [60] * 8 + [62] * 4 + [64] * 16
    assert song.triads.tolist() == [11, NO_TRIAD]  # three beats of B beat one of E flat minor
    assert (report.found, report.kept) == (1, 1)


def test_songs_are_sorted_and_what_is_dropped_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "songs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/two.musicxml", SHEET)
        archive.writestr("a/one.musicxml", SHEET)
        archive.writestr("broken.musicxml", "<score-partwise>")
        archive.writestr("broken.mxl", b"not a zip")
        archive.writestr("waltz.musicxml", SHEET.replace("<beats>4", "<beats>3"))
        archive.writestr("README.md", "no song")
    songs, report = read_songs(path)
    assert [song.name for song in songs] == ["a/one.musicxml", "b/two.musicxml"]
    assert report.found == 5
    assert report.lines() == [
        "5 songs found, 2 kept.",
        "2 songs left out: unreadable file",
        "1 songs left out: not in 4/4 or 2/2",
    ]


def test_reading_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    pop909(tmp_path, "001", "60 16\n", "C:maj [] 0 4\n")
    before = sorted(p.as_posix() for p in tmp_path.rglob("*"))
    read_songs(tmp_path)
    assert sorted(p.as_posix() for p in tmp_path.rglob("*")) == before


def test_nothing_to_read_is_said_in_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.zip"):
        with pytest.raises(EngineError) as error:
            read_songs(path)
        assert error.value.kind == "bad_input"


@pytest.mark.parametrize(("file", "kept"), [("pop909_structure.zip", 909), ("openewld.zip", 388)])
def test_the_shared_data(shared_data: Path, file: str, kept: int) -> None:
    songs, report = read_songs(shared_data / "melodies" / file)
    assert len(songs) == report.kept == kept
    for song in songs:
        assert len(song.steps) == 16 * len(song.triads)
        assert song.triads.max() < 24
        sounding = song.steps[song.steps != REST]
        assert sounding.min() > 20
        assert np.median(sounding) < 90
