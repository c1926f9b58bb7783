"""Tolerant reading of anybody's MIDI file: what its tracks hold, and a melody from one of them.

What files do wrong is put right where it can be: overlaps are cut, impossible bytes clipped,
far-away ticks ignored, a missing or impossible resolution replaced, and a time signature that we
have no bars for is not used. What cannot be used is told, track by track.
"""

from __future__ import annotations

import io
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

import mido
from mido.midifiles.meta import KeySignatureError

from engines.music.chord_detection import detect_chords
from engines.music.chords import NO_CHORD
from engines.music.files.midi_timing import (
    LAST_STEP,
    REQUEST_PREFIX,
    SEEDS_PREFIX,
    Timing,
    read_timing,
)
from engines.music.score import BAR_STEPS, STEPS_PER_BEAT, Clip, Note
from engines.music.voice import MAX_BARS, MELODY_NAMES, Heard, one_voice
from engines.protocol.errors import bad_input
from engines.protocol.params import SEED_MAX

DRUM_CHANNEL = 9
#: Fewer notes than this are an effect or a mistake, where other tracks have more.
FEW_NOTES = 4
#: A track with more than this share of its notes sounding together plays chords.
CHORDAL = 0.5
#: Mean pitch under which a single voice is a bass (C3), and what a melody's register is.
BASS_BELOW, REGISTER = 48, (55, 86)
_NOT_MIDI = (OSError, EOFError, ValueError, LookupError, KeySignatureError, TypeError)


@dataclass(frozen=True)
class Row:
    """One channel of one track.

    Attributes:
        track: which track, from 0.
        channel: MIDI channel 0..15; -1 for a track without notes.
        name: the track's name, or "".
        program: the first General MIDI program it asks for, -1 where it asks for none.
        notes: how many notes it holds.
        low: lowest pitch; 0 without notes.
        high: highest pitch.
        together: share 0..1 of its notes that sound together with another one.
        why: what it is to us, as words: "Drums: not a melody.".
        usable: whether a melody can be read from it.
    """

    track: int
    channel: int
    name: str
    program: int
    notes: int
    low: int
    high: int
    together: float
    why: str
    usable: bool


@dataclass(frozen=True)
class Survey:
    """What a MIDI file holds.

    Attributes:
        rows: every channel of every track, in the file's order.
        guess: the row that is taken for the melody; -1 when there is none.
        timing: tempi, meter, key and markers.
        request: the request that made a file of ours, as JSON; "" when there is none.
        seeds: of a file of ours, for each bar the seed that wrote it; () when there are none.
    """

    rows: tuple[Row, ...]
    guess: int
    timing: Timing
    request: str
    seeds: tuple[int, ...]
    _heard: tuple[tuple[Heard, ...], ...] = field(repr=False)

    @property
    def candidates(self) -> tuple[int, ...]:
        """The rows a melody can be read from."""
        return tuple(number for number, row in enumerate(self.rows) if row.usable)

    def sounding(self) -> tuple[Note, ...]:
        """Every note but the drums', rounded to the grid: what chords can be told from."""
        return tuple(
            Note(round(start), max(round(end) - round(start), 1), pitch, velocity)
            for number in self.candidates
            for start, end, pitch, velocity in self._heard[number]
            if round(start) >= 0
        )

    def clip(self, row: int | None = None) -> Clip:
        """The melody of a row on the grid of sixteenths, with the file's chords and tempi.

        Of notes struck together the highest counts, and a note ends where the next begins.

        Args:
            row: one of :attr:`candidates`; the guess when not given.

        Raises:
            EngineError: kind ``bad_input``: there is no melody in it.
        """
        number = self.guess if row is None else row
        usable = 0 <= number < len(self.rows) and self.rows[number].usable
        if not usable and not (row is None and self.timing.ours):
            raise bad_input("The MIDI file holds no notes.", "Choose a file with a melody in it.")
        notes = one_voice(self._heard[number]) if usable else ()
        end = max((note.end for note in notes), default=0)
        if self.timing.ours:
            end = max(end, self.timing.length)
        meter = self.timing.meter
        bars = min(max(math.ceil(end / BAR_STEPS[meter]), 1), MAX_BARS)
        steps = bars * BAR_STEPS[meter]
        tempo, tempos = self.timing.tempi(bars)
        return Clip(
            bars=bars,
            tempo=tempo,
            chords=self._chords(bars),
            notes=tuple(note for note in notes if note.start < steps),
            meter=meter,
            key=self.timing.key,
            tempos=tempos,
            seeds=self.seeds if number == self.guess and len(self.seeds) == bars else (),
        )

    def _chords(self, bars: int) -> tuple[str, ...]:
        """The markers' symbols, else what the tracks of chords sound like."""
        if self.timing.markers or self.timing.ours:
            return self.timing.chords(bars)
        notes = [
            Note(round(start), max(round(end - start), 1), pitch)
            for row, heard in zip(self.rows, self._heard, strict=True)
            if row.usable and row.together > CHORDAL
            for start, end, pitch, _ in heard
        ]
        if not notes:
            return (NO_CHORD,) * bars
        return detect_chords(notes, bars, BAR_STEPS[self.timing.meter])


def survey(data: bytes) -> Survey:
    """Look through a MIDI file.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file.
    """
    file = open_midi(data)
    tracks = [_read_track(track) for track in file.tracks]
    onsets = sorted(note[0] for track in tracks for notes in track.notes.values() for note in notes)
    timing = read_timing(file, onsets)
    rows: list[Row] = []
    heard: list[tuple[Heard, ...]] = []
    for number, track in enumerate(tracks):
        for channel, notes in sorted(track.notes.items()):
            steps = tuple(_in_steps(notes, timing.ticks))
            rows.append(_row(number, channel, track, steps))
            heard.append(steps)
        if not track.notes:
            ours = number == 0 and timing.ours
            rows.append(_empty_row(number, track, ours))
            heard.append(())
    guess = _guess(rows, heard, timing.ours)
    return Survey(
        rows=tuple(_judged(rows, guess, bool(timing.markers))),
        guess=guess,
        timing=timing,
        request=_said(file, REQUEST_PREFIX),
        seeds=_seeds(_said(file, SEEDS_PREFIX)),
        _heard=tuple(heard),
    )


def from_midi(data: bytes) -> Clip:
    """The melody of a MIDI file: of the track that calls itself so, else of the likeliest.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file or holds no notes.
    """
    return survey(data).clip()


def request_of(data: bytes) -> str:
    """The request that a file of ours carries, as JSON; "" when there is none.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file.
    """
    return _said(open_midi(data), REQUEST_PREFIX)


def _said(file: mido.MidiFile, prefix: str) -> str:
    """What a text event of ours says after its prefix; "" when there is none."""
    for message in (message for track in file.tracks for message in track):
        if message.type == "text" and message.text.startswith(prefix):
            return str(message.text.removeprefix(prefix))
    return ""


def _seeds(listed: str) -> tuple[int, ...]:
    """Numbers from -1 to the greatest seed; () when anything else is among them."""
    words = listed.split()
    if not all(re.fullmatch(r"-1|\d{1,10}", word) for word in words):
        return ()
    seeds = tuple(int(word) for word in words)
    return seeds if all(seed <= SEED_MAX for seed in seeds) else ()


def open_midi(data: bytes) -> mido.MidiFile:
    """The file as mido reads it, with impossible bytes clipped.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file.
    """
    for charset in ("utf-8", "latin-1"):  # old files hold Latin-1 names
        try:
            return mido.MidiFile(file=io.BytesIO(data), clip=True, charset=charset)
        except UnicodeDecodeError:
            continue
        except _NOT_MIDI as error:
            early = isinstance(error, EOFError)
            reason = "it ends too early" if early else str(error) or "it is damaged"
            raise bad_input(
                f"This is not a MIDI file I can read: {reason}.",
                "Export it again as a standard MIDI file (.mid).",
            ) from error
    raise AssertionError("every byte is a Latin-1 character")


# --- what a track holds ----------------------------------------------------------------------


@dataclass
class _Track:
    """One track: notes by channel as (start, end, pitch, velocity), in ticks."""

    name: str
    notes: dict[int, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    programs: dict[int, int] = field(default_factory=dict)


def _read_track(track: mido.MidiTrack) -> _Track:
    found = _Track(str(track.name).strip())
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    now = 0.0
    for message in track:
        now += message.time
        if message.type == "program_change":
            found.programs.setdefault(message.channel, message.program)
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.channel, message.note)
        if key in sounding:
            start, velocity = sounding.pop(key)
            found.notes[message.channel].append((start, now, message.note, velocity))
        if message.type == "note_on" and message.velocity:
            sounding[key] = (now, message.velocity)
    for (channel, pitch), (start, velocity) in sounding.items():
        found.notes[channel].append((start, math.inf, pitch, velocity))
    return found


def _in_steps(notes: list[Heard], ticks: float) -> list[Heard]:
    """The same in steps; what lies behind the longest song is gone, and so are endless ends."""
    found: list[Heard] = []
    for start, end, pitch, velocity in sorted(notes):
        first = start / ticks
        if first <= LAST_STEP:  # one that never ends lasts a beat
            last = end / ticks if end < math.inf else first + STEPS_PER_BEAT
            found.append((first, last, pitch, velocity))
    return found


def _row(number: int, channel: int, track: _Track, notes: tuple[Heard, ...]) -> Row:
    pitches = [note[2] for note in notes]
    usable = bool(notes) and channel != DRUM_CHANNEL
    why = "" if usable else "Drums: not a melody."
    if not notes:
        why = "Its notes lie too far behind the start."
    return Row(
        track=number,
        channel=channel,
        name=track.name,
        program=track.programs.get(channel, -1),
        notes=len(notes),
        low=min(pitches, default=0),
        high=max(pitches, default=0),
        together=_together(notes),
        why=why,
        usable=usable,
    )


def _empty_row(number: int, track: _Track, ours: bool) -> Row:
    why = "No notes: tempo, meter and chords are read from it." if ours else "No notes."
    return Row(number, -1, track.name, -1, 0, 0, 0, 0.0, why, usable=False)


def _together(notes: tuple[Heard, ...]) -> float:
    """The share of notes that begin, for more than a slur's moment, while another one sounds."""
    both: set[int] = set()
    latest, holder = -math.inf, -1
    for number, (start, end, _, _) in enumerate(notes):
        if latest > start + 0.5:
            both.update((number, holder))
        if end > latest:
            latest, holder = end, number
    return len(both) / len(notes) if notes else 0.0


# --- which of them is the melody -------------------------------------------------------------


def _guess(rows: list[Row], heard: list[tuple[Heard, ...]], ours: bool) -> int:
    """The likeliest row; -1 for none. A file of ours says which: its melody may have no notes."""
    candidates = [number for number, row in enumerate(rows) if row.usable]
    if ours:
        candidates = [number for number in candidates if _named(rows[number])]
    most = max((rows[number].notes for number in candidates), default=0)

    def likeness(number: int) -> tuple[bool, float]:
        row = rows[number]
        mean = sum(note[2] for note in heard[number]) / row.notes
        low, high = REGISTER
        outside = max(low - mean, mean - high, 0.0) / 12.0
        few = 1.5 if row.notes < FEW_NOTES <= most else 0.0
        single = 2.0 * (1.0 - row.together)
        return _named(row), single - outside - few + mean / 40.0 + 0.5 * row.notes / most

    return max(candidates, key=likeness, default=-1)


def _named(row: Row) -> bool:
    """Whether a row calls itself the melody; a "Voice pad" of chords does not."""
    named = any(word in row.name.lower() for word in MELODY_NAMES)
    return named and row.together <= CHORDAL


def _judged(rows: list[Row], guess: int, marked: bool) -> list[Row]:
    """The rows with what each is to us in words; ``marked`` when markers say the chords."""
    return [
        row if row.why else replace(row, why=_reason(row, number == guess, marked))
        for number, row in enumerate(rows)
    ]


def _reason(row: Row, guessed: bool, marked: bool) -> str:
    if guessed:
        if _named(row):
            return "Likely the melody: its name says so."
        if row.together > CHORDAL:
            return "Likely the melody: the highest notes of its chords."
        return "Likely the melody: a single voice."
    if row.together > CHORDAL:
        return "Chords." if marked else "Chords: kept as the song's chords."
    if row.notes < FEW_NOTES:
        return "Too few notes for a melody."
    if row.high < BASS_BELOW + 12 and (row.low + row.high) / 2 < BASS_BELOW:
        return "Bass: too low for a melody."
    return "Another voice."
