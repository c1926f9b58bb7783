"""A song with a playback of its own, and what of it is heard."""

from __future__ import annotations

import msgspec
from PySide6.QtGui import QUndoStack

from engines.music.score import Clip
from studio.media.sample_source import Recording, SampleSource
from studio.model.playback import Playback
from studio.model.settings import Settings
from studio.model.song import Song, SongState, Take

QUICK = 960.0


class Desk:
    """A song and its playback."""

    def __init__(self, clip: Clip) -> None:
        self.song = Song(QUndoStack())
        self.playback = Playback(self.song, Settings())
        self.song.load(SongState("C Am F G", clip.tempo, (Take(clip), Take(other(clip)))))

    @property
    def source(self) -> SampleSource:
        return self.playback._player._source

    @property
    def heard(self) -> Recording:
        """What the stream plays now."""
        return self.source._recording


def other(clip: Clip, by: int = 5) -> Clip:
    notes = tuple(msgspec.structs.replace(note, pitch=note.pitch + by) for note in clip.notes)
    return msgspec.structs.replace(clip, notes=notes)
