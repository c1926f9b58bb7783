"""What a MIDI file says of its time: resolution, tempi, meter, key and markers, made plausible.

Everything is told in steps (sixteenths) instead of ticks. What lies behind the longest song is a
broken tick and left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import mido
import numpy as np

from engines.music.bar_chords import bar_chords
from engines.music.chords import parse_chord
from engines.music.files.key_signature import key_from
from engines.music.scales import parse_key
from engines.music.score import BAR_STEPS, STEPS_PER_BAR, STEPS_PER_BEAT, Meter, TempoChange
from engines.music.voice import MAX_BARS, sane_tempo
from engines.protocol.errors import EngineError

#: The name of the first track of our own files, and what their text events begin with.
CONDUCTOR = "Duet"
REQUEST_PREFIX = "duet-request: "
KEY_PREFIX = "duet-key: "
SEEDS_PREFIX = "duet-seeds: "
DEFAULT_TEMPO = 120.0
TICKS_PER_BEAT = 480
LAST_STEP = MAX_BARS * STEPS_PER_BAR

#: Time signatures that we have bars for; those of six eighths are as long as three quarters.
_METERS: dict[tuple[int, int], Meter] = {
    (4, 4): "4/4",
    (2, 4): "4/4",
    (2, 2): "4/4",
    (8, 8): "4/4",
    (3, 4): "3/4",
    (6, 8): "3/4",
}
#: How much more a period of three beats must repeat than one of four before it is believed.
_CLEARLY = 1.15


@dataclass(frozen=True)
class Timing:
    """The time of one file.

    Attributes:
        ticks: ticks of a sixteenth.
        meter: what its bars are.
        remark: what was not believed, as a sentence; "" when the file was.
        key: root and mode, or "".
        ours: whether Duet wrote it.
        length: the first track's length in steps.
    """

    ticks: float
    tempo_events: tuple[tuple[float, float], ...]
    markers: tuple[tuple[float, str], ...]
    meter: Meter
    remark: str
    key: str
    ours: bool
    length: int

    def tempi(self, bars: int) -> tuple[float, tuple[TempoChange, ...]]:
        """The tempo of the first bar, and each later bar with another one.

        A tempo that changes inside a bar counts by its average: the bar lasts as long as it did.
        """
        size = BAR_STEPS[self.meter]
        places = [place for place, _ in self.tempo_events]
        lines = [self._bar_tempo(places, bar * size, (bar + 1) * size) for bar in range(bars)]
        now, changes = lines[0], []
        for bar, tempo in enumerate(lines):
            if abs(tempo - now) > 0.015:  # less is rounding
                changes.append(TempoChange(bar, tempo))
                now = tempo
        return lines[0], tuple(changes)

    def _bar_tempo(self, places: list[float], start: float, end: float) -> float:
        first = max(bisect_right(places, start + 0.01), 1)
        behind = bisect_left(places, end - 0.01, lo=first)
        seconds, place, tempo = 0.0, start, self.tempo_events[first - 1][1]
        if first == behind:  # none inside the bar
            return tempo
        for change, following in self.tempo_events[first:behind]:
            seconds += (change - place) / tempo
            place, tempo = change, following
        seconds += (end - place) / tempo
        return sane_tempo((end - start) / seconds)

    def chords(self, bars: int) -> tuple[str, ...]:
        """Chord symbols from markers, one a bar: see :func:`bar_chords`."""
        return bar_chords(self.markers, BAR_STEPS[self.meter], bars)


def read_timing(file: mido.MidiFile, onsets: Sequence[float]) -> Timing:
    """The time of a file.

    Args:
        file: as mido opened it.
        onsets: where its notes begin, in ticks, sorted; they tell the meter where the file lies.
    """
    ours = bool(file.tracks) and file.tracks[0].name == CONDUCTOR
    first_tempo = next((t for _, t in _tempo_events(file, 1.0)), DEFAULT_TEMPO)
    ticks = ticks_per_step(file.ticks_per_beat, first_tempo)
    markers = _markers(file, ticks, ours)
    meter, remark = _meter(file, ticks, [place / ticks for place in onsets], markers)
    events = tuple(sorted(_tempo_events(file, ticks), key=lambda event: event[0]))
    if not events or events[0][0] > BAR_STEPS[meter]:
        events = ((0.0, DEFAULT_TEMPO), *events)
    length = round(sum(m.time for m in file.tracks[0]) / ticks) if file.tracks else 0
    return Timing(ticks, events, markers, meter, remark, _key(file, ticks, ours), ours, length)


def ticks_per_step(resolution: int, tempo: float) -> float:
    """Ticks of a sixteenth. Negative resolutions are frames a second and ticks a frame."""
    if resolution < 0:
        frames, per_frame = -(resolution >> 8), resolution & 0xFF
        resolution = round(frames * per_frame * 60 / tempo)
    return (resolution or TICKS_PER_BEAT) / STEPS_PER_BEAT


def _events(file: mido.MidiFile, kind: str, ticks: float) -> Iterator[tuple[float, Any]]:
    """Place in steps and message, of one kind, in all tracks."""
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if now / ticks > LAST_STEP:
                break
            if message.type == kind:
                yield now / ticks, message


def _tempo_events(file: mido.MidiFile, ticks: float) -> Iterator[tuple[float, float]]:
    for place, message in _events(file, "set_tempo", ticks):
        if message.tempo > 0:
            yield place, sane_tempo(60e6 / message.tempo)


def _markers(file: mido.MidiFile, ticks: float, ours: bool) -> tuple[tuple[float, str], ...]:
    """The markers that are chord symbols."""
    found = []
    for place, message in _events(file, "marker", ticks):
        try:
            found.append((place, str(parse_chord(message.text))))
        except EngineError:  # a marker that is no chord: "Verse"
            continue
    found.sort(key=lambda marker: marker[0])
    symbols = [symbol for _, symbol in found]
    if not ours and symbols == ["A", "B", "C", "D", "E", "F", "G"][: len(symbols)]:
        return ()  # the letters of a score's sections
    return tuple(found)


def _meter(
    file: mido.MidiFile, ticks: float, onsets: Sequence[float], markers: Sequence[tuple[float, str]]
) -> tuple[Meter, str]:
    signature = next((m for _, m in _events(file, "time_signature", ticks)), None)
    if signature is not None:
        known = _METERS.get((signature.numerator, signature.denominator))
        if known is not None:
            return known, ""
    meter = _guessed_meter(onsets, [place for place, _ in markers])
    if signature is None:
        return meter, "" if meter == "4/4" else "No time signature: the notes repeat in threes."
    said = f"{signature.numerator}/{signature.denominator}"
    return meter, f"The time signature {said} is not used: bars are read as {meter}."


def _guessed_meter(onsets: Sequence[float], markers: Sequence[float]) -> Meter:
    """3/4 where chords stand on its bar lines only, or the onsets repeat in threes; else 4/4."""
    places = [round(place) for place in markers if place > 0]
    threes, fours = ([p for p in places if p % size == 0] for size in (12, 16))
    if len(places) >= 3 and len(threes) != len(fours):
        return "3/4" if len(threes) > len(fours) else "4/4"
    steps = np.round(np.asarray(onsets, np.float64))
    steps = steps[(steps >= 0) & (steps < LAST_STEP)].astype(np.int64)
    if len(steps) < 12:
        return "4/4"
    struck = np.bincount(steps).astype(np.float64)
    struck -= struck.mean()

    def repeats(lag: int) -> float:
        return float(struck[lag:] @ struck[:-lag]) / max(len(struck) - lag, 1)

    if len(struck) <= 2 * STEPS_PER_BAR:
        return "4/4"
    three, four = repeats(12) + repeats(24), repeats(16) + repeats(32)
    return "3/4" if three > _CLEARLY * max(four, 0.0) and three > 0 else "4/4"


def _key(file: mido.MidiFile, ticks: float, ours: bool) -> str:
    """The key that the file says; a foreign C major is what programs write when nobody asked."""
    for _, message in _events(file, "text", ticks) if ours else ():
        key = str(message.text).removeprefix(KEY_PREFIX)
        if key != message.text:
            try:
                parse_key(key)
            except EngineError:
                continue
            return key
    for _, message in _events(file, "key_signature", ticks):
        minor = message.key.endswith("m")
        sharps = _SIGNATURES.index(message.key) % 15 - 7
        key = key_from(sharps, "minor" if minor else "major")
        return key if ours or message.key != "C" else ""
    return ""


#: mido's names of the signatures from seven flats to seven sharps, major and then minor.
_SIGNATURES = (
    *("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"),
    *("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m"),
    "A#m",
)
