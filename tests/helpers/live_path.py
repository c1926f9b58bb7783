"""The way of a live frame as the window goes it: signal out, process, signal in, pixels copied."""

from __future__ import annotations

import time

from PySide6.QtCore import QEventLoop, QTimer

from engines.protocol.frames import Pixels
from engines.protocol.messages import LiveFailed, LiveFrame, Request
from studio.engine_client.client import EngineClient
from studio.engine_client.supervisor import MakeClient, Supervisor

PATIENCE_MS = 60_000


class LivePath:
    """A supervised engine and an event loop that turns until the frame asked for is there.

    Needs a QCoreApplication. Use it in a ``with``; call :meth:`frame` and time it.
    """

    def __init__(self, make: MakeClient | None = None) -> None:
        """Start an engine and wait until it is warm."""
        self._client = Supervisor(make)
        self._loop = QEventLoop()
        self._patience = QTimer(singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._loop.quit)
        self._wanted = 0
        self._pixels: Pixels | None = None
        self._engine_seconds = 0.0
        self._client.liveFrame.connect(self._on_frame)
        self._client.liveFailed.connect(self._on_failed)
        self._client.ready.connect(self._loop.quit)
        self._client.start()
        self._turn()

    def __enter__(self) -> LivePath:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop()

    @property
    def client(self) -> EngineClient:
        """The engine's client, to set its threads."""
        return self._client

    @property
    def engine_seconds(self) -> float:
        """What the engine says the last frame took it."""
        return self._engine_seconds

    def frame(self, request: Request) -> Pixels:
        """One frame, from the request to pixels of our own."""
        self._pixels = None
        self._wanted = self._client.live(request)
        self._turn()
        if self._pixels is None:
            raise RuntimeError("the engine made no frame")
        return self._pixels

    def _turn(self) -> None:
        self._patience.start()
        self._loop.exec()
        self._patience.stop()

    def _on_frame(self, frame: LiveFrame) -> None:
        if frame.stamp == self._wanted and frame.output.frame is not None:
            self._pixels = self._client.picture(frame.output.frame)
            self._engine_seconds = frame.seconds
            self._loop.quit()

    def _on_failed(self, failed: LiveFailed) -> None:
        raise RuntimeError(f"{failed.message} {failed.advice}")


def median_frame(request: Request, frames: int = 200, make: MakeClient | None = None) -> float:
    """Median seconds of one frame on this path, new seed each time."""
    taken = []
    with LivePath(make) as path:
        for seed in range(frames + 5):
            one = Request(
                task=request.task, model=request.model, seed=seed, params=dict(request.params)
            )
            began = time.perf_counter()
            path.frame(one)
            taken.append(time.perf_counter() - began)
    taken = sorted(taken[5:])
    return taken[len(taken) // 2]
