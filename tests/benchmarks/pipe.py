"""The engine process with a pipe and nothing else around it, as the window starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from types import TracebackType

from engines.protocol.frames import FrameReader, Pixels
from engines.protocol.messages import (
    EngineMessage,
    Failed,
    Live,
    LiveFailed,
    LiveFrame,
    Ready,
    Request,
    SetThreads,
    Shutdown,
    ToEngine,
)
from engines.protocol.wire import WindowDecoder, encode

READ_SIZE = 1 << 16


class Engine:
    """A running engine; use it in a ``with``."""

    def __init__(self, threads: int) -> None:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="duet-benchmark-", dir=memory)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engines.service", "--frames", self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._decoder = WindowDecoder()
        self._frames = FrameReader()
        self._waiting: list[EngineMessage] = []
        self._stamp = 0
        self._send(SetThreads(threads=threads, spin=True))
        while not isinstance(self._next(), Ready):
            pass

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._send(Shutdown())
        self._process.wait(timeout=10)
        self._frames.close()
        self._folder.cleanup()

    def live(self, request: Request) -> Pixels:
        """One frame: the request out, the pixels back and copied."""
        self._stamp += 1
        self._send(Live(stamp=self._stamp, request=request))
        while True:
            match self._next():
                case LiveFrame(stamp=stamp, output=output) if stamp == self._stamp:
                    assert output.frame is not None
                    return self._frames.read(output.frame)
                case LiveFailed(message=message) | Failed(message=message):
                    raise RuntimeError(message)

    def _send(self, message: ToEngine) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(encode(message))

    def _next(self) -> EngineMessage:
        assert self._process.stdout is not None
        while not self._waiting:
            piece = os.read(self._process.stdout.fileno(), READ_SIZE)
            if not piece:
                raise RuntimeError("the engine went away")
            self._waiting += [each.message for each in self._decoder.feed(piece)]
        return self._waiting.pop(0)
