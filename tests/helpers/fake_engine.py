"""A scripted engine for tests of the window: it keeps what was sent and says what it is told to."""

from __future__ import annotations

import numpy as np

from engines.music.score import Clip
from engines.protocol.messages import (
    Done,
    FrameRef,
    Hello,
    LiveFrame,
    ModelInfo,
    Models,
    Output,
    Preview,
    Progress,
    Ready,
    Request,
    Started,
    Submit,
    WindowMessage,
)
from engines.protocol.messages import Live as LiveRequest
from studio.engine_client.client import EngineClient, FrameLostError, Pixels


class FakeEngine(EngineClient):
    """Answers nothing by itself; tests call :meth:`receive` or the short cuts below."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[WindowMessage] = []
        self.running = False
        self._pictures: dict[int, Pixels] = {}

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def send(self, message: WindowMessage) -> None:
        self.sent.append(message)

    def picture(self, ref: FrameRef) -> Pixels:
        try:
            return self._pictures[ref.offset].copy()
        except KeyError:
            raise FrameLostError from None

    # --- short cuts ------------------------------------------------------------------------

    def sent_of(self, kind: type) -> list:
        """What was sent of one message type, in order."""
        return [message for message in self.sent if isinstance(message, kind)]

    def say_hello(self, models: list[ModelInfo] | None = None) -> None:
        """Say hello, ready, and what models there are."""
        self.receive(Hello(pid=1, version="test"))
        self.receive(Models(models=models or []))
        self.receive(Ready(backend="test", seconds=0.0))

    def put_picture(self, pixels: Pixels) -> FrameRef:
        """Keep a picture (H, W, 3) where :meth:`picture` finds it."""
        offset = len(self._pictures)
        self._pictures[offset] = pixels
        height, width, channels = pixels.shape
        return FrameRef(
            path="test",
            offset=offset,
            length=pixels.nbytes,
            width=width,
            height=height,
            channels=channels,
        )

    def output(self, request: Request, result: Pixels | Clip, note: str = "") -> Output:
        """A result of a request."""
        if isinstance(result, Clip):
            return Output(request=request, clip=result, note=note)
        return Output(request=request, frame=self.put_picture(result), note=note)

    def finish(self, job: str, results: list[Pixels | Clip]) -> None:
        """Carry a submitted job out: started, progress, done, output i with the job's seed + i."""
        request = next(m.request for m in self.sent_of(Submit) if m.job == job)
        outputs = [
            self.output(single(request, index), result) for index, result in enumerate(results)
        ]
        self.receive(Started(job=job))
        for index in range(len(results)):
            self.receive(Progress(job=job, done=index + 1, total=len(results)))
        self.receive(Done(job=job, outputs=outputs, seconds=0.01))

    def give(self, job: str, index: int, result: Pixels | Clip) -> None:
        """One result of a submitted job that goes on."""
        request = next(m.request for m in self.sent_of(Submit) if m.job == job)
        self.receive(Preview(job=job, output=self.output(single(request, index), result)))

    def answer_live(self, result: Pixels | Clip) -> None:
        """Answer the newest live request, as the mailbox does."""
        newest: LiveRequest = self.sent_of(LiveRequest)[-1]
        output = self.output(newest.request, result)
        self.receive(LiveFrame(stamp=newest.stamp, output=output, seconds=0.001))


def single(request: Request, index: int) -> Request:
    """The request that makes output ``index`` of another again."""
    params = dict(request.params)
    if "count" in params:
        params["count"] = 1
    return Request(
        task=request.task,
        model=request.model,
        weights=request.weights,
        seed=(request.seed + index) % 2**32,
        params=params,
    )


def flat_picture(size: int = 64, value: int = 128) -> Pixels:
    """A grey picture."""
    return np.full((size, size, 3), value, np.uint8)
