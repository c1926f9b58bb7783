"""Reading songs with a melody and chords: POP909's structure set, MusicXML lead sheets, MIDI.

All end as :class:`Song`: sixteenth-note steps of 4/4 bars and one triad a bar. Only what reads MIDI
needs more than numpy and the standard library.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import LETTERS, pitch_class
from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT
from engines.protocol.errors import bad_input

REST = 255
NO_TRIAD = -1
#: Endings of MIDI files, in lower case.
MIDI = (".mid", ".midi")


@dataclass(frozen=True)
class Song:
    """One song.

    Attributes:
        name: where it came from.
        steps: (bars * 16,) MIDI pitches, :data:`REST` for silence.
        triads: (bars,) triad 0..23 that sounds longest in the bar, or :data:`NO_TRIAD`.
        how: where melody and chords were found, if there was a choice.
    """

    name: str
    steps: NDArray[np.uint8]
    triads: NDArray[np.int64]
    how: str = ""


@dataclass
class Report:
    """What was found in a data set, and what was left out and why.

    Attributes:
        found: songs there are.
        kept: songs with a melody over chords.
        dropped: how many of what was left out, by reason.
        files: of MIDI files, each with what was read from it or why nothing was.
    """

    found: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in plain sentences."""
        reasons = [f"{count} {reason}" for reason, count in self.dropped.most_common()]
        return [*self.files, f"{self.found} songs found, {self.kept} kept.", *reasons]


class UnusableError(Exception):
    """A song that cannot be used; the text is the reason as the report counts it."""


def read_songs(path: Path) -> tuple[list[Song], Report]:
    """All usable songs of a zip or folder, in the order of their names.

    Raises:
        EngineError: kind ``bad_input``, when there is nothing that can be read.
    """
    report = Report()
    songs: list[Song] = []
    for name, song in each_song(path):
        report.found += 1
        if isinstance(song, UnusableError):
            report.dropped[f"songs left out: {song}"] += 1
            if name.lower().endswith(MIDI):
                report.files.append(f"{name}: left out, {song}.")
            continue
        songs.append(song)
        if song.how:
            report.files.append(f"{name}: {song.how}.")
    report.kept = len(songs)
    if not songs:
        told = "; ".join(f"{count} {reason}" for reason, count in report.dropped.most_common(3))
        raise bad_input(
            f"There are no melodies in {path}" + (f" ({told})." if told else "."),
            "Give a zip or folder of MIDI files (.mid) or MusicXML lead sheets (.mxl), or the "
            "POP909 structure set.",
        )
    return songs, report


def each_song(path: Path) -> Iterator[tuple[str, Song | UnusableError]]:
    """Every song of a zip or folder by name, or why it cannot be used, in the order of names.

    Raises:
        EngineError: kind ``bad_input``, when the zip cannot be read.
    """
    for name, reader, load in sorted(_songs_in(path), key=lambda found: found[0]):
        try:
            yield name, reader(name, load)
        except UnusableError as reason:
            yield name, reason
        except OSError as error:
            yield (
                name,
                UnusableError(f"it cannot be read, {(error.strerror or str(error)).lower()}"),
            )


Load = Callable[[str], bytes]
Reader = Callable[[str, Load], Song]


def _songs_in(path: Path) -> Iterator[tuple[str, Reader, Load]]:
    names, load = _files(path)
    annotated = any(name.endswith("/melody.txt") for name in names)
    for name in names:
        if name.endswith("/melody.txt"):
            yield name.removesuffix("/melody.txt"), read_pop909, load
        elif name.endswith((".mxl", ".musicxml")):
            yield name, read_musicxml, load
        elif name.lower().endswith(MIDI) and not annotated:  # there, a phrase by accident
            yield name, read_midi_song, load


def _files(path: Path) -> tuple[list[str], Load]:
    if path.is_dir():
        names = [p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()]
        return names, lambda name: (path / name).read_bytes()
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise bad_input(f"{path} cannot be read: {error}.", "Give a zip or a folder.") from error
    return archive.namelist(), archive.read


# --- POP909 structure set --------------------------------------------------------------------


def read_pop909(name: str, load: Load) -> Song:
    """A song of the POP909 structure set: melody and chords as lines of text.

    Raises:
        UnusableError: a file is missing or holds no notes.
    """
    try:
        melody = load(f"{name}/melody.txt").decode()
        chords = load(f"{name}/finalized_chord.txt").decode(errors="replace")
    except (KeyError, OSError) as error:
        raise UnusableError("melody or chords missing") from error
    rows = [tuple(map(int, line.split())) for line in melody.splitlines() if line.strip()]
    steps = [pitch or REST for pitch, length in rows for _ in range(length)]
    triads = [
        triad
        for line in chords.splitlines()
        if line.strip()
        for triad in [_pop909_triad(line.split("[")[0].strip())] * (4 * _last_number(line))
    ]
    return _song(name, np.array(steps, dtype=np.int64), np.array(triads, dtype=np.int64))


def _last_number(line: str) -> int:
    return int(float(line.split()[-1]))


def _pop909_triad(symbol: str) -> int:
    root, _, quality = symbol.partition(":")
    if not quality or root[0] not in LETTERS:
        return NO_TRIAD
    return pitch_class(root) + 12 * quality.startswith(("min", "dim", "hdim"))


# --- MusicXML --------------------------------------------------------------------------------


def read_musicxml(name: str, load: Load) -> Song:
    """A lead sheet: one part, chords as ``harmony`` elements; bars in written order.

    A first bar shorter than the others is an upbeat and is filled with rests from the left. Bars
    of another length are left empty, which ends the segment there.

    Raises:
        UnusableError: not 4/4 or 2/2, no chords, or no readable XML.
    """
    part = _xml(name, load(name)).find("part")
    if part is None:
        raise UnusableError("no part in the sheet")
    steps: list[int] = []
    triads: list[int] = []
    divisions, quarters, triad = 1.0, 4.0, NO_TRIAD
    for measure in part.findall("measure"):
        divisions = float(measure.findtext("attributes/divisions", str(divisions)))
        if (beats := measure.findtext("attributes/time/beats")) is not None:
            unit = float(measure.findtext("attributes/time/beat-type", "4"))
            quarters = float(beats) * 4 / unit
        bar, bar_triads, triad = _measure(measure, STEPS_PER_BEAT / divisions, triad)
        short = STEPS_PER_BAR - len(bar)
        if quarters != 4.0 or short < 0 or (short and steps):
            bar = bar_triads = []
        steps += [REST] * (STEPS_PER_BAR - len(bar)) + bar
        triads += [NO_TRIAD] * (STEPS_PER_BAR - len(bar)) + bar_triads
    if quarters != 4.0:
        raise UnusableError("not in 4/4 or 2/2")
    return _song(name, np.array(steps, dtype=np.int64), np.array(triads, dtype=np.int64))


def _xml(name: str, data: bytes) -> ElementTree.Element:
    try:
        if not name.endswith(".mxl"):
            return ElementTree.fromstring(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [n for n in archive.namelist() if n.endswith("xml") and "META-INF" not in n]
            return ElementTree.fromstring(archive.read(sheets[0]))
    except (ElementTree.ParseError, zipfile.BadZipFile, IndexError) as error:
        raise UnusableError("unreadable file") from error


def _measure(
    measure: ElementTree.Element, scale: float, triad: int
) -> tuple[list[int], list[int], int]:
    """Pitches and triads of one measure by step, and the triad that goes on after it."""
    notes: list[tuple[float, float, int]] = []
    changes: list[tuple[float, int]] = [(0.0, triad)]
    position = 0.0
    for item in measure:
        length = float(item.findtext("duration", "0")) * scale
        if item.tag == "harmony":
            place = position + float(item.findtext("offset", "0")) * scale
            changes.append((max(place, 0.0), _harmony_triad(item)))
        elif item.tag == "backup":
            position -= length
        elif item.tag == "forward" or (item.tag == "note" and item.find("chord") is None):
            if item.tag == "note" and item.find("grace") is None:
                notes.append((position, position + length, _pitch(item)))
            position += length
    size = round(max([end for _, end, _ in notes], default=0.0))
    bar, triads = [REST] * size, [NO_TRIAD] * size
    for start, end, pitch in notes:
        bar[round(start) : round(end)] = [pitch] * (round(end) - round(start))
    for start, index in sorted(changes, key=lambda change: change[0]):
        triads[round(start) :] = [index] * max(size - round(start), 0)
    return bar, triads, changes[-1][1]


def _pitch(note: ElementTree.Element) -> int:
    step = note.findtext("pitch/step")
    if step is None:
        return REST
    alter = round(float(note.findtext("pitch/alter", "0")))
    return 12 * (int(note.findtext("pitch/octave", "4")) + 1) + LETTERS[step] + alter


def _harmony_triad(harmony: ElementTree.Element) -> int:
    root = harmony.findtext("root/root-step")
    kind = (harmony.findtext("kind") or "major").strip()
    if root is None or kind == "none":
        return NO_TRIAD
    alter = round(float(harmony.findtext("root/root-alter", "0")))
    minor = kind.startswith(("minor", "dim", "half-dim"))
    return (LETTERS[root] + alter) % 12 + 12 * minor


# --- MIDI ------------------------------------------------------------------------------------


def read_midi_song(name: str, load: Load) -> Song:
    """The likeliest melody of a MIDI file, see :func:`engines.data.melody_midi.read_midi`.

    Raises:
        UnusableError: nothing there to sing.
    """
    from engines.data.melody_midi import read_midi

    try:
        found = read_midi(load(name))
    except (OSError, zipfile.BadZipFile) as error:
        raise UnusableError("unreadable file") from error
    if isinstance(found, str):
        raise UnusableError(found)
    steps = np.where(found.pitches < 0, REST, found.pitches)
    triads = np.repeat(found.triads, STEPS_PER_BAR)
    return replace(_song(name, steps, triads), how=found.how)


# --- all -------------------------------------------------------------------------------------


def _song(name: str, steps: NDArray[np.int64], triads: NDArray[np.int64]) -> Song:
    """Cut to whole bars and settle on one triad a bar: the one that sounds longest."""
    if not len(triads) or (triads == NO_TRIAD).all():
        raise UnusableError("no chords")
    if not len(steps) or (steps == REST).all():
        raise UnusableError("no notes")
    bars = max(len(steps), 1) // STEPS_PER_BAR
    if not bars:
        raise UnusableError("shorter than a bar")
    size = bars * STEPS_PER_BAR
    padded = np.full(size, NO_TRIAD, dtype=np.int64)
    padded[: len(triads)] = triads[:size]
    longest = [_longest(bar) for bar in padded.reshape(bars, STEPS_PER_BAR)]
    return Song(name, steps[:size].astype(np.uint8), np.array(longest, dtype=np.int64))


def _longest(triads: NDArray[np.int64]) -> int:
    """The triad with most steps; the earlier of two equals; none only if there is no other."""
    sounding = triads[triads != NO_TRIAD]
    if not len(sounding):
        return NO_TRIAD
    return int(Counter(sounding.tolist()).most_common(1)[0][0])
