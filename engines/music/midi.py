"""Clips as standard MIDI files, and tolerant reading of anybody's.

Our files are format 1: a conductor track (tempo, 4/4, chord symbols as markers, the request as a
text event), the melody, and the chords if wanted. What other people's files do wrong is put
right where it can be: overlaps are cut, impossible bytes clipped, far-away ticks ignored, a
missing or impossible resolution replaced, and the time signature is never believed.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence

import mido
import msgspec
from mido.midifiles.meta import KeySignatureError

from engines.music.chords import NO_CHORD, parse_chord
from engines.music.performance import CHANNELS, PART_TITLES, part_notes
from engines.music.score import DEFAULT_BAND, STEPS_PER_BAR, STEPS_PER_BEAT, Band, Clip, Note, Part
from engines.protocol.errors import EngineError, bad_input

TICKS_PER_BEAT = 480
TICKS_PER_STEP = TICKS_PER_BEAT // STEPS_PER_BEAT
CONDUCTOR = "Duet"
REQUEST_PREFIX = "duet-request: "
#: Longer than any song; what lies behind it is a broken tick, not music.
MAX_BARS = 1024
DEFAULT_TEMPO = 120.0
#: What controller 7 is where a file does not say (General MIDI); a part at full volume.
FULL_VOLUME = 100
DRUM_CHANNEL = 9
_MELODY_NAMES = ("melody", "lead", "vocal", "voice", "solo")
_NOT_MIDI = (OSError, EOFError, ValueError, LookupError, KeySignatureError, TypeError)


# --- writing ---------------------------------------------------------------------------------


def to_midi(clip: Clip, band: Band = DEFAULT_BAND, *, request: str = "") -> bytes:
    """The clip as a MIDI file.

    Args:
        clip: what to write.
        band: who plays; every part that is on gets a track.
        request: the request that made it, as JSON; kept in a text event when not empty.

    Raises:
        EngineError: kind ``bad_input``: a pattern that a part does not have, a wrong chord symbol.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor(clip, request))
    for part in band:
        if part.on:
            file.tracks.append(_track(part, part_notes(clip, band, part), clip.steps))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _conductor(clip: Clip, request: str) -> mido.MidiTrack:
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=CONDUCTOR))
    track.append(mido.MetaMessage("set_tempo", tempo=round(60e6 / clip.tempo)))
    track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    if request:
        track.append(mido.MetaMessage("text", text=REQUEST_PREFIX + request))
    for bar, symbol in enumerate(clip.chords):
        time = TICKS_PER_STEP * STEPS_PER_BAR if bar else 0
        track.append(mido.MetaMessage("marker", text=symbol, time=time))
    left = clip.steps - STEPS_PER_BAR * max(len(clip.chords) - 1, 0)
    track.append(mido.MetaMessage("end_of_track", time=TICKS_PER_STEP * left))
    return track


def _track(part: Part, notes: Sequence[Note], steps: int) -> mido.MidiTrack:
    channel = CHANNELS[part.kind]
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=PART_TITLES[part.kind]))
    program = 0 if part.kind == "drums" else part.program
    track.append(mido.Message("program_change", channel=channel, program=program))
    if part.volume != 1.0:
        value = round(part.volume * FULL_VOLUME)
        track.append(mido.Message("control_change", channel=channel, control=7, value=value))
    events = [(note.start, 1, note.pitch, note.velocity) for note in notes]
    events += [(note.start + note.length, 0, note.pitch, 0) for note in notes]
    now = 0
    for step, on, pitch, velocity in sorted(events):  # at one step, ends come before starts
        kind = "note_on" if on else "note_off"
        time = TICKS_PER_STEP * (step - now)
        track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=time))
        now = step
    track.append(mido.MetaMessage("end_of_track", time=TICKS_PER_STEP * max(steps - now, 0)))
    return track


# --- reading ---------------------------------------------------------------------------------


class _Found(msgspec.Struct):
    """What one track holds: notes as (start, end, pitch, velocity) in steps, not yet rounded."""

    name: str
    notes: list[tuple[float, float, int, int]]


def from_midi(data: bytes) -> Clip:
    """The melody of a MIDI file, on the grid of sixteenths.

    The melody is the track that calls itself so, else the highest. Of notes struck together the
    highest counts, and a note ends where the next begins.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file or holds no notes.
    """
    file = _open(data)
    tempo = _tempo(file)
    ticks = _ticks_per_step(file.ticks_per_beat, tempo)
    tracks = [found for track in file.tracks if (found := _notes(track, ticks)).notes]
    ours = bool(file.tracks) and file.tracks[0].name == CONDUCTOR
    if not tracks and not ours:
        raise bad_input("The MIDI file holds no notes.", "Choose a file with a melody in it.")
    notes = _melody(tracks)
    end = max((note.start + note.length for note in notes), default=0)
    if ours:
        end = max(end, round(sum(message.time for message in file.tracks[0]) / ticks))
    bars = min(max(math.ceil(end / STEPS_PER_BAR), 1), MAX_BARS)
    return Clip(bars=bars, tempo=tempo, chords=_chords(file, ticks, bars), notes=notes)


def request_of(data: bytes) -> str:
    """The request that a file of ours carries, as JSON; "" when there is none.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file.
    """
    for message in (message for track in _open(data).tracks for message in track):
        if message.type == "text" and message.text.startswith(REQUEST_PREFIX):
            return str(message.text.removeprefix(REQUEST_PREFIX))
    return ""


def _open(data: bytes) -> mido.MidiFile:
    for charset in ("utf-8", "latin-1"):  # old files hold Latin-1 names
        try:
            return mido.MidiFile(file=io.BytesIO(data), clip=True, charset=charset)
        except UnicodeDecodeError:
            continue
        except _NOT_MIDI as error:
            raise bad_input(
                f"This is not a MIDI file I can read: {str(error) or type(error).__name__}.",
                "Export it again as a standard MIDI file (.mid).",
            ) from error
    raise AssertionError("every byte is a Latin-1 character")


def _tempo(file: mido.MidiFile) -> float:
    for message in (message for track in file.tracks for message in track):
        if message.type == "set_tempo" and message.tempo > 0:
            return float(round(60e6 / message.tempo, 2))  # whole microseconds hold no more
    return DEFAULT_TEMPO


def _ticks_per_step(resolution: int, tempo: float) -> float:
    """Ticks of a sixteenth. Negative resolutions are frames a second and ticks a frame."""
    if resolution < 0:
        frames, per_frame = -(resolution >> 8), resolution & 0xFF
        resolution = round(frames * per_frame * 60 / tempo)
    return (resolution or TICKS_PER_BEAT) / STEPS_PER_BEAT


def _notes(track: mido.MidiTrack, ticks: float) -> _Found:
    found = _Found(track.name, [])
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    now = 0.0
    for message in track:
        now += message.time / ticks
        if message.type not in ("note_on", "note_off") or message.channel == DRUM_CHANNEL:
            continue
        if now > MAX_BARS * STEPS_PER_BAR:
            break
        key = (message.channel, message.note)
        if key in sounding:
            start, velocity = sounding.pop(key)
            found.notes.append((start, now, message.note, velocity))
        if message.type == "note_on" and message.velocity:
            sounding[key] = (now, message.velocity)
    for (_, pitch), (start, velocity) in sounding.items():  # never ended: a beat is enough
        found.notes.append((start, start + STEPS_PER_BEAT, pitch, velocity))
    return found


def _melody(tracks: list[_Found]) -> tuple[Note, ...]:
    if not tracks:
        return ()
    named = [t for t in tracks if any(word in t.name.lower() for word in _MELODY_NAMES)]
    track = max(named or tracks, key=lambda t: sum(note[2] for note in t.notes) / len(t.notes))
    return tuple(_one_voice(track.notes))


def _one_voice(notes: list[tuple[float, float, int, int]]) -> Iterator[Note]:
    top: dict[int, Note] = {}
    for start, end, pitch, velocity in notes:
        step = round(start)
        note = Note(step, max(round(end) - step, 1), pitch, velocity)
        if step not in top or top[step].pitch < pitch:
            top[step] = note
    voice = [top[step] for step in sorted(top)]
    for note, after in zip(voice, [*voice[1:], None], strict=True):
        room = note.length if after is None else min(note.length, after.start - note.start)
        if note.start < MAX_BARS * STEPS_PER_BAR:
            yield msgspec.structs.replace(note, length=room)


def _chords(file: mido.MidiFile, ticks: float, bars: int) -> tuple[str, ...]:
    """Chord symbols from markers at the starts of bars, each held until the next."""
    symbols: dict[int, str] = {}
    for track in file.tracks:
        now = 0.0
        for message in track:
            now += message.time / ticks
            if message.type != "marker":
                continue
            try:
                symbols[round(now / STEPS_PER_BAR)] = str(parse_chord(message.text))
            except EngineError:  # a marker that is no chord: "Verse"
                continue
    held, line = NO_CHORD, []
    for bar in range(bars):
        held = symbols.get(bar, held)
        line.append(held)
    return tuple(line)
