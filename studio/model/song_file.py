"""The song as JSON."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec

from engines.music.score import DEFAULT_BAND, Clip
from engines.protocol.errors import EngineError, bad_input
from studio.model.song import BEFORE, LETTERS, SongState

_MOST_BARS = 1_000


def encode_song(song: SongState) -> bytes:
    """The song as a file holds it."""
    return msgspec.json.encode(song)


def decode_song(content: bytes, name: str) -> SongState:
    """The song that :func:`encode_song` wrote.

    Args:
        content: JSON.
        name: what sentences call the file it is in.

    Raises:
        EngineError: kind ``bad_input``: it makes no sense.
    """
    try:
        song = msgspec.json.decode(content, type=SongState)
        if song.chords:
            from engines.music.chords import parse_chords  # late: it brings numpy with it

            parse_chords(song.chords)
    except (msgspec.DecodeError, UnicodeDecodeError, EngineError, RecursionError) as error:
        raise _unreadable(name) from error
    takes = len(song.takes)
    before = () if song.before is None else (song.before,)
    inside = 0 <= song.selected < max(takes, 1) or (song.selected == BEFORE and before)
    clips = [take.clip for take in (*song.takes, *before)]
    if not inside or takes > len(LETTERS) or not _is_tempo(song.tempo):
        raise _unreadable(name)
    if not all(_plays(clip) for clip in clips):
        raise _unreadable(name)
    return _with_band(song)


def _with_band(song: SongState) -> SongState:
    """The song with a band that can play: what makes no sense in it is the default."""
    if song.band == DEFAULT_BAND:
        return song
    from engines.music.sound.performance import mend_band  # late: it brings numpy with it

    return replace(song, band=mend_band(song.band))


def _plays(clip: Clip) -> bool:
    """Whether a clip's numbers are such that it can be drawn and played."""
    if not 1 <= clip.bars <= _MOST_BARS or not _is_tempo(clip.tempo):
        return False
    bars = [change.bar for change in clip.tempos]
    if bars != sorted(set(bars)) or not all(0 < bar < clip.bars for bar in bars):
        return False
    if not all(_is_tempo(change.tempo) for change in clip.tempos) or not _is_key(clip.key):
        return False
    return all(
        0 <= note.start < clip.steps
        and 1 <= note.length <= clip.steps
        and 0 <= note.pitch <= 127
        and 1 <= note.velocity <= 127
        for note in clip.notes
    )


def _is_key(key: str) -> bool:
    """Whether it is a key, or none."""
    if not key:
        return True
    from engines.music.scales import parse_key  # late: it brings numpy with it

    try:
        parse_key(key)
    except EngineError:
        return False
    return True


def _is_tempo(tempo: float) -> bool:
    return math.isfinite(tempo) and 1 <= tempo <= 1_000


def _unreadable(name: str) -> EngineError:
    return bad_input(f"{name} holds a melody that I cannot read.", "Open an older copy of it.")
