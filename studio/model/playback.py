"""What is heard: the song's take in view, played by its band, on the transport."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engines.music.score import DEFAULT_BAND, Clip
from engines.music.sound.metronome import count_in
from engines.music.sound.performance import perform
from engines.music.sound.render import SAMPLE_RATE
from engines.music.sound.soundfonts import is_soundfont
from engines.protocol.errors import EngineError
from studio.media.midi_out import MidiOut
from studio.media.midi_ports import Ports
from studio.media.player import Player, Recording
from studio.media.synthesiser import Order, Synthesiser, Voice
from studio.model.band_memory import band_of_old
from studio.model.settings import Settings
from studio.model.song import Song

_MEMORY = "music.sound"
#: How many takes are rendered ahead, and up to which length: longer ones would fill the memory.
_PREFETCHED, _PREFETCHED_SECONDS = 4, 60.0

#: How long play waits for an edit to be rendered before it begins with what was there before.
_PATIENCE_MS = 150


class Playback(QObject):
    """Keeps the recording of the take in view ready, and the transport's switches.

    The band belongs to the song; the SoundFont, the device and the switches to the machine.

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
        self._soundfont: Path | None = None
        self._looping, self._clicking, self._counting, self._volume = True, False, False, 0.8
        self._loop: tuple[int, int] | None = None
        self._order_heard: Order | None = None  # of the recording in the player
        self._take_heard = ("", 0)
        self._start_when_ready = False
        self._edit_is_late = False  # it was begun without the newest edit
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._start_as_it_was)
        self._synthesiser = Synthesiser(self)
        self._player = Player(self)
        self._midi = MidiOut(self._player, self)
        self._recall()
        song.changed.connect(self.prepare)
        self._synthesiser.rendered.connect(self._on_rendered)
        self._synthesiser.noteRendered.connect(self._player.touch)
        self._synthesiser.failed.connect(self._on_failed)
        self._player.playingChanged.connect(lambda _on: self.changed.emit())
        self._player.moved.connect(lambda _seconds: self.moved.emit(self.step))
        self._player.silent.connect(self._on_silent)
        self._midi.lost.connect(self._on_device_lost)

    # --- the transport ---------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether it runs, or will as soon as its sound is ready."""
        return self._player.playing or self._start_when_ready

    @property
    def step(self) -> float:
        """The playhead in steps of the clip in view."""
        clip = self._clip
        return clip.step_at(self._player.position) if clip is not None else 0.0

    @property
    def seconds(self) -> float:
        """The playhead in seconds."""
        return self._player.position

    @property
    def reason_silent(self) -> str:
        """Why nothing is heard; "" when it is, or nobody has tried yet."""
        return "" if self.device else self._player.reason

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
            self._start()
        else:
            self._start_when_ready = True
            self.prepare()
            self._patience.start()
        self.changed.emit()

    def stop(self) -> None:
        """Stop; the playhead stays."""
        self._start_when_ready = False
        self._player.stop()
        self.changed.emit()

    def rewind(self) -> None:
        """Put the playhead on the first beat, of the loop if a part of the song is looped."""
        first = self._loop[0] if self._loop is not None and self._looping else 0
        self.seek(0.0 if self.step <= first else float(first))

    def seek(self, step: float) -> None:
        """Put the playhead on a step of the clip."""
        if self._clip is not None:
            self._player.seek(self._clip.seconds_at(step))

    def touch(self, *pitches: int) -> None:
        """Let a note sound, or several at once."""
        if pitches:
            self._synthesiser.ask_notes(pitches, self.voice)

    def warm_up(self) -> None:
        """Find the sound device and open the SoundFont before they are needed."""
        self._synthesiser.warm_up(self.voice)
        self.prepare()
        self._player.warm_up()

    def close(self) -> None:
        """End of the session."""
        self.stop()
        self._midi.close()
        self._synthesiser.close()

    # --- the switches ----------------------------------------------------------------------

    @property
    def voice(self) -> Voice:
        """How clips are played and exported."""
        return Voice(self._song.state.band, self._soundfont)

    @property
    def looping(self) -> bool:
        """Whether the end goes on at the beginning."""
        return self._looping

    @property
    def loop(self) -> tuple[int, int] | None:
        """The steps that are looped, the second one excluded; None for the whole song."""
        return self._loop

    @property
    def clicking(self) -> bool:
        """Whether the metronome sounds."""
        return self._clicking

    @property
    def counting(self) -> bool:
        """Whether a bar of clicks comes before the first sound."""
        return self._counting

    @property
    def volume(self) -> float:
        """Loudness 0..1."""
        return self._volume

    def set_soundfont(self, path: Path | None) -> None:
        """Use a person's own sounds, or (None) the default ones."""
        if path != self._soundfont:
            self._soundfont = path
            self.prepare()
            self._remember()

    def set_looping(self, on: bool) -> None:
        """Play round and round, or once."""
        self._looping = on
        self._player.set_looping(on)
        self._remember()

    def set_loop(self, first_step: int, last_step: int | None) -> None:
        """Play a part of the song round and round.

        Args:
            first_step: where a round begins.
            last_step: the step after its last; None for the whole song again.
        """
        self._loop = (first_step, last_step) if last_step is not None else None
        if self._loop is not None and self._loop[0] >= self._loop[1]:
            self._loop = None
        self._set_region()
        if self._loop is not None and not self._looping:
            self.set_looping(True)
        self.changed.emit()

    def set_clicking(self, on: bool) -> None:
        """Metronome on or off."""
        self._clicking = on
        self._player.set_clicking(on)
        self._remember()

    def set_counting(self, on: bool) -> None:
        """Count a bar in before playing, or begin at once."""
        self._counting = on
        self._remember()

    def set_volume(self, volume: float) -> None:
        """Loudness 0..1."""
        self._volume = max(0.0, min(1.0, volume))
        self._player.set_volume(self._volume)
        self._remember()

    # --- where it is heard -----------------------------------------------------------------

    @staticmethod
    def devices() -> Ports:
        """The MIDI devices that can play, or a sentence why there are none."""
        return MidiOut.ports()

    @property
    def device(self) -> str:
        """The MIDI device that plays; "" for this computer."""
        return self._midi.name

    def set_device(self, name: str) -> None:
        """Play on a MIDI device, or (with "") on this computer; ``silent`` says if it cannot."""
        try:
            if name:
                self._midi.open(name)
                self._play_on_device()
            else:
                self._midi.close()
        except EngineError as error:
            self.silent.emit(str(error))
        self._player.set_muted(bool(self.device))
        self.changed.emit()

    def _play_on_device(self) -> None:
        """Give the device what the player plays."""
        heard = self._order_heard
        if self.device and heard is not None:
            self._midi.load(perform(heard.clip, heard.voice.band))

    def _on_device_lost(self, sentence: str) -> None:
        self._player.set_muted(False)
        self.silent.emit(sentence)
        self.changed.emit()

    def _on_silent(self, sentence: str) -> None:
        if not self.device:
            self.silent.emit(sentence)

    # --- sound for the take in view --------------------------------------------------------

    def prepare(self) -> None:
        """Have the take in view rendered, so that play starts at once."""
        self._drop_stale_loop()
        order = self._order()
        if order is None:
            self._order_heard = None
            self._start_when_ready = False
            self._player.load(None)
            self.changed.emit()
            return
        if order == self._order_heard:
            self._take_heard = self._take()
        self._synthesiser.ask(order)

    def _drop_stale_loop(self) -> None:
        """Loop the whole song again where the bars that were looped are no longer."""
        clip, loop = self._song.clip, self._loop
        if clip is None or loop is None:
            return
        if loop[1] > clip.steps or any(step % clip.bar_steps for step in loop):
            self.set_loop(0, None)

    def _start_as_it_was(self) -> None:
        """Begin before the newest edit is rendered; it is heard as soon as it is."""
        order = self._order()
        if self._start_when_ready and order is not None and self._is_edit(order):
            self._start_when_ready, self._edit_is_late = False, True
            self._start()

    def _start(self) -> None:
        clip = self._clip
        assert clip is not None
        self._player.play(count_in(clip, self.step, SAMPLE_RATE) if self._counting else None)

    def _on_rendered(self, order: Order, recording: Recording) -> None:
        if order != self._order():
            return
        before, step = self._clip, self.step
        if order != self._order_heard:
            at_loop = self._is_edit(order) and not self._edit_is_late
            self._player.load(recording, at_loop)
            self._edit_is_late = False
            self._order_heard, self._take_heard = order, self._take()
            self._set_region()
            self._play_on_device()
        if before is not None and _timing(before) != _timing(order.clip):
            self.seek(min(step, float(order.clip.steps)))
        if self._start_when_ready:
            self._start_when_ready = False
            self._start()
        self._prefetch()
        self.changed.emit()

    def _is_edit(self, order: Order) -> bool:
        """Whether it is what is heard with other notes: that may wait for the next round.

        Another take, another band or another tempo is what a person wants to hear at once.
        """
        heard = self._order_heard
        return (
            heard is not None
            and heard.voice == order.voice
            and self._take() == self._take_heard
            and _timing(heard.clip) == _timing(order.clip)
        )

    def _take(self) -> tuple[str, int]:
        return self._song.state.job, self._song.selected

    def _set_region(self) -> None:
        clip, loop = self._clip, self._loop
        if clip is None or loop is None:
            self._player.set_region(None)
        else:
            self._player.set_region((clip.seconds_at(loop[0]), clip.seconds_at(loop[1])))

    def _prefetch(self) -> None:
        """Have the other takes ready too, so that going through them has no gaps."""
        takes, voice = self._song.takes, self.voice
        short = [take.clip for take in takes if take.clip.seconds <= _PREFETCHED_SECONDS]
        self._synthesiser.prefetch([Order(clip, voice) for clip in short[:_PREFETCHED]])

    def _on_failed(self, order: Order, sentence: str) -> None:
        if order != self._order():
            return
        self._start_when_ready = False
        self.silent.emit(sentence)
        self.changed.emit()
        self.set_soundfont(None)  # the default sounds instead of none at all

    @property
    def _clip(self) -> Clip | None:
        """The clip of the recording in the player."""
        return self._order_heard.clip if self._order_heard is not None else None

    def _order(self) -> Order | None:
        clip = self._song.clip
        return Order(clip, self.voice) if clip is not None else None

    # --- the last session ------------------------------------------------------------------

    def _remember(self) -> None:
        kept = {
            "soundfont": str(self._soundfont or ""),
            "looping": self._looping,
            "clicking": self._clicking,
            "counting": self._counting,
            "volume": self._volume,
        }
        self._settings.remember(_MEMORY, kept)
        self.changed.emit()

    def _recall(self) -> None:
        known = self._settings.recall(_MEMORY, {})
        if self._song.state == replace(self._song.state, band=DEFAULT_BAND, takes=()):
            self._song.load(replace(self._song.state, band=band_of_old(known)))
        soundfont = Path(str(known.get("soundfont") or "-"))
        self._soundfont = soundfont if is_soundfont(soundfont) else None
        self._looping = known.get("looping") is not False
        self._clicking = known.get("clicking") is True
        self._counting = known.get("counting") is True
        volume = known.get("volume")
        if isinstance(volume, int | float):
            self._volume = max(0.0, min(1.0, float(volume)))
        self._player.set_looping(self._looping)
        self._player.set_clicking(self._clicking)
        self._player.set_volume(self._volume)


def _timing(clip: Clip) -> tuple[object, ...]:
    """What says when a step is heard."""
    return clip.tempo, clip.tempos, clip.meter
