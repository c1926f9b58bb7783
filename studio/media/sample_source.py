"""The stream of samples that a sound device pulls: looping, seeking, and a metronome on top.

What the device has taken is ahead of what is heard, so the source remembers where it jumped: the
position that belongs to any frame already taken can be asked for later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice, QObject

Samples = NDArray[np.float32]
#: Turns (n, 2) float32 into the bytes of the device's format.
Encoder = Callable[[Samples], bytes]

#: How many jumps are remembered; a device is never more than a few behind.
_JUMPS = 64

#: How long one sound gives way to another, in seconds: too short to hear, long enough not to click.
FADE_SECONDS = 0.012


def as_float32(samples: Samples) -> bytes:
    """The bytes of 32-bit float stereo."""
    return samples.tobytes()


def silence(frames: int = 0) -> Samples:
    """(frames, 2) float32 zeros."""
    return np.zeros((frames, 2), np.float32)


@dataclass(frozen=True, eq=False)
class Recording:
    """Samples ready to play.

    Attributes:
        samples: (n, 2) float32 in -1..1, the bars and their tail.
        clicks: (length, 2) float32, the metronome of the same bars.
        length: frames of the bars.
        rate: Hz.
    """

    samples: Samples
    clicks: Samples
    length: int
    rate: int


_NOTHING = Recording(silence(), silence(), 0, 44100)


class SampleSource(QIODevice):
    """Plays a recording's bars and tail; sequential, read-only.

    Without the loop the tail is played after the last bar and the stream ends. With it the tail
    rings over the next round's beginning, so that the loop has no gap and no click.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.looping = False
        self.clicking = False
        self.muted = False
        """Whether the recording is silent; the metronome is heard all the same."""
        self.region: tuple[int, int] | None = None
        """The frames that are looped, the second one excluded; None for all."""
        self.encode: Encoder = as_float32
        self.frame_bytes = 8
        self._recording = _NOTHING
        self._pending: Recording | None = None  # heard from the next round on
        self._at = 0  # the next frame of the clip to hand out
        self._taken = 0  # frames handed out since the stream began
        self._intro = silence()  # clicks before the first frame
        self._start = 0
        self._ring = silence()  # sounds over what follows
        self._rise = np.zeros(0, np.float32)  # how what follows comes in
        self._jumps: list[tuple[int, int]] = [(0, 0)]
        # Unbuffered: QIODevice would read ahead and hand out what is no longer wanted.
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    # --- what is played ----------------------------------------------------------------------

    def load(self, recording: Recording | None) -> None:
        """Take another recording at once; the position stays."""
        self._recording = recording or _NOTHING
        self._pending = None
        self._ring, self._rise = silence(), self._rise[:0]
        if self._at > len(self._recording.samples):
            self._jump(0)

    def swap(self, recording: Recording) -> None:
        """Go over to another recording at the same frame, in :data:`FADE_SECONDS`."""
        old = self._recording.samples[self._at : self._at + self._fade_frames()].copy()
        rise = np.linspace(0.0, 1.0, len(old), dtype=np.float32)
        self.load(recording)
        self._ring, self._rise = old * (1.0 - rise)[:, None], rise

    def swap_at_loop(self, recording: Recording) -> None:
        """Go over to another recording when the next round begins."""
        self._pending = recording

    def begin(self, frame: int, intro: Samples | None = None) -> None:
        """Start a new stream.

        Args:
            frame: of the clip.
            intro: (n, 2) float32, heard once before it.
        """
        if self._pending is not None:
            self._recording, self._pending = self._pending, None
        self._intro = silence() if intro is None else intro
        self._taken = 0
        self._at = self._start = frame
        self._ring, self._rise = silence(), self._rise[:0]
        self._jumps = [(0, frame - len(self._intro))]

    def round(self) -> tuple[int, int]:
        """First and last frame of a round of the loop, the last one excluded."""
        length = self._recording.length
        first, end = self.region or (0, length)
        return (first, min(end, length)) if 0 <= first < min(end, length) else (0, length)

    # --- what is heard -----------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether everything was handed out, the tail too."""
        return not self.looping and self._at >= len(self._recording.samples)

    def frame_at(self, taken: int) -> int:
        """The clip's frame that is heard when ``taken`` frames of the stream have sounded.

        While the intro sounds that is the frame which follows it.
        """
        place = bisect_right(self._jumps, taken, key=lambda jump: jump[0]) - 1
        start, frame = self._jumps[max(0, place)]
        at = frame + max(0, taken - start)
        return max(at, self._start) if self.counting(taken) else at

    def counting(self, taken: int) -> bool:
        """Whether the intro is heard when ``taken`` frames of the stream have sounded."""
        return taken < self._taken_by_intro and self._jumps[0][0] == 0

    @property
    def _taken_by_intro(self) -> int:
        return max(0, self._start - self._jumps[0][1])

    def take(self, frames: int) -> Samples:
        """The next frames of the stream, fewer only at its end, (n, 2) float32."""
        parts: list[Samples] = []
        missing = frames
        while missing > 0:
            part = self._piece(missing)
            if not len(part):
                break
            parts.append(part)
            self._taken += len(part)
            missing -= len(part)
        return np.concatenate(parts) if parts else silence()

    def _piece(self, most: int) -> Samples:
        """A copy of what follows, up to the next seam; moves on behind it."""
        if len(self._intro):
            part, self._intro = self._intro[:most].copy(), self._intro[most:]
            return part
        if self._pending is not None and not self.looping:
            self.swap(self._pending)
        if self.looping and self._at >= self._round_end():
            self._wrap()
        length = self._recording.length
        seam = self._round_end() if self.looping else len(self._recording.samples)
        if self._at < length:
            seam = min(seam, length)
        part = self._recording.samples[self._at : min(self._at + most, seam)].copy()
        self._blend(part)
        self._at += len(part)
        return part

    def _blend(self, part: Samples) -> None:
        """Mix what sounds over a piece into it."""
        n = len(part)
        rise, self._rise = self._rise[:n], self._rise[n:]
        part[: len(rise)] *= rise[:, None]
        ring, self._ring = self._ring[:n], self._ring[n:]
        part[: len(ring)] += ring
        if self.muted:
            part[:] = 0.0
        if self.clicking:
            beats = self._recording.clicks[self._at : self._at + n]
            part[: len(beats)] += beats

    def _round_end(self) -> int:
        """Where the round ends in which the next frame lies; behind a region, the last bar's."""
        end = self.round()[1]
        return end if self._at <= end else self._recording.length

    def _wrap(self) -> None:
        """Go on where the round begins; what was there to follow rings out over it."""
        ring = self._recording.samples[self._at :]
        if self._at < self._recording.length:  # more than an echo follows: only its first moment
            ring = ring[: self._fade_frames()]
            ring = ring * np.linspace(1.0, 0.0, len(ring), dtype=np.float32)[:, None]
        if self._pending is not None:
            self._recording, self._pending = self._pending, None
        self._ring = ring
        self._jump(self.round()[0])

    def _fade_frames(self) -> int:
        return max(1, round(FADE_SECONDS * self._recording.rate))

    def _jump(self, frame: int) -> None:
        self._at = frame
        self._jumps.append((self._taken, frame))
        del self._jumps[:-_JUMPS]

    # --- QIODevice ---------------------------------------------------------------------------

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        """A sink asks first and stays silent when told 0, which is QIODevice's own answer."""
        left = len(self._intro) + len(self._recording.samples) - self._at
        endless = 1 << 20
        return (endless if self.looping else max(0, left)) * self.frame_bytes

    def readData(self, maxlen: int) -> bytes:
        samples = self.take(maxlen // self.frame_bytes)
        return self.encode(np.clip(samples, -1.0, 1.0)) if len(samples) else b""

    def writeData(self, data: bytes | bytearray | memoryview, length: int) -> int:
        return -1
