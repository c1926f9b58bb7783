"""The stream of samples that a sound device pulls: looping, seeking, and a metronome on top.

What the device has taken is ahead of what is heard, so the source remembers where it jumped: the
position that belongs to any frame already taken can be asked for later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice, QObject

Samples = NDArray[np.float32]
#: Turns (n, 2) float32 into the bytes of the device's format.
Encoder = Callable[[Samples], bytes]

#: How many jumps are remembered; a device is never more than a few behind.
_JUMPS = 64


def as_float32(samples: Samples) -> bytes:
    """The bytes of 32-bit float stereo."""
    return samples.tobytes()


class SampleSource(QIODevice):
    """Plays a buffer of ``length`` frames and its tail; sequential, read-only.

    Without the loop the tail is played after the last bar and the stream ends. With it the tail
    rings over the next round's beginning, so that the loop has no gap and no click.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.looping = False
        self.clicking = False
        self.encode: Encoder = as_float32
        self.frame_bytes = 8
        self._body = np.zeros((0, 2), np.float32)
        self._tail = np.zeros((0, 2), np.float32)
        self._clicks = np.zeros((0, 2), np.float32)
        self._at = 0  # the next frame of the clip to hand out
        self._taken = 0  # frames handed out since the stream began
        self._ringing = False  # the tail sounds over the beginning
        self._jumps: list[tuple[int, int]] = [(0, 0)]
        # Unbuffered: QIODevice would read ahead and hand out what is no longer wanted.
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    @property
    def length(self) -> int:
        """Frames of the bars, without the tail."""
        return len(self._body)

    @property
    def ended(self) -> bool:
        """Whether everything was handed out, the tail too."""
        return not self.looping and self._at >= len(self._body) + len(self._tail)

    def load(self, samples: Samples, length: int, clicks: Samples) -> None:
        """Take other samples; the position stays, so a change of instrument goes on in time.

        Args:
            samples: (n, 2) float32, the bars and their tail.
            length: frames of the bars.
            clicks: (length, 2) float32, the metronome.
        """
        self._body, self._tail, self._clicks = samples[:length], samples[length:], clicks
        if self._at > len(samples):
            self._jump(0)

    def begin(self, frame: int) -> None:
        """Start a new stream at a frame of the clip."""
        self._taken = 0
        self._at = frame
        self._ringing = False
        self._jumps = [(0, frame)]

    def frame_at(self, taken: int) -> int:
        """The clip's frame that is heard when ``taken`` frames of the stream have sounded."""
        place = bisect_right(self._jumps, taken, key=lambda jump: jump[0]) - 1
        start, frame = self._jumps[max(0, place)]
        return frame + max(0, taken - start)

    def take(self, frames: int) -> Samples:
        """The next frames of the stream, fewer only at its end, (n, 2) float32."""
        parts: list[Samples] = []
        missing = frames
        while missing > 0:
            if self.looping and self._at >= len(self._body):
                if not len(self._body):
                    break
                self._jump(0)
                self._ringing = True
            part = self._stretch(missing)
            if not len(part):
                break
            parts.append(part)
            self._at += len(part)
            self._taken += len(part)
            missing -= len(part)
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    def _stretch(self, most: int) -> Samples:
        """A copy of what follows, up to the next seam."""
        if self._at >= len(self._body):
            at = self._at - len(self._body)
            return self._tail[at : at + most].copy()
        part = self._body[self._at : self._at + most].copy()
        if self._ringing:
            rest = self._tail[self._at : self._at + len(part)]
            part[: len(rest)] += rest
        if self.clicking:
            beats = self._clicks[self._at : self._at + len(part)]
            part[: len(beats)] += beats
        return part

    def _jump(self, frame: int) -> None:
        self._at = frame
        self._jumps.append((self._taken, frame))
        del self._jumps[:-_JUMPS]

    # --- QIODevice ---------------------------------------------------------------------------

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        """A sink asks first and stays silent when told 0, which is QIODevice's own answer."""
        left = len(self._body) + len(self._tail) - self._at
        endless = 1 << 20
        return (endless if self.looping else max(0, left)) * self.frame_bytes

    def readData(self, maxlen: int) -> bytes:
        samples = self.take(maxlen // self.frame_bytes)
        return self.encode(np.clip(samples, -1.0, 1.0)) if len(samples) else b""

    def writeData(self, data: bytes | bytearray | memoryview, length: int) -> int:
        return -1
