"""Turns clips into recordings in a worker thread, the newest request first."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QThreadPool, Signal

from engines.music.score import DEFAULT_BAND, Band, Clip
from engines.music.sound.metronome import clicks
from engines.music.sound.performance import find_part
from engines.music.sound.render import (
    SAMPLE_RATE,
    Samples,
    open_synth,
    render,
    render_notes,
)
from engines.protocol.errors import EngineError
from studio.media.player import Recording

_log = logging.getLogger(__name__)

#: How much rendered sound is kept, in bytes; eight bars take about 7 MB.
_CACHE_BYTES = 256 << 20


@dataclass(frozen=True)
class Voice:
    """How a clip is played.

    Attributes:
        band: who plays, on which instruments, how loud.
        soundfont: the user's own, or None.
    """

    band: Band = DEFAULT_BAND
    soundfont: Path | None = None

    @property
    def program(self) -> int:
        """The melody's instrument, General MIDI 0..127."""
        return find_part(self.band, "melody").program


@dataclass(frozen=True)
class Order:
    """A clip to be played in a voice; what a recording is known by."""

    clip: Clip
    voice: Voice

    def render(self) -> Recording:
        """Make the recording; takes a moment.

        Raises:
            EngineError: the SoundFont or a chord cannot be used.
        """
        voice = self.voice
        samples = render(self.clip, voice.band, soundfont=voice.soundfont)
        return Recording(
            samples=samples,
            clicks=_clicks(
                msgspec.structs.replace(self.clip, notes=(), chords=(), key="", seeds=())
            ),
            length=round(self.clip.seconds * SAMPLE_RATE),
            rate=SAMPLE_RATE,
        )


@lru_cache(maxsize=2)
def _clicks(clip: Clip) -> Samples:
    """The metronome, which all takes of a song share.

    Args:
        clip: without its notes and chords.
    """
    return clicks(clip, SAMPLE_RATE)


class Synthesiser(QObject):
    """Renders one thing at a time; of several orders that wait only the newest is made.

    Signals:
        rendered: an Order and its Recording.
        noteRendered: samples of a single note, and their rate.
        failed: an Order and one sentence.
    """

    rendered = Signal(object, object)  # Order, Recording
    noteRendered = Signal(object, int)  # Samples, Hz
    failed = Signal(object, str)
    _made = Signal(object, object)  # from the worker: Order, Recording | str
    _note_made = Signal(object)  # from the worker: Samples | str

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._cache: OrderedDict[Order, Recording] = OrderedDict()
        self._wanted: Order | None = None
        self._making: Order | None = None
        self._later: list[Order] = []
        self._made.connect(self._on_made)
        self._note_made.connect(self._on_note)

    @property
    def busy(self) -> bool:
        """Whether a recording is being made."""
        return self._making is not None

    def ask(self, order: Order) -> None:
        """Make a recording; ``rendered`` follows, at once when it has been made before."""
        recording = self._cache.get(order)
        if recording is not None:
            self._cache.move_to_end(order)
            self._wanted = None
            self.rendered.emit(order, recording)
            return
        self._wanted = order if order != self._making else None
        self._next()

    def prefetch(self, orders: Sequence[Order]) -> None:
        """Make these when there is nothing else to do; replaces what was to be prefetched."""
        self._later = list(orders)
        self._next()

    def warm_up(self, voice: Voice) -> None:
        """Open the SoundFont now: the first time takes longer than playing eight bars."""
        self._pool.start(lambda: _or_sentence(lambda: open_synth(voice.soundfont, SAMPLE_RATE)))

    def ask_notes(self, pitches: Sequence[int], voice: Voice) -> None:
        """Make a note, or several at once; ``noteRendered`` follows."""

        def make() -> Samples:
            return render_notes(pitches, voice.program, soundfont=voice.soundfont)

        self._pool.start(lambda: self._tell(self._note_made, _or_sentence(make)))

    def close(self) -> None:
        """Wait for the worker; nothing is told any more."""
        self._wanted, self._later = None, []
        self.blockSignals(True)
        self._pool.clear()
        self._pool.waitForDone()

    def _next(self) -> None:
        if self._making is not None:
            return
        order, self._wanted = self._wanted, None
        while order is None and self._later:
            later = self._later.pop(0)
            order = later if later not in self._cache else None
        if order is not None:
            self._making = order
            self._pool.start(lambda: self._tell(self._made, order, _or_sentence(order.render)))

    @staticmethod
    def _tell(signal: Any, *values: object) -> None:
        """Emit from the worker, unless the window is gone by now."""
        try:
            signal.emit(*values)
        except RuntimeError as error:
            _log.debug("Nobody waits for this sound any more: %s", error)

    def _on_made(self, order: Order, made: Recording | str) -> None:
        self._making = None
        if isinstance(made, str):
            self.failed.emit(order, made)
        else:
            self._keep(order, made)
            self.rendered.emit(order, made)
        self._next()

    def _on_note(self, made: Samples | str) -> None:
        if isinstance(made, str):
            _log.info("A note cannot be played: %s", made)
        else:
            self.noteRendered.emit(made, SAMPLE_RATE)

    def _keep(self, order: Order, recording: Recording) -> None:
        self._cache[order] = recording
        size = sum(kept.samples.nbytes for kept in self._cache.values())
        while size > _CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            size -= oldest.samples.nbytes


def _or_sentence(make: Callable[[], object]) -> object:
    """What ``make`` makes, or one sentence why it cannot be made. Runs in the worker."""
    try:
        return make()
    except EngineError as error:
        return str(error)
    except Exception:  # noqa: BLE001  the boundary of a thread: beyond it nobody would hear of it
        _log.exception("Rendering sound failed")
        return "The sound could not be made; the log says why. MIDI export still works."
