"""Clips as standard MIDI files; :mod:`engines.music.files.midi_import` reads them and everybody's.

Our files are format 1: a conductor track (tempi, meter, key, chord symbols as markers, the request
and the bars' seeds as text events), the melody, and every pattern of the band that is on.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import mido

from engines.music.files.key_signature import sharps_of
from engines.music.files.midi_import import from_midi, request_of
from engines.music.files.midi_timing import (
    CONDUCTOR,
    KEY_PREFIX,
    REQUEST_PREFIX,
    SEEDS_PREFIX,
    TICKS_PER_BEAT,
)
from engines.music.scales import parse_key
from engines.music.score import DEFAULT_BAND, STEPS_PER_BEAT, Band, Clip, Note, Part
from engines.music.sound.performance import CHANNELS, PART_TITLES, part_notes
from engines.music.voice import MAX_BARS

__all__ = ["MAX_BARS", "TICKS_PER_STEP", "from_midi", "request_of", "to_midi"]

TICKS_PER_STEP = TICKS_PER_BEAT // STEPS_PER_BEAT
#: What controller 7 is where a file does not say (General MIDI); a part at full volume.
FULL_VOLUME = 100
#: Signatures by sharps, from five flats to six sharps, as mido names them.
#: Modes with a major third are written as majors.
_BRIGHT = ("major", "major pentatonic", "lydian", "mixolydian")
_MAJOR = ("Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#")
_MINOR = ("Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m")


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
    bar_ticks = TICKS_PER_STEP * clip.bar_steps
    beats, unit = clip.meter.split("/")
    meter = mido.MetaMessage("time_signature", numerator=int(beats), denominator=int(unit))
    events: list[tuple[int, mido.MetaMessage]] = [(0, _tempo(clip.tempo)), (0, meter)]
    events += [(0, message) for message in _key(clip.key)]
    if request:
        events.append((0, mido.MetaMessage("text", text=REQUEST_PREFIX + request)))
    if clip.seeds:
        listed = " ".join(str(seed) for seed in clip.seeds)
        events.append((0, mido.MetaMessage("text", text=SEEDS_PREFIX + listed)))
    events += [(change.bar * bar_ticks, _tempo(change.tempo)) for change in clip.tempos]
    for bar, symbol in enumerate(clip.chords[: clip.bars]):
        events.append((bar * bar_ticks, mido.MetaMessage("marker", text=symbol)))
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=CONDUCTOR)])
    now, end = 0, clip.bars * bar_ticks
    for place, message in sorted(events, key=lambda event: event[0]):
        if place < end:
            track.append(message.copy(time=place - now))
            now = place
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _tempo(tempo: float) -> mido.MetaMessage:
    return mido.MetaMessage("set_tempo", tempo=round(60e6 / tempo))


def _key(key: str) -> list[mido.MetaMessage]:
    """The signature, and the mode's own name where a signature cannot say it."""
    if not key:
        return []
    mode, place = parse_key(key)[1], sharps_of(key) + 5
    names = _MAJOR if mode in _BRIGHT else _MINOR
    said = [mido.MetaMessage("key_signature", key=names[place])]
    if mode not in ("major", "minor"):
        said.append(mido.MetaMessage("text", text=KEY_PREFIX + key))
    return said


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
