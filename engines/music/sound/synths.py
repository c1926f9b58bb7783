"""Two synthesisers that play SoundFonts, behind one small interface.

A synth turns a :class:`~engines.music.sound.performance.Performance` into float samples. Opening
one means reading a SoundFont, so open synths are kept; a lock lets worker threads share them.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engines.music.sound.performance import DRUM_CHANNEL, Performance
from engines.music.sound.soundfonts import not_a_soundfont

Samples = NDArray[np.float32]

#: Everybody's key up this long before the next strike of the same moment, in seconds.
_RELEASE_GAP = 0.004

#: Where SoundFonts keep their drum kits.
DRUM_BANK = 128


class Synth(Protocol):
    """Turns a performance into sound."""

    has_drums: bool
    """Whether its SoundFont holds a drum kit."""

    def play(self, performance: Performance, frames: int) -> Samples:
        """The performance as (frames, 2) float32; its level is not defined."""
        ...


class KeyEvent(NamedTuple):
    """A key going down or up; sorts by time, up before down."""

    frame: int
    down: bool
    channel: int
    pitch: int
    velocity: int


def key_events(performance: Performance, rate: int) -> list[KeyEvent]:
    """Keys going down and up, in the order in which a synth must hear of them."""
    events: list[KeyEvent] = []
    for tone in performance.tones:
        down = round(tone.start * rate)
        up = max(down + 1, round((tone.end - _RELEASE_GAP) * rate))
        events.append(KeyEvent(down, True, tone.channel, tone.pitch, tone.velocity))
        events.append(KeyEvent(up, False, tone.channel, tone.pitch, 0))
    return sorted(events)


def _spans(events: list[KeyEvent], frames: int) -> Iterator[tuple[KeyEvent | None, int, int]]:
    """Each event with the stretch of frames that follows it, the silence before the first too."""
    start = 0
    pending: KeyEvent | None = None
    for event in events:
        frame = min(event.frame, frames)
        yield pending, start, frame
        pending, start = event, frame
    yield pending, start, frames


def press(synth: Any, event: KeyEvent) -> None:
    """Tell a synth of either library about a key."""
    if event.down:
        synth.noteon(event.channel, event.pitch, event.velocity)
    else:
        synth.noteoff(event.channel, event.pitch)


class FluidSynth:
    """FluidSynth through pyfluidsynth, rendered without any audio driver.

    Every performance gets a fresh synth: a used one has moved its oscillators on and would not
    repeat its samples. One more stays open so that the SoundFont's data stays in memory.
    """

    name = "fluidsynth"

    def __init__(self, soundfont: Path, rate: int) -> None:
        """Open the library and the SoundFont.

        Raises:
            ImportError: libfluidsynth is not installed.
            EngineError: kind ``bad_input``, the file is no SoundFont.
        """
        fluidsynth = _import_fluidsynth()
        self._library = fluidsynth
        self._soundfont = soundfont
        self._rate = rate
        self._lock = threading.Lock()
        self._write = _float_writer(fluidsynth)
        self._kept, font = self._open()
        self.has_drums = self._kept.program_select(DRUM_CHANNEL, font, DRUM_BANK, 0) == 0

    def _open(self) -> tuple[Any, int]:
        synth = self._library.Synth(gain=0.4, samplerate=float(self._rate))
        synth.setting("synth.chorus.active", 0)
        synth.setting("synth.reverb.active", 0)
        font = synth.sfload(str(self._soundfont))
        if font < 0:
            synth.delete()
            raise not_a_soundfont(self._soundfont)
        return synth, font

    def play(self, performance: Performance, frames: int) -> Samples:
        """See :class:`Synth`."""
        out = np.zeros((frames, 2), np.float32)
        with self._lock:
            synth, font = self._open()
            try:
                for channel, program in performance.programs.items():
                    bank, kit = (DRUM_BANK, 0) if channel == DRUM_CHANNEL else (0, program)
                    if synth.program_select(channel, font, bank, kit) != 0:
                        synth.program_change(channel, 0)
                for event, start, stop in _spans(key_events(performance, self._rate), frames):
                    if event is not None:
                        press(synth, event)
                    self._fill(synth, out, start, stop)
            finally:
                synth.delete()
        return out

    def _fill(self, synth: Any, out: Samples, start: int, stop: int) -> None:
        """Render frames start..stop into the interleaved buffer; lets go of the GIL meanwhile."""
        if stop > start:
            buffer = out.ctypes.data
            self._write(synth.synth, stop - start, buffer, 2 * start, 2, buffer, 2 * start + 1, 2)


def _import_fluidsynth() -> Any:
    """The library, imported only when something sounds: finding its C part takes 0.1 s.

    Where the variable CI is set it prints what it found, and stdout belongs to the commands' JSON.
    """
    with contextlib.redirect_stdout(sys.stderr):
        import fluidsynth
    return fluidsynth


def _float_writer(fluidsynth: Any) -> Any:
    """``fluid_synth_write_float`` of the C library; pyfluidsynth itself only has the 16-bit one."""
    names = ("synth", "len", "lout", "loff", "lincr", "rout", "roff", "rincr")
    kinds = {"synth": ctypes.c_void_p, "lout": ctypes.c_void_p, "rout": ctypes.c_void_p}
    arguments = [(name, kinds.get(name, ctypes.c_int), 1) for name in names]
    return fluidsynth.cfunc("fluid_synth_write_float", ctypes.c_int, *arguments)


class TinySoundFont:
    """TinySoundFont, whose library comes inside the Python package."""

    name = "tinysoundfont"

    def __init__(self, soundfont: Path, rate: int) -> None:
        """Open the SoundFont.

        Raises:
            ImportError: tinysoundfont is not installed.
            EngineError: kind ``bad_input``, the file is no SoundFont.
        """
        import tinysoundfont

        self._rate = rate
        self._lock = threading.Lock()
        self._synth = tinysoundfont.Synth(samplerate=rate, gain=-9.0)
        try:
            self._font = self._synth.sfload(str(soundfont))
        except RuntimeError as error:
            raise not_a_soundfont(soundfont) from error
        self.has_drums = self._synth.sfpreset_name(self._font, DRUM_BANK, 0) is not None

    def play(self, performance: Performance, frames: int) -> Samples:
        """See :class:`Synth`."""
        with self._lock:
            self._synth.sounds_off()
            for channel, program in performance.programs.items():
                self._select(channel, program)
            out = np.zeros((frames, 2), np.float32)
            for event, start, stop in _spans(key_events(performance, self._rate), frames):
                if event is not None:
                    press(self._synth, event)
                if stop > start:
                    self._synth.generate(stop - start, out[start:stop].data.cast("B"))
            self._synth.sounds_off()
        return out

    def _select(self, channel: int, program: int) -> None:
        bank, preset = (DRUM_BANK, 0) if channel == DRUM_CHANNEL else (0, program)
        known = self._synth.sfpreset_name(self._font, bank, preset) is not None
        self._synth.program_select(
            channel, self._font, bank if known else 0, preset if known else 0
        )
