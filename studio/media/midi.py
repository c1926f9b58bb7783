"""Melodies as files: scores and sound where a person chose, or a fresh copy to drag elsewhere."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engines.music.files.midi import to_midi
from engines.music.files.midi_import import Survey, survey
from engines.music.files.sound_files import write_sound
from engines.music.score import Clip
from engines.music.sound.render import SAMPLE_RATE, render
from engines.protocol.errors import bad_input
from engines.protocol.messages import Request
from studio.media.synthesiser import Voice
from studio.persistence.atomic import write_atomically

#: What can be opened: MIDI files, and scores.
MIDI_ENDINGS = (".mid", ".midi", ".smf", ".kar")
SCORE_ENDINGS = (".musicxml", ".xml", ".mxl")
#: A file bigger than this is no melody; reading it would stop the window.
_MOST_BYTES, _QUICK_BYTES = 8 << 20, 40_000


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
    _write(path, midi_bytes(clip, request, voice))


def export_score(path: Path, clip: Clip, voice: Voice) -> None:
    """Write a MusicXML score of every part that plays; takes a moment.

    Raises:
        EngineError: kind ``bad_input``, when the place cannot be written.
    """
    from engines.music.files.musicxml import to_musicxml

    _write(path, to_musicxml(clip, voice.band, title=path.stem))


def export_sound(path: Path, clip: Clip, voice: Voice) -> None:
    """Write what is heard as WAV or FLAC, as the name asks for; takes a moment.

    Raises:
        EngineError: kind ``bad_input``, when the place cannot be written.
    """
    write_sound(path, render(clip, voice.band, soundfont=voice.soundfont), SAMPLE_RATE)


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be written: {error.strerror or error}.", "Choose another place."
        ) from error


def copy_to_drag(clip: Clip, request: Request | None, voice: Voice, letter: str) -> Path:
    """A MIDI file of its own for every drag: who takes it may keep, move or change it.

    The system's temporary folder is where it stays; the receiver may still read it after Duet
    has ended.
    """
    folder = Path(tempfile.mkdtemp(prefix="duet-drag-"))
    path = folder / f"{file_stem(clip, letter)}.mid"
    path.write_bytes(midi_bytes(clip, request, voice))
    return path


@dataclass(frozen=True)
class Opened:
    """What a file held.

    Attributes:
        clip: its melody.
        request: makes it again, when Duet wrote it.
        survey: all of a MIDI file's tracks; None for a score.
    """

    clip: Clip
    request: Request | None = None
    survey: Survey | None = None


def is_score(path: Path) -> bool:
    """Whether a file is a score by its name."""
    return path.suffix.lower() in SCORE_ENDINGS


def takes_a_moment(path: Path) -> bool:
    """Whether reading a file would be felt: a score, or a MIDI file of many thousand notes."""
    try:
        return is_score(path) or path.stat().st_size > _QUICK_BYTES
    except OSError:
        return False


def read_melody(path: Path) -> Opened:
    """The melody in somebody's MIDI file or score.

    Raises:
        EngineError: kind ``bad_input``: it is none, or holds no notes.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise bad_input(f"{path.name} is too big for a melody.", "Choose a file under 8 MB.")
        data = path.read_bytes()
    except OSError as error:
        raise bad_input(
            f"{path.name} cannot be read: {error.strerror or error}.", "Choose another file."
        ) from error
    if is_score(path):
        from engines.music.files.musicxml import from_musicxml

        return Opened(from_musicxml(data))
    found = survey(data)
    return Opened(found.clip(), _request(found.request), found)


def read_midi(path: Path) -> tuple[Clip, Request | None]:
    """The melody in somebody's file, and the request if Duet made it.

    Raises:
        EngineError: see :func:`read_melody`.
    """
    opened = read_melody(path)
    return opened.clip, opened.request


def _request(text: str) -> Request | None:
    try:
        return msgspec.json.decode(text, type=Request) if text else None
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
