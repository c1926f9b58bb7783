"""Where sound goes: a sound device, or nowhere at the same pace.

QtMultimedia is imported only when something is to be heard: it takes a tenth of a second, and on
some machines its libraries are missing, which must not keep anybody from composing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QElapsedTimer, QLoggingCategory, QObject, QTimer

from studio.media.sample_source import Encoder, Samples, SampleSource, as_float32

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

_log = logging.getLogger(__name__)

#: What the device holds ahead, in seconds: enough for a busy moment, short enough for a click.
BUFFER_SECONDS = 0.1

_NO_MULTIMEDIA = "qt.multimedia.*=false"

NO_DEVICE = (
    "No sound device was found, so the melody plays silently. MIDI and WAV export still work."
)
NO_LIBRARY = (
    "Sound needs a system library that is missing (on Debian: libpulse0), so the melody plays "
    "silently. MIDI and WAV export still work."
)


class Output(Protocol):
    """Something that pulls a :class:`SampleSource` at the pace of sound."""

    reason: str
    """Why nothing is heard; "" when it is."""
    broken: bool
    """Whether the device went away."""

    def start(self, source: SampleSource) -> None:
        """Begin to pull; the source is at its beginning."""

    def stop(self) -> None:
        """Stop at once."""

    def processed(self) -> int:
        """Frames that have sounded since the start."""

    def set_volume(self, volume: float) -> None:
        """Loudness 0..1, linear to the ear."""


class SilentOutput(QObject):
    """Pulls at the pace of a clock and throws the samples away."""

    broken = False

    def __init__(self, rate: int, reason: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reason = reason
        self._rate = rate
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._pull)
        self._source: SampleSource | None = None
        self._pulled = 0

    def start(self, source: SampleSource) -> None:
        """See :class:`Output`."""
        self._source = source
        self._pulled = 0
        self._clock.start()
        self._timer.start()
        self._pull()

    def stop(self) -> None:
        """See :class:`Output`."""
        self._timer.stop()
        self._source = None

    def processed(self) -> int:
        """See :class:`Output`."""
        return self._elapsed() if self._source is not None else 0

    def set_volume(self, volume: float) -> None:
        """Nothing is heard anyway."""

    def _elapsed(self) -> int:
        return self._clock.elapsed() * self._rate // 1000

    def _pull(self) -> None:
        if self._source is not None:
            # A little ahead, as a device is, so that the position never overtakes the source.
            due = self._elapsed() + round(BUFFER_SECONDS * self._rate) - self._pulled
            self._pulled += len(self._source.take(max(0, due)))


class DeviceOutput(QObject):
    """The system's default sound device."""

    reason = ""

    def __init__(self, device: QAudioDevice, rate: int, parent: QObject | None = None) -> None:
        from PySide6.QtMultimedia import QAudioSink

        super().__init__(parent)
        self._format, self._encode = _format(device, rate)
        self._sink = QAudioSink(device, self._format, self)
        frames = round(BUFFER_SECONDS * rate)
        self._sink.setBufferSize(frames * self._format.bytesPerFrame())
        self._rate = rate

    def start(self, source: SampleSource) -> None:
        """See :class:`Output`."""
        source.encode = self._encode
        source.frame_bytes = self._format.bytesPerFrame()
        self._sink.start(source)

    def stop(self) -> None:
        """See :class:`Output`."""
        self._sink.reset()

    def processed(self) -> int:
        """See :class:`Output`."""
        return self._sink.processedUSecs() * self._rate // 1_000_000

    def set_volume(self, volume: float) -> None:
        """See :class:`Output`."""
        self._sink.setVolume(volume**2)

    @property
    def broken(self) -> bool:
        """Whether the device went away.

        Asked, not told: the sink's own signal has an argument that PySide cannot convert.
        """
        from PySide6.QtMultimedia import QtAudio

        errors = (QtAudio.Error.OpenError, QtAudio.Error.IOError, QtAudio.Error.FatalError)
        return self._sink.error() in errors


def open_output(rate: int, parent: QObject | None = None) -> DeviceOutput | SilentOutput:
    """The default sound device, or a silent stand-in that says why."""
    try:
        with _quiet_libraries():
            from PySide6.QtMultimedia import QMediaDevices

            device = QMediaDevices.defaultAudioOutput()
    except ImportError as error:
        _log.info("QtMultimedia cannot be imported: %s", error)
        return SilentOutput(rate, NO_LIBRARY, parent)
    if device.isNull():
        return SilentOutput(rate, NO_DEVICE, parent)
    try:
        return DeviceOutput(device, rate, parent)
    except ValueError as error:
        _log.warning("%s", error)
        return SilentOutput(rate, f"{error} The melody plays silently.", parent)


def _format(device: QAudioDevice, rate: int) -> tuple[QAudioFormat, Encoder]:
    """A format of this rate that the device takes.

    Raises:
        ValueError: it takes none that we can make.
    """
    from PySide6.QtMultimedia import QAudioFormat

    kinds = QAudioFormat.SampleFormat
    encoders: dict[Any, Encoder] = {kinds.Float: as_float32, kinds.Int16: _as_int16}
    wanted = QAudioFormat()
    wanted.setSampleRate(rate)
    wanted.setChannelCount(2)
    for kind, encoder in encoders.items():
        wanted.setSampleFormat(kind)
        if device.isFormatSupported(wanted):
            return wanted, encoder
    raise ValueError(f"The sound device {device.description()} takes no stereo at {rate} Hz.")


def _as_int16(samples: Samples) -> bytes:
    return (samples * 32767.0).astype("<i2").tobytes()


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Keep to themselves what Qt's sound libraries say while they look for a server.

    A machine without one is ordinary here, yet Qt warns of it. Rules are used, not a message
    handler: a handler in Python would be called from inside the loading of a library, wait for
    the interpreter there, and never get it from a thread that waits to load a library itself.
    """
    QLoggingCategory.setFilterRules(f"{_NO_MULTIMEDIA}\ndefault.warning=false")
    try:
        yield
    finally:
        QLoggingCategory.setFilterRules(_NO_MULTIMEDIA)
