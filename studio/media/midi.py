"""Melodies as files: MIDI and WAV where a person chose, or a fresh copy to drag elsewhere."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import msgspec

from engines.music.midi import from_midi, request_of, to_midi
from engines.music.render import render, write_wav
from engines.music.score import Clip
from engines.protocol.errors import bad_input
from engines.protocol.messages import Request
from studio.media.synthesiser import Voice
from studio.persistence.atomic import write_atomically

#: A file bigger than this is no melody; reading it would stop the window.
_MOST_BYTES = 8 << 20


def file_stem(clip: Clip, letter: str = "") -> str:
    """A name that says what is inside: its first chords, its tempo and the take's letter."""
    chords = " ".join(clip.chords[:4])
    name = f"Melody {letter} {chords} {clip.tempo:.0f} bpm"
    return re.sub(r"[^\w#.() -]+", "-", re.sub(r"\s+", " ", name)).strip()


def midi_bytes(clip: Clip, request: Request | None, voice: Voice) -> bytes:
    """The clip as a MIDI file that carries the request which makes it again."""
    text = msgspec.json.encode(request).decode() if request is not None else ""
    return to_midi(clip, voice.band, request=text)


def export_midi(path: Path, clip: Clip, request: Request | None, voice: Voice) -> None:
    """Write a MIDI file.

    Raises:
        EngineError: kind ``bad_input``, when the place cannot be written.
    """
    try:
        write_atomically(path, midi_bytes(clip, request, voice))
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be written: {error.strerror or error}.", "Choose another place."
        ) from error


def export_wav(path: Path, clip: Clip, voice: Voice) -> None:
    """Write a WAV file of what is heard; takes a moment.

    Raises:
        EngineError: kind ``bad_input``, when the place cannot be written.
    """
    write_wav(path, render(clip, voice.band, soundfont=voice.soundfont))


def copy_to_drag(clip: Clip, request: Request | None, voice: Voice, letter: str) -> Path:
    """A MIDI file of its own for every drag: who takes it may keep, move or change it.

    The system's temporary folder is where it stays; the receiver may still read it after Duet
    has ended.
    """
    folder = Path(tempfile.mkdtemp(prefix="duet-drag-"))
    path = folder / f"{file_stem(clip, letter)}.mid"
    path.write_bytes(midi_bytes(clip, request, voice))
    return path


def read_midi(path: Path) -> tuple[Clip, Request | None]:
    """The melody in somebody's MIDI file, and the request if Duet made it.

    Raises:
        EngineError: kind ``bad_input``, when it is no MIDI file or holds no notes.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise bad_input(f"{path.name} is too big for a melody.", "Choose a file under 8 MB.")
        data = path.read_bytes()
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be read: {error.strerror or error}.", "Choose another file."
        ) from error
    clip = from_midi(data)
    try:
        text = request_of(data)
        return clip, msgspec.json.decode(text, type=Request) if text else None
    except (msgspec.DecodeError, msgspec.ValidationError):
        return clip, None
