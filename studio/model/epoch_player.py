"""Lets an epoch's melody be heard, on a song and a transport of its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engines.music.files.midi import from_midi
from engines.protocol.errors import EngineError
from studio.model.playback import Playback
from studio.model.settings import Settings
from studio.model.song import Song, SongState, Take


class EpochPlayer(QObject):
    """Plays one file at a time; the sound is opened when the first is wanted.

    Attributes:
        path: the file that is played or was played last; "" before the first.

    Signals:
        changed: what plays, or whether it does.
        silent: one sentence: why nothing is heard.
    """

    changed = Signal()
    silent = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._song: Song | None = None
        self._playback: Playback | None = None
        self.path = ""

    @property
    def playing(self) -> bool:
        """Whether it is heard, or will be as soon as its sound is ready."""
        return self._playback is not None and self._playback.playing

    def play(self, path: str) -> None:
        """Play a MIDI file from its start."""
        try:
            clip = from_midi(Path(path).read_bytes())
        except (OSError, EngineError) as error:
            self.silent.emit(f"{Path(path).name} cannot be played: {error}")
            return
        song, playback = self._ready()
        playback.stop()
        song.load(SongState(tempo=clip.tempo, takes=(Take(clip),), band=song.state.band, job=path))
        self.path = path
        playback.seek(0.0)
        playback.play()

    def stop(self) -> None:
        """Be silent."""
        if self._playback is not None:
            self._playback.stop()

    def close(self) -> None:
        """End of the session."""
        if self._playback is not None:
            self._playback.close()
            self._playback = None

    def _ready(self) -> tuple[Song, Playback]:
        if self._song is None or self._playback is None:
            self._song = Song(QUndoStack(self), self)
            self._playback = Playback(self._song, self._settings, self)
            self._playback.changed.connect(self.changed)
            self._playback.silent.connect(self.silent)
        return self._song, self._playback
