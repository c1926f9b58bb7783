"""How soon something is heard after play is pressed, on the machine's sound output."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication
from results import Figure

from engines.music.score import Clip, Note
from engines.music.sound.performance import with_part
from studio.model.playback import Playback
from studio.model.settings import Settings
from studio.model.song import Song, SongState, Take

_GOAL = 0.3
_TIMES = 12
_CHORDS = ("C", "Am", "F", "G")


def _clip(bars: int) -> Clip:
    notes = tuple(Note(4 * i, 4, 60 + (0, 4, 7, 12)[i % 4]) for i in range(4 * bars))
    return Clip(bars=bars, tempo=110.0, chords=(_CHORDS * bars)[:bars], notes=notes)


class _Desk:
    """A song of four parts, ready to be played."""

    def __init__(self, app: QApplication, bars: int) -> None:
        self._app = app
        self.song = Song(QUndoStack())
        self.playback = Playback(self.song, Settings())
        self.song.load(SongState("C Am F G", 110.0, (Take(_clip(bars)),)))
        band = with_part(with_part(self.song.state.band, "bass", on=True), "drums", on=True)
        self.song.load(replace(self.song.state, band=band))
        self.playback.warm_up()
        self.wait()
        self.heard = 0.0
        source = self.playback._player._source
        take = source.take

        def watched(frames: int) -> np.ndarray:
            samples = take(frames)
            if not self.heard and np.abs(samples).max(initial=0.0) > 1e-3:
                self.heard = time.perf_counter()
            return samples

        source.take = watched  # type: ignore[method-assign]

    def wait(self) -> None:
        """Until nothing is being rendered."""
        while self.playback._order_heard != self.playback._order():
            self._app.processEvents()

    def edit(self, pitch: int) -> None:
        """Change one note."""
        clip = self.song.clip
        assert clip is not None
        first = msgspec.structs.replace(clip.notes[0], pitch=pitch)
        self.song.edit("Move", msgspec.structs.replace(clip, notes=(first, *clip.notes[1:])))

    def first_sound(self) -> float:
        """Seconds from play to the first sound that the output takes."""
        self.playback.rewind()
        self.heard = 0.0
        pressed = time.perf_counter()
        self.playback.play()
        while not self.heard:
            self._app.processEvents()
        self.playback.stop()
        return self.heard - pressed


def measure() -> list[Figure]:
    """A song at rest, and one with a note moved just before."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    figures = []
    for bars in (8, 32):
        desk = _Desk(app, bars)
        desk.first_sound()
        still, edited = [], []
        for number in range(_TIMES):
            desk.wait()
            still.append(desk.first_sound())
            desk.edit(48 + number)
            edited.append(desk.first_sound())
        desk.playback.close()
        for what, taken in (("at rest", still), ("a note just moved", edited)):
            middle = statistics.median(taken)
            figures.append(
                Figure(
                    f"first sound after play, {bars} bars, four parts ({what})",
                    f"{middle * 1e3:.0f} ms",
                    f"{_GOAL * 1e3:.0f} ms",
                    middle <= _GOAL,
                )
            )
    return figures
