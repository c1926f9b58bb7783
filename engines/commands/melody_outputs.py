"""How a melody is written: MIDI, a score or sound, by the ending of the file's name."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engines.runtime.files import unwritable, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from engines.music.score import Band
    from engines.runtime.results import Result

    Writer = Callable[[Path, Result], None]

_SCORE = "score.musicxml"
_CONTAINER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="{_SCORE}" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
"""


def write_midi(path: Path, result: Result, instrument: int) -> None:
    """A MIDI file of melody and chords, with the request in it."""
    import msgspec

    from engines.music.files.midi import to_midi

    assert result.clip is not None
    request = msgspec.json.encode(result.request).decode()
    _write(path, to_midi(result.clip, _band(instrument), request=request))


def write_score(path: Path, result: Result, instrument: int) -> None:
    """A MusicXML score, compressed where the name ends in ``.mxl``."""
    from engines.music.files.musicxml import to_musicxml

    assert result.clip is not None
    score = to_musicxml(result.clip, _band(instrument))
    _write(path, compressed(score) if path.suffix.lower() == ".mxl" else score)


def write_sound(path: Path, result: Result, instrument: int) -> None:
    """A sound file of melody and chords, WAV or FLAC."""
    from engines.music.files.sound_files import write_sound
    from engines.music.sound.render import SAMPLE_RATE, render

    assert result.clip is not None
    write_sound(path, render(result.clip, _band(instrument)), SAMPLE_RATE)


def compressed(score: bytes) -> bytes:
    """A score in the zip container of MusicXML 4.0, which names it in ``META-INF``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        # A fixed time: the same score gives the same bytes.
        for name, data in (("META-INF/container.xml", _CONTAINER.encode()), (_SCORE, score)):
            file.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def melody_writers(instrument: int) -> dict[str, Writer]:
    """The writer for every ending, the one used in folders first.

    Args:
        instrument: General MIDI program of melodies, 0..127.
    """
    midi, score, sound = (
        partial(each, instrument=instrument) for each in (write_midi, write_score, write_sound)
    )
    return {
        ".mid": midi,
        ".midi": midi,
        ".musicxml": score,
        ".mxl": score,
        ".wav": sound,
        ".flac": sound,
    }


def _band(instrument: int) -> Band:
    from engines.music.score import DEFAULT_BAND
    from engines.music.sound.performance import with_part

    return with_part(DEFAULT_BAND, "melody", program=instrument)


def _write(path: Path, data: bytes) -> None:
    try:
        write_bytes(path, data)
    except OSError as error:
        raise unwritable(path, error) from error
