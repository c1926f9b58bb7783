"""Clips as scores: MusicXML for notation programs, written and read through music21.

The melody is the first staff, with the chord symbols over it; the parts of the band that are on
follow, named as the patterns they are. music21 takes half a second to import, so it is imported
when a score is written or read, and not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.music.chords import NO_CHORD
from engines.music.files.key_signature import WRITTEN_MODES, pitch_names, sharps_of
from engines.music.files.musicxml_bars import Struck, by_bar, heads, struck_together, voices
from engines.music.files.musicxml_chords import to_harmony
from engines.music.files.musicxml_import import from_musicxml
from engines.music.scales import parse_key
from engines.music.score import DEFAULT_BAND, STEPS_PER_BEAT, Band, Clip, Note, Part
from engines.music.sound.performance import PART_TITLES, find_part, part_notes

__all__ = ["from_musicxml", "to_musicxml"]

#: Where drums are written on the staff, by General MIDI pitch: step and octave.
_DRUM_LINES = {
    36: ("F", 4),
    37: ("C", 5),
    38: ("C", 5),
    42: ("G", 5),
    44: ("D", 4),
    46: ("G", 5),
    51: ("F", 5),
}


def to_musicxml(clip: Clip, band: Band = DEFAULT_BAND, title: str = "Melody") -> bytes:
    """The clip as an uncompressed MusicXML score.

    Args:
        clip: what to write; the seeds of its bars are not kept.
        band: who plays; every part that is on gets a staff, the melody always.
        title: the score's name.

    Raises:
        EngineError: kind ``bad_input``: a chord symbol, a key or a pattern that is none.
    """
    from music21 import metadata, stream
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    score = stream.Score()
    score.metadata = metadata.Metadata(title=title, composer="Duet")
    score.append(_melody(clip, find_part(band, "melody")))
    for part in band:
        if part.on and part.kind != "melody":
            score.append(_pattern(clip, band, part))
    written: bytes = GeneralObjectExporter(score).parse()
    return written


def _melody(clip: Clip, part: Part) -> Any:
    """The melody's staff with tempi, chord symbols and ties."""
    from music21 import tempo

    staff, measures = _staff(clip, part)
    tempi = {0: clip.tempo} | {change.bar: change.tempo for change in clip.tempos}
    for bar, beats in tempi.items():
        if bar < clip.bars:
            measures[bar].insert(0, tempo.MetronomeMark(number=beats))
    held = NO_CHORD
    for bar, symbol in enumerate(clip.chords[: clip.bars]):
        if symbol != held:
            measures[bar].insert(0, to_harmony(symbol))
        held = symbol
    groups = struck_together(clip.notes, clip.steps)
    for bar, inside in enumerate(by_bar(clip, groups)):
        _fill(measures[bar], clip, bar, inside)
    return staff


def _pattern(clip: Clip, band: Band, part: Part) -> Any:
    """A staff of what a pattern plays, in as many voices as it needs."""
    from music21 import stream

    staff, measures = _staff(clip, part)
    groups = struck_together(part_notes(clip, band, part), clip.steps)
    for bar, inside in enumerate(by_bar(clip, groups)):  # patterns end at bar lines
        chains = voices(inside)
        if len(chains) < 2:
            _fill(measures[bar], clip, bar, inside, part.kind == "drums")
            continue
        for number, chain in enumerate(chains, start=1):
            voice = stream.Voice(id=str(number))
            _fill(voice, clip, bar, chain, part.kind == "drums")
            measures[bar].insert(0, voice)
    return staff


def _staff(clip: Clip, part: Part) -> tuple[Any, list[Any]]:
    """An empty staff with signatures, clef and instrument; and its measures."""
    from music21 import clef, instrument, key, meter, stream

    drums = part.kind == "drums"
    if drums:
        player = instrument.UnpitchedPercussion()
        player.midiChannel = 9
    else:
        player = instrument.instrumentFromMidiProgram(part.program)
    player.partName = player.instrumentName = PART_TITLES[part.kind]
    staff = stream.Part(id=part.kind)
    staff.partName = PART_TITLES[part.kind]
    staff.insert(0, player)
    measures = [stream.Measure(number=bar + 1) for bar in range(clip.bars)]
    clefs = {"melody": clef.TrebleClef, "drums": clef.PercussionClef}
    measures[0].insert(0, clefs.get(part.kind, clef.BassClef)())
    measures[0].insert(0, meter.TimeSignature(clip.meter))
    if clip.key and not drums:
        mode = parse_key(clip.key)[1]
        if mode not in WRITTEN_MODES:  # a harmonic minor is written as a minor
            mode = "major" if mode.startswith("major") else "minor"
        measures[0].insert(0, key.KeySignature(sharps_of(clip.key)).asKey(mode))
    staff.append(measures)
    return staff, measures


def _fill(target: Any, clip: Clip, bar: int, groups: Sequence[Struck], drums: bool = False) -> None:
    """Write one bar of one voice: rests, and notes tied where one head cannot last as long.

    Args:
        target: music21's measure, or a voice of one.
        clip: its meter and key.
        bar: which bar.
        groups: what sounds in it.
        drums: whether pitches are drums.
    """
    from music21 import note

    steps, first, now = clip.bar_steps, bar * clip.bar_steps, 0
    names = pitch_names(clip.key)
    for start, end, notes in groups:
        begin, stop = max(start - first, 0), min(end - first, steps)
        for place, length in heads(now, begin):
            target.insert(place / STEPS_PER_BEAT, note.Rest(quarterLength=length / STEPS_PER_BEAT))
        for place, length in heads(begin, stop):
            head = _head(notes, length, names, drums)
            _tie(head, first + place > start, first + place + length < end)
            target.insert(place / STEPS_PER_BEAT, head)
        now = stop
    if not groups:
        rest = note.Rest(quarterLength=steps / STEPS_PER_BEAT)
        rest.fullMeasure = True
        target.insert(0, rest)
        return
    for place, length in heads(now, steps):
        target.insert(place / STEPS_PER_BEAT, note.Rest(quarterLength=length / STEPS_PER_BEAT))


def _head(notes: Sequence[Note], length: int, names: Sequence[str], drums: bool) -> Any:
    """One note head, or a chord of them."""
    from music21 import chord, note, percussion

    made: list[Any] = []
    for struck in notes:
        if drums:
            head: Any = note.Unpitched()
            head.displayStep, head.displayOctave = _DRUM_LINES.get(struck.pitch, ("C", 5))
        else:
            # The octave apart: in one word, one below 0 reads as a flat.
            name = names[struck.pitch % 12].replace("b", "-")
            head = note.Note(name, octave=struck.pitch // 12 - 1)
        head.volume.velocity = struck.velocity
        made.append(head)
    if len(made) == 1:
        whole = made[0]
    else:
        whole = percussion.PercussionChord(made) if drums else chord.Chord(made)
    whole.quarterLength = length / STEPS_PER_BEAT
    return whole


def _tie(head: Any, before: bool, after: bool) -> None:
    """Tie a head to the one before it, the one after it, or both."""
    from music21 import tie

    if before or after:
        kind = "continue" if before and after else "stop" if before else "start"
        head.tie = tie.Tie(kind)
