"""Scores as clips: the melody of a MusicXML file, through music21.

The melody is the staff that calls itself so, else the first one; of notes that sound together
the highest counts. Positions are rounded to sixteenths, and a score in a meter we do not have is
read as 4/4. A first bar shorter than the others is an upbeat: rests fill it from the left.
"""

from __future__ import annotations

import io
import math
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any

from engines.music.bar_chords import bar_chords
from engines.music.files.key_signature import key_from
from engines.music.files.musicxml_chords import from_harmony
from engines.music.score import BAR_STEPS, STEPS_PER_BEAT, Clip, Meter, TempoChange
from engines.music.voice import MAX_BARS, MELODY_NAMES, Heard, one_voice, sane_tempo
from engines.protocol.errors import EngineError, bad_input

#: A score unpacked is no bigger: what is would be a trap.
_MOST_BYTES = 64 << 20
_DEFAULT_TEMPO, _VELOCITY = 120.0, 90
_METERS: dict[str, Meter] = {"4/4": "4/4", "3/4": "3/4", "6/8": "3/4"}


def from_musicxml(data: bytes) -> Clip:
    """The melody, chord symbols, tempi, meter and key of a score.

    Args:
        data: a MusicXML file, plain (``.musicxml``, ``.xml``) or compressed (``.mxl``).

    Raises:
        EngineError: kind ``bad_input``, when it is no score or holds no staff.
    """
    score = _open(_unpacked(data))
    staves = list(score.parts)
    if not staves:
        raise bad_input("The score holds no staff.", "Choose a file with a melody in it.")
    staff = _melody_staff(staves)
    meter = _meter(staff)
    steps, rests = BAR_STEPS[meter], _rests_before_upbeat(staff)
    notes = one_voice(_sounding(staff, rests))
    length = max([_step(staff.highestTime, rests), *(note.end for note in notes)])
    bars = min(max(math.ceil(length / steps), 1), MAX_BARS)
    tempo, tempos = _tempi(score, rests, steps, bars)
    return Clip(
        bars=bars,
        tempo=tempo,
        chords=_chords(staves, rests, steps, bars),
        notes=tuple(note for note in notes if note.start < bars * steps),
        meter=meter,
        key=_key(staff),
        tempos=tempos,
    )


def _unpacked(data: bytes) -> bytes:
    """The score inside a compressed file; a plain one as it is."""
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if n.lower().endswith((".xml", ".musicxml"))]
            scores = [name for name in names if not name.startswith("META-INF")]
            if not scores or archive.getinfo(scores[0]).file_size > _MOST_BYTES:
                raise bad_input("The compressed score holds no score.", "Export it again.")
            return archive.read(scores[0])
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise _unreadable(str(error)) from error


def _open(data: bytes) -> Any:
    from music21.musicxml.xmlToM21 import MusicXMLImporter

    importer = MusicXMLImporter()
    importer.xmlText = data
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what a clip does not hold anyway
            importer.parseXMLText()
    except Exception as error:
        raise _unreadable(f"{error}" or type(error).__name__) from error
    return importer.stream


def _unreadable(why: str) -> EngineError:
    return bad_input(
        f"This is not a score I can read: {why.splitlines()[0] if why else 'it is damaged'}.",
        "Export it again as MusicXML.",
    )


def _melody_staff(staves: list[Any]) -> Any:
    def named(staff: Any) -> bool:
        return any(word in str(staff.partName or "").lower() for word in MELODY_NAMES)

    with_notes = [staff for staff in staves if staff.recurse().notes]
    return (
        next(filter(named, with_notes), None)
        or next(filter(named, staves), None)
        or (with_notes or staves)[0]
    )


def _rests_before_upbeat(staff: Any) -> float:
    """Quarters that the first bar lacks; music21 has it begin at 0 all the same."""
    first = next(iter(staff.getElementsByClass("Measure")), None)
    return float(first.paddingLeft) if first is not None else 0.0


def _sounding(staff: Any, rests: float) -> list[Heard]:
    """Start, end, pitch and velocity of every note of a staff, tied heads as one; in steps.

    music21's own joining takes a C and a C with a natural sign for two pitches.
    """
    found: list[Heard] = []
    tied: dict[int, int] = {}  # pitch to the place in the list of a note that is tied on
    for element in staff.flatten().notes:
        if "Harmony" in element.classes or element.duration.isGrace:
            continue
        start = (rests + float(element.offset)) * STEPS_PER_BEAT
        end = start + float(element.quarterLength) * STEPS_PER_BEAT
        for head in getattr(element, "notes", (element,)):
            if not hasattr(head, "pitch"):  # unpitched percussion
                continue
            pitch = int(head.pitch.midi)
            tie = (head.tie or element.tie) and (head.tie or element.tie).type
            place = tied.pop(pitch, -1)
            if place >= 0 and tie in ("stop", "continue") and abs(found[place][1] - start) < 0.01:
                found[place] = (found[place][0], end, *found[place][2:])
            else:
                place = len(found)
                velocity = head.volume.velocity or element.volume.velocity or _VELOCITY
                found.append((start, end, pitch, min(max(int(velocity), 1), 127)))
            if tie in ("start", "continue"):
                tied[pitch] = place
    return found


def _step(beats: Any, rests: float) -> int:
    return round((rests + float(beats)) * STEPS_PER_BEAT)


def _meter(staff: Any) -> Meter:
    signatures = list(staff.recurse().getElementsByClass("TimeSignature"))
    return _METERS.get(signatures[0].ratioString, "4/4") if signatures else "4/4"


def _key(staff: Any) -> str:
    """The key that the score begins in, if it says a mode; a bare signature names none."""
    for signature in staff.recurse().getElementsByClass("Key"):
        return key_from(signature.sharps, str(signature.mode))
    return ""


def _tempi(
    score: Any, rests: float, steps: int, bars: int
) -> tuple[float, tuple[TempoChange, ...]]:
    by_bar: dict[int, float] = {}
    for mark in score.flatten().getElementsByClass("MetronomeMark"):
        beats = mark.getQuarterBPM()
        if beats:
            place = _step(mark.offset, rests if mark.offset else 0.0)
            by_bar[round(place / steps)] = sane_tempo(float(beats))
    first = by_bar.pop(0, _DEFAULT_TEMPO)
    changes: list[TempoChange] = []
    now = first
    for bar, tempo in sorted(by_bar.items()):
        if tempo != now and bar < bars:
            changes.append(TempoChange(bar, tempo))
            now = tempo
    return first, tuple(changes)


def _chords(staves: Iterable[Any], rests: float, steps: int, bars: int) -> tuple[str, ...]:
    """One symbol a bar: see :func:`bar_chords`; where two staves differ the upper one counts."""
    changes: list[tuple[float, str]] = []
    for staff in staves:
        for harmony in staff.flatten().getElementsByClass("Harmony"):
            symbol = from_harmony(harmony)
            if symbol is not None:
                changes.append((_step(harmony.offset, rests), symbol))
    return bar_chords(changes, steps, bars)
