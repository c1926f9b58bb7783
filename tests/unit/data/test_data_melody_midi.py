"""MIDI files as training data: which track, which chords, and a reason for every file left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_songs import PROGRESSION, arpeggio

from engines.data.melodies import load_melodies
from engines.data.melody_files import read_songs
from engines.music.chords import chord_from_index
from engines.music.encoding import notes_from_steps
from engines.music.files.midi import to_midi
from engines.music.score import DEFAULT_BAND, Clip, Meter
from engines.protocol.errors import EngineError

SYMBOLS = tuple(str(chord_from_index(int(triad))) for triad in PROGRESSION)


def song(start: int = 0, meter: Meter = "4/4", chords: tuple[str, ...] = SYMBOLS) -> Clip:
    steps = arpeggio(PROGRESSION, 4, start).reshape(-1)
    notes = notes_from_steps(steps)
    return Clip(bars=8, tempo=100.0, chords=chords, notes=notes, meter=meter)


def melody_only(clip: Clip) -> bytes:
    return to_midi(clip, DEFAULT_BAND[:1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eleven songs with markers, one without, a waltz, noise, and a text."""
    for number in range(11):
        (tmp_path / f"song-{number:02d}.mid").write_bytes(melody_only(song(number)))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bare.MIDI").write_bytes(melody_only(song(chords=("N.C.",) * 8)))
    (tmp_path / "waltz.mid").write_bytes(melody_only(song(meter="3/4")))
    (tmp_path / "broken.mid").write_bytes(b"MThd then nothing")
    (tmp_path / "read-me.txt").write_text("not music")
    return tmp_path


def test_every_file_is_used_or_has_a_reason(folder: Path) -> None:
    songs, report = read_songs(folder)
    assert (report.found, report.kept) == (14, 12)
    told = dict(line.split(": ", 1) for line in report.files)
    assert len(told) == 14
    assert told["waltz.mid"] == "left out, not in 4/4 or 2/2."
    assert told["broken.mid"] == "left out, not a MIDI file that can be read."
    assert told["song-03.mid"].endswith("chords from its markers.")
    assert told["sub/bare.MIDI"].endswith("chords told from the melody alone.")
    assert report.lines()[len(told)] == "14 songs found, 12 kept."
    by_name = {each.name: each for each in songs}
    for name in ("song-03.mid", "sub/bare.MIDI"):
        assert by_name[name].triads.tolist() == PROGRESSION.tolist()
    expected = arpeggio(PROGRESSION, 4, 3).reshape(-1)
    assert np.array_equal(by_name["song-03.mid"].steps, expected)


def test_songs_are_split_by_file(folder: Path) -> None:
    melodies = load_melodies(folder)
    held_out = {melodies.names[segment.song] for segment in melodies.held_out}
    training = {melodies.names[segment.song] for segment in melodies.training}
    assert held_out == {"song-00.mid", "song-10.mid"}
    assert len(training) == 10
    assert not held_out & training


def test_nothing_usable_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"no")
    with pytest.raises(EngineError, match="1 songs left out: not a MIDI file"):
        read_songs(tmp_path)
    (tmp_path / "b.mid").write_bytes(melody_only(song()))
    with pytest.raises(EngineError, match="nothing to learn from"):
        load_melodies(tmp_path)  # the only song is the one held out
