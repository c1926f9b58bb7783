"""The transport: plays rendered samples and knows, frame by frame, what is heard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from studio.media.outputs import DeviceOutput, SilentOutput, open_output
from studio.media.sample_source import Recording, Samples, SampleSource, silence

__all__ = ["NotePlayer", "Player", "Recording", "Samples"]

_TICK_MS = 16


class Player(QObject):
    """Plays one recording. Without a sound device it runs just the same and says why it is silent.

    Signals:
        playingChanged: whether it runs.
        moved: the place that is heard, in seconds; about 60 times a second while it runs.
        silent: one sentence, when playing starts and nothing can be heard.
    """

    playingChanged = Signal(bool)
    moved = Signal(float)
    silent = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = SampleSource(self)
        self._recording: Recording | None = None
        self._output: DeviceOutput | SilentOutput | None = None
        self._playing = False
        self._position = 0.0
        self._volume = 0.8
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._note = NotePlayer(self)

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._playing

    @property
    def position(self) -> float:
        """The place that is heard, or where it will start, in seconds."""
        return self._position

    @property
    def reason(self) -> str:
        """Why nothing is heard; "" when it is, or nobody has tried yet."""
        return self._output.reason if self._output is not None else ""

    def warm_up(self) -> None:
        """Look for the sound device now, so that the first click is not the one that waits."""
        if self._output is None:
            self._output = self._open(44100)

    @property
    def looping(self) -> bool:
        """Whether the end goes on at the beginning."""
        return self._source.looping

    @property
    def counting_in(self) -> bool:
        """Whether it runs and the clicks before the start are heard."""
        if not self._playing or self._output is None:
            return False
        return self._source.counting(self._output.processed())

    @property
    def round(self) -> tuple[float, float]:
        """Where a round of the loop begins and ends, in seconds."""
        rate = self._recording.rate if self._recording is not None else 1
        first, end = self._source.round()
        return first / rate, end / rate

    def load(self, recording: Recording | None, at_loop: bool = False) -> None:
        """Take another recording; while it plays, it goes on at the same place in time.

        Args:
            recording: None for nothing.
            at_loop: while it loops, what is heard stays as it is until the next round.
        """
        self._recording = recording
        if recording is None:
            self.stop()
            self._source.load(None)
            self._move(0.0)
            return
        if self._playing and at_loop and self._source.looping:
            self._source.swap_at_loop(recording)
            return
        if self._playing:
            self._source.swap(recording)
        else:
            self._source.load(recording)
        if self._position * recording.rate > recording.length:
            self.seek(0.0)

    def play(self, count_in: Samples | None = None) -> None:
        """Start where the playhead is; at the beginning when it is outside of what is played.

        Args:
            count_in: clicks before the first sound, (n, 2) float32 at the recording's rate.
        """
        if self._playing or self._recording is None:
            return
        rate = self._recording.rate
        frame = round(self._position * rate)
        first, end = self._source.round() if self._source.looping else (0, self._recording.length)
        begin = frame if first <= frame < end else first
        self._source.begin(begin, count_in)
        self._output = self._open(rate)
        self._output.set_volume(self._volume)
        self._output.start(self._source)
        self._playing = True
        self._move(begin / rate)
        self._timer.start()
        self.playingChanged.emit(True)
        if self._output.reason:
            self.silent.emit(self._output.reason)

    def stop(self) -> None:
        """Stop; the playhead stays."""
        if not self._playing:
            return
        self._playing = False
        self._timer.stop()
        if self._output is not None:
            self._output.stop()
        self._source.load(self._recording)  # what waited for the next round need not wait
        self.playingChanged.emit(False)

    def seek(self, seconds: float) -> None:
        """Put the playhead somewhere; while it plays, it goes on from there."""
        if self._recording is None:
            return
        end = self._recording.length / self._recording.rate
        place = max(0.0, min(seconds, end))
        if self._playing and self._output is not None:
            # Start the stream afresh: what the device holds ahead must not be heard any more.
            self._output.stop()
            self._source.begin(round(place * self._recording.rate))
            self._output.start(self._source)
        self._move(place)

    def set_looping(self, looping: bool) -> None:
        """Whether the end goes on at the beginning."""
        self._source.looping = looping
        self._enter_round()

    def set_region(self, seconds: tuple[float, float] | None) -> None:
        """Which part is looped, in seconds; None for all of it."""
        rate = self._recording.rate if self._recording is not None else 44100
        self._source.region = (
            (round(seconds[0] * rate), round(seconds[1] * rate)) if seconds is not None else None
        )
        self._enter_round()

    def _enter_round(self) -> None:
        """While it plays, a playhead outside of the loop goes to its beginning."""
        first, end = self.round
        if self._playing and self._source.looping and not first <= self._position < end:
            self.seek(first)

    def set_muted(self, muted: bool) -> None:
        """Whether only the metronome is heard here, as something else plays the notes."""
        self._source.muted = muted

    def set_clicking(self, clicking: bool) -> None:
        """Whether the metronome sounds."""
        self._source.clicking = clicking

    def set_volume(self, volume: float) -> None:
        """Loudness 0..1."""
        self._volume = volume
        if self._output is not None:
            self._output.set_volume(volume)
        self._note.set_volume(volume)

    def touch(self, samples: Samples, rate: int) -> None:
        """Let a single note sound beside whatever plays."""
        self._note.play(samples, rate)

    def _open(self, rate: int) -> DeviceOutput | SilentOutput:
        if self._output is not None:
            self._output.deleteLater()
        return open_output(rate, self)

    def _tick(self) -> None:
        if self._output is None or self._recording is None:
            return
        if self._output.broken:
            self.stop()
            self.silent.emit("The sound device went away. Press play to go on with another one.")
            return
        frame = self._source.frame_at(self._output.processed())
        if not self._source.looping and frame >= self._recording.length:
            self._finish(frame)
            return
        self._move(min(frame, self._recording.length) / self._recording.rate)

    def _finish(self, frame: int) -> None:
        """Rest on the last bar line while the tail rings out, then go back to the start."""
        assert self._recording is not None
        if frame >= len(self._recording.samples) - 1:
            self.stop()
            self._move(0.0)
        else:
            self._move(self._recording.length / self._recording.rate)

    def _move(self, seconds: float) -> None:
        if seconds != self._position:
            self._position = seconds
            self.moved.emit(seconds)


class NotePlayer(QObject):
    """Single notes on a stream of their own, so that a melody that plays goes on under them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = SampleSource(self)
        self._output: DeviceOutput | SilentOutput | None = None
        self._volume = 0.8

    def play(self, samples: Samples, rate: int) -> None:
        """Cut the note before and play this one."""
        if self._output is not None:
            self._output.stop()
            self._output.deleteLater()
        self._source.load(Recording(samples, silence(), len(samples), rate))
        self._source.begin(0)
        self._output = open_output(rate, self)
        self._output.set_volume(self._volume)
        self._output.start(self._source)

    def set_volume(self, volume: float) -> None:
        """Loudness 0..1."""
        self._volume = volume
        if self._output is not None:
            self._output.set_volume(volume)
