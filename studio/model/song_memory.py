"""The song of the last session, as the settings keep it."""

from __future__ import annotations

import logging

from engines.protocol.errors import EngineError
from studio.model.settings import Settings
from studio.model.song import SongState
from studio.model.song_file import decode_song, encode_song

_KEY = "music.song"
_log = logging.getLogger(__name__)


def remember_song(settings: Settings, state: SongState) -> None:
    """Keep the song for the next session."""
    settings.remember(_KEY, encode_song(state).decode())


def recall_song(settings: Settings, fresh: SongState) -> SongState:
    """The song as the last session left it, or a fresh one."""
    kept = settings.recall(_KEY, "")
    if not isinstance(kept, str) or not kept:
        return fresh
    try:
        return decode_song(kept.encode(), "The last session")
    except EngineError as error:
        _log.warning("%s A new song is begun.", error)
        return fresh
