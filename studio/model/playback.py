"""What is heard: the song's take in view, in the voice that was chosen, on the transport."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engines.music.patterns import PATTERNS
from engines.music.score import Clip
from engines.music.soundfonts import is_soundfont
from studio.media.player import Player, Recording
from studio.media.synthesiser import Order, Synthesiser, Voice
from studio.model.settings import Settings
from studio.model.song import Song

_MEMORY = "music.sound"
#: How many takes are rendered ahead, and up to which length: longer ones would fill the memory.
_PREFETCHED, _PREFETCHED_SECONDS = 4, 60.0


class Playback(QObject):
    """Keeps the recording of the take in view ready, and the transport's switches.

    Signals:
        changed: voice, loop, metronome, volume, playing, or whether sound is being prepared.
        moved: the playhead, in steps of the clip (not whole ones).
        silent: one sentence: why nothing is heard, or will be.
    """

    changed = Signal()
    moved = Signal(float)
    silent = Signal(str)

    def __init__(self, song: Song, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song = song
        self._settings = settings
        self._voice = Voice()
        self._looping, self._clicking, self._volume = True, False, 0.8
        self._clip: Clip | None = None  # of the recording in the player
        self._start_when_ready = False
        self._synthesiser = Synthesiser(self)
        self._player = Player(self)
        self._recall()
        song.changed.connect(self.prepare)
        self._synthesiser.rendered.connect(self._on_rendered)
        self._synthesiser.noteRendered.connect(self._player.touch)
        self._synthesiser.failed.connect(self._on_failed)
        self._player.playingChanged.connect(lambda _on: self.changed.emit())
        self._player.moved.connect(lambda _seconds: self.moved.emit(self.step))
        self._player.silent.connect(self.silent)

    # --- the transport ---------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether it runs, or will as soon as its sound is ready."""
        return self._player.playing or self._start_when_ready

    @property
    def step(self) -> float:
        """The playhead in steps of the clip in view."""
        return self._clip.step_at(self._player.position) if self._clip else 0.0

    @property
    def seconds(self) -> float:
        """The playhead in seconds."""
        return self._player.position

    @property
    def reason_silent(self) -> str:
        """Why nothing is heard; "" when it is, or nobody has tried yet."""
        return self._player.reason

    def reason_not_to_play(self) -> str:
        """Why there is nothing to play, or ""."""
        return "" if self._song.clip is not None else "There is no melody yet: compose one first."

    def toggle(self) -> None:
        """Play, or stop where it is."""
        if self.playing:
            self.stop()
        else:
            self.play()

    def play(self) -> None:
        """Play as soon as the sound is ready, which mostly is at once."""
        if self._song.clip is None:
            return
        if self._clip == self._song.clip:
            self._player.play()
        else:
            self._start_when_ready = True
            self.prepare()
        self.changed.emit()

    def stop(self) -> None:
        """Stop; the playhead stays."""
        self._start_when_ready = False
        self._player.stop()
        self.changed.emit()

    def rewind(self) -> None:
        """Put the playhead on the first beat."""
        self.seek(0.0)

    def seek(self, step: float) -> None:
        """Put the playhead on a step of the clip."""
        if self._clip is not None:
            self._player.seek(self._clip.seconds_at(step))

    def touch(self, pitch: int) -> None:
        """Let one note sound."""
        self._synthesiser.ask_note(pitch, self._voice)

    def warm_up(self) -> None:
        """Find the sound device and open the SoundFont before they are needed."""
        self._synthesiser.warm_up(self._voice)
        self.prepare()
        self._player.warm_up()

    def close(self) -> None:
        """End of the session."""
        self.stop()
        self._synthesiser.close()

    # --- the switches ----------------------------------------------------------------------

    @property
    def voice(self) -> Voice:
        """How clips are played and exported."""
        return self._voice

    @property
    def looping(self) -> bool:
        """Whether the end goes on at the beginning."""
        return self._looping

    @property
    def clicking(self) -> bool:
        """Whether the metronome sounds."""
        return self._clicking

    @property
    def volume(self) -> float:
        """Loudness 0..1."""
        return self._volume

    def set_voice(self, **changes: Any) -> None:
        """Change fields of the voice; what plays goes on in the new one."""
        fresh = replace(self._voice, **changes)
        if fresh != self._voice:
            self._voice = fresh
            self.prepare()
            self._remember()

    def set_looping(self, on: bool) -> None:
        """Play round and round, or once."""
        self._looping = on
        self._player.set_looping(on)
        self._remember()

    def set_clicking(self, on: bool) -> None:
        """Metronome on or off."""
        self._clicking = on
        self._player.set_clicking(on)
        self._remember()

    def set_volume(self, volume: float) -> None:
        """Loudness 0..1."""
        self._volume = max(0.0, min(1.0, volume))
        self._player.set_volume(self._volume)
        self._remember()

    # --- sound for the take in view --------------------------------------------------------

    def prepare(self) -> None:
        """Have the take in view rendered, so that play starts at once."""
        clip = self._song.clip
        if clip is None:
            self._clip = None
            self._start_when_ready = False
            self._player.load(None)
            self.changed.emit()
            return
        self._synthesiser.ask(Order(clip, self._voice))

    def _on_rendered(self, order: Order, recording: Recording) -> None:
        if order != self._order():
            return
        step = self.step
        self._player.load(recording)
        moved = self._clip is not None and self._clip.tempo != order.clip.tempo
        self._clip = order.clip
        if moved:
            self.seek(min(step, float(order.clip.steps)))
        if self._start_when_ready:
            self._start_when_ready = False
            self._player.play()
        self._prefetch()
        self.changed.emit()

    def _prefetch(self) -> None:
        """Have the other takes ready too, so that going through them has no gaps."""
        takes = self._song.takes
        short = [take.clip for take in takes if take.clip.seconds <= _PREFETCHED_SECONDS]
        self._synthesiser.prefetch([Order(clip, self._voice) for clip in short[:_PREFETCHED]])

    def _on_failed(self, order: Order, sentence: str) -> None:
        if order != self._order():
            return
        self._start_when_ready = False
        self.silent.emit(sentence)
        self.changed.emit()
        if self._voice.soundfont is not None:
            self.set_voice(soundfont=None)  # the default sounds instead of none at all

    def _order(self) -> Order | None:
        clip = self._song.clip
        return Order(clip, self._voice) if clip is not None else None

    # --- the last session ------------------------------------------------------------------

    def _remember(self) -> None:
        voice = asdict(self._voice)
        voice["soundfont"] = str(self._voice.soundfont or "")
        switches = {
            "looping": self._looping,
            "clicking": self._clicking,
            "volume": self._volume,
        }
        self._settings.remember(_MEMORY, {**voice, **switches})
        self.changed.emit()

    def _recall(self) -> None:
        known = self._settings.recall(_MEMORY, {})
        program, pattern = known.get("program"), known.get("pattern")
        if isinstance(program, int) and 0 <= program <= 127:
            self._voice = replace(self._voice, program=program)
        if pattern in PATTERNS["chords"]:
            self._voice = replace(self._voice, pattern=pattern)
        self._voice = replace(self._voice, chords=known.get("chords") is not False)
        soundfont = Path(str(known.get("soundfont") or "-"))
        if is_soundfont(soundfont):
            self._voice = replace(self._voice, soundfont=soundfont)
        self._looping = known.get("looping") is not False
        self._clicking = known.get("clicking") is True
        volume = known.get("volume")
        if isinstance(volume, int | float):
            self._volume = max(0.0, min(1.0, float(volume)))
        self._player.set_looping(self._looping)
        self._player.set_clicking(self._clicking)
        self._player.set_volume(self._volume)
