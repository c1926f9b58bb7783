"""What of a folder of songs a melody model can learn from, file by file, before it begins."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from engines.data.check import Check, Row, counted, sentence
from engines.data.melodies import HOLD_OUT_EVERY, SEGMENT_BARS, cut
from engines.data.melody_files import Report, Song, UnusableError, each_song
from engines.protocol.errors import EngineError, bad_input

FEW_SONGS = "Give more songs, of eight bars and more: of ten, one is kept apart to measure with."


def check_songs(path: Path, low: int, high: int) -> Check:
    """Read a folder or zip as training would.

    Args:
        path: see :func:`engines.data.melody_files.read_songs`.
        low: lowest MIDI pitch of the model's window.
        high: highest.

    Raises:
        EngineError: kind ``bad_input``, when the zip cannot be read.
    """
    rows: list[Row] = []
    songs = bars = number = whole = 0
    for name, song in each_song(path):
        if isinstance(song, UnusableError):
            rows.append(Row(name, False, sentence(str(song))))
            continue
        held_out = number % HOLD_OUT_EVERY == 0
        report = Report()
        lengths = [len(segment.steps) for segment in cut(song, number, low, high, report)]
        number += 1
        if not lengths:
            rows.append(Row(name, False, f"No bars to learn from: {_why(report.dropped)}."))
            continue
        rows.append(Row(name, True, _told(song, sum(lengths), held_out)))
        if held_out:
            whole += sum(length == SEGMENT_BARS for length in lengths)
        else:
            songs, bars = songs + 1, bars + sum(lengths)
    return Check(tuple(rows), counted(bars, "bar"), _problem(path, rows, songs, whole))


def _problem(path: Path, rows: list[Row], songs: int, whole: int) -> EngineError | None:
    if not rows:
        return bad_input(
            f"There are no songs in {path.name}.",
            "Choose a folder or zip with MIDI files (.mid) or lead sheets (.mxl); for pictures, a "
            "picture model.",
        )
    if not any(row.used for row in rows):
        return bad_input(
            f"Nothing in {path.name} can be learnt from.", "Each file's line says why."
        )
    if not songs:
        return bad_input(f"There are too few songs in {path.name}.", FEW_SONGS)
    if not whole:
        return bad_input(
            "The songs kept apart to measure with have no eight bars in a row with melody and "
            "chords.",
            FEW_SONGS,
        )
    return None


def _told(song: Song, bars: int, held_out: bool) -> str:
    parts = [counted(bars, "bar")]
    if held_out:
        parts.append("kept apart to measure with")
    if song.how:
        parts.append(song.how)
    return "; ".join(parts) + "."


def _why(dropped: Counter[str]) -> str:
    reasons = [f"{count} {reason}" for reason, count in dropped.most_common() if count]
    return ", ".join(reasons) or "it is empty"
