"""What the window knows of an engine: methods to ask, signals to be told. Nothing here blocks."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from engines.protocol.frames import FrameLostError, Pixels
from engines.protocol.messages import (
    Cancel,
    Done,
    EngineMessage,
    Failed,
    FrameRef,
    Hello,
    ListModels,
    Live,
    LiveFailed,
    LiveFrame,
    Models,
    Preview,
    Progress,
    Ready,
    RemoveDirection,
    Request,
    SetThreads,
    Started,
    Submit,
    WindowMessage,
)
from studio.engine_client.inputs import Inputs

__all__ = ["EngineClient", "FrameLostError", "Pixels", "frames_of", "with_frame_path"]


class EngineClient(QObject):
    """Base of everything that answers as an engine: a process, a remote host, a test's script.

    A subclass says how messages leave (:meth:`send`), where pictures are (:meth:`picture`) and
    hands every arriving message to :meth:`receive`, which emits the signal that belongs to it.

    What a request names in its ``inputs`` is taken from :attr:`inputs` and sent before it, as far
    as the engine has not got it.

    A picture of a signal stays readable while the signal is handled and at least until the next
    one arrives; copy it then (:meth:`picture` does).
    """

    connected = Signal(object)  # Hello
    ready = Signal(object)  # Ready
    modelsChanged = Signal(object)  # list[ModelInfo]
    started = Signal(str)  # job id
    progress = Signal(object)  # Progress
    preview = Signal(object)  # Preview
    done = Signal(object)  # Done
    failed = Signal(object)  # Failed
    liveFrame = Signal(object)  # LiveFrame
    liveFailed = Signal(object)  # LiveFailed
    down = Signal(str)  # one sentence for a person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.inputs = Inputs()
        self._stamp = 0
        self._newest_frame = 0
        self._answered = 0  # the newest live request that is not waited for any more
        self.liveFrame.connect(self._on_answer)
        self.liveFailed.connect(self._on_answer)
        self.down.connect(self._on_down_for_live)

    def use_inputs(self, inputs: Inputs) -> None:
        """Take the pictures that requests name from there."""
        self.inputs = inputs

    def start(self) -> None:
        """Bring the engine up; ``connected`` and later ``ready`` follow, or ``down``."""
        raise NotImplementedError

    def stop(self) -> None:
        """Let the engine go. No signal follows."""
        raise NotImplementedError

    def send(self, message: WindowMessage) -> None:
        """Queue one message for the engine; returns at once."""
        raise NotImplementedError

    def picture(self, ref: FrameRef) -> Pixels:
        """A copy of the picture, (H, W, channels) 8 bits each.

        Raises:
            FrameLostError: the place was used again, or the engine that wrote it is gone.
        """
        raise NotImplementedError

    def submit(self, job: str, request: Request) -> None:
        """Append a job to the engine's queue under an id of the caller's."""
        self.send(Submit(job=job, request=request))

    def cancel(self, job: str) -> None:
        """Cancel this job and no other; ``failed`` with kind "cancelled" follows."""
        self.send(Cancel(job=job))

    def live(self, request: Request) -> int:
        """Ask for a frame now, replacing any live request still waiting.

        Returns:
            The stamp that the answering ``liveFrame`` or ``liveFailed`` carries.
        """
        self._stamp += 1
        self.send(Live(stamp=self._stamp, request=request))
        return self._stamp

    @property
    def live_idle(self) -> bool:
        """Whether no live request waits for its answer."""
        return self._answered >= self._stamp

    def list_models(self) -> None:
        """Have the library read again; ``modelsChanged`` follows. Also done on connecting."""
        self.send(ListModels())

    def remove_direction(self, model: str, name: str) -> None:
        """Delete a direction of the user's own; ``modelsChanged`` follows."""
        self.send(RemoveDirection(model=model, name=name))

    def set_threads(self, threads: int, spin: bool = True) -> None:
        """How many threads inference may use, and whether they may spin while they wait."""
        self.send(SetThreads(threads=threads, spin=spin))

    def receive(self, message: EngineMessage) -> None:
        """Emit the signal for a message from the engine."""
        match message:
            case Hello():
                self.connected.emit(message)
            case Ready():
                self.ready.emit(message)
            case Models(models=models):
                self.modelsChanged.emit(models)
            case Started(job=job):
                self.started.emit(job)
            case Progress():
                self.progress.emit(message)
            case Preview():
                self.preview.emit(message)
            case Done():
                self.done.emit(message)
            case Failed():
                self.failed.emit(message)
            case LiveFrame():
                self._receive_live(message)
            case LiveFailed():
                self.liveFailed.emit(message)

    def _on_answer(self, message: LiveFrame | LiveFailed) -> None:
        self._answered = max(self._answered, message.stamp)

    def _on_down_for_live(self, _sentence: str) -> None:
        self._answered = self._stamp  # nobody answers what a dead process was asked

    def _receive_live(self, frame: LiveFrame) -> None:
        if frame.stamp < self._newest_frame:
            return  # a newer one has been shown
        self._newest_frame = frame.stamp
        self.liveFrame.emit(frame)


def frames_of(message: Any) -> list[FrameRef]:
    """Every picture that a message from the engine speaks of."""
    match message:
        case Done(outputs=outputs):
            return [output.frame for output in outputs if output.frame is not None]
        case Preview(output=output) | LiveFrame(output=output):
            return [output.frame] if output.frame is not None else []
    return []


def with_frame_path(message: EngineMessage, path: str) -> EngineMessage:
    """The message with its pictures at ``path`` instead, for clients that keep blobs themselves."""
    match message:
        case Done(outputs=outputs):
            moved = [_moved(output, path) for output in outputs]
            return msgspec.structs.replace(message, outputs=moved)
        case Preview(output=output) | LiveFrame(output=output):
            return msgspec.structs.replace(message, output=_moved(output, path))
    return message


def _moved(output: Any, path: str) -> Any:
    if output.frame is None:
        return output
    return msgspec.structs.replace(output, frame=msgspec.structs.replace(output.frame, path=path))
