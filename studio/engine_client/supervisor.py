"""Keeps an engine alive: restarts it, fails the job it died on, and gives it the others again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from engines.protocol.errors import ErrorKind
from engines.protocol.messages import (
    Cancel,
    Done,
    Failed,
    FrameRef,
    Hello,
    Live,
    LiveFailed,
    LiveFrame,
    Preview,
    Progress,
    Request,
    SetThreads,
    Submit,
    WindowMessage,
)
from studio.engine_client import errors
from studio.engine_client.client import EngineClient, FrameLostError, Pixels
from studio.engine_client.inputs import Inputs
from studio.engine_client.process_client import ProcessClient
from studio.engine_client.remote_client import RemoteClient

log = logging.getLogger(__name__)

#: Pauses before the next start, in milliseconds; after the last one the supervisor gives up until
#: somebody asks for something. An answer to a request starts them over.
PAUSES = (100, 500, 2_000, 5_000, 15_000)
#: So many jobs with pictures are handed to the engine at a time, which keeps them in memory.
AHEAD = 3
#: A running job that was cancelled must have ended within this time, in milliseconds.
CANCEL_WITHIN = 2_000
#: A process must have said hello within this time, in milliseconds.
HELLO_WITHIN = 30_000

MakeClient = Callable[[], ProcessClient]


def local_engine() -> MakeClient:
    """The engine of this installation, for :class:`Supervisor`."""
    return ProcessClient


def remote_engine(host: str) -> MakeClient:
    """The engine on a host, for :class:`Supervisor`.

    Raises:
        ValueError: the host cannot be one; with a sentence for a person.
    """
    RemoteClient(host)
    return lambda: RemoteClient(host)


class Supervisor(EngineClient):
    """An engine that seems to live for ever.

    Requests may come before the engine is up and while it is down. A job that ran when the engine
    died has failed, and is never run again by itself; jobs that waited are handed to the next
    engine. A live request that the engine died on is not repeated either.
    """

    def __init__(self, make: MakeClient | None = None, parent: QObject | None = None) -> None:
        """Supervise engines made by ``make``; nothing runs before :meth:`start`."""
        super().__init__(parent)
        self._make = make or local_engine()
        self._client: ProcessClient | None = None
        self._up = False
        self._jobs: dict[str, Request] = {}  # given to us and not ended, in order
        self._given: set[str] = set()  # of these, the ones the engine of the moment knows
        self._running = ""
        self._cancelling = ""
        self._live_waiting: Live | None = None
        self._threads: SetThreads | None = None
        self._starts = 0
        self._wanted = False
        self._restart = self._timer(self._bring_up)
        self._patience = self._timer(self._no_answer)
        self._hello = self._timer(self._no_hello)

    @property
    def client(self) -> ProcessClient | None:
        """The engine of the moment."""
        return self._client

    def start(self) -> None:
        """See :class:`EngineClient`."""
        self._wanted = True
        self._starts = 0
        self._restart.stop()
        if self._client is None:
            self._bring_up()

    def stop(self) -> None:
        """See :class:`EngineClient`. Jobs are kept for the next start."""
        self._wanted = False
        self._restart.stop()
        client = self._let_go()
        if client is not None:
            client.stop()
            client.deleteLater()

    def use(self, make: MakeClient) -> None:
        """Go on with another engine; all unfinished jobs begin anew there."""
        started = self._wanted
        self.stop()
        self._make = make
        if started:
            self.start()

    def send(self, message: WindowMessage) -> None:
        """See :class:`EngineClient`."""
        match message:
            case Submit(job=job, request=request):
                self._jobs[job] = request
                self._wake()
                self._hand_over()
                return
            case Cancel(job=job):
                self._cancel(job)
                return
            case SetThreads():
                self._threads = message
            case Live() if not self._up:
                self._live_waiting = message
                return
        self._forward(message)

    def use_inputs(self, inputs: Inputs) -> None:
        """See :class:`EngineClient`."""
        super().use_inputs(inputs)
        if self._client is not None:
            self._client.use_inputs(inputs)

    def picture(self, ref: FrameRef) -> Pixels:
        """See :class:`EngineClient`."""
        if self._client is None:
            raise FrameLostError("The engine that made it is gone.")
        return self._client.picture(ref)

    # --- cancelling ------------------------------------------------------------------------

    def _cancel(self, job: str) -> None:
        """A waiting job ends here and now; the one that runs gets a moment to end itself."""
        if job not in self._jobs:
            return
        self._forward(Cancel(job=job))
        if job != self._running:
            self._fail(job, "cancelled", "Cancelled.")
        elif not self._cancelling:
            self._cancelling = job
            self._patience.start(CANCEL_WITHIN)

    def _no_answer(self) -> None:
        if self._client is not None and self._cancelling:
            self._client.kill(errors.no_answer())

    def _fail(self, job: str, kind: ErrorKind, message: str, advice: str = "") -> None:
        self._ended(job)
        self.failed.emit(Failed(job=job, kind=kind, message=message, advice=advice))

    def _ended(self, job: str) -> bool:
        """Forget a job; False if it was not ours, or no longer."""
        if self._running == job:
            self._running = ""
        if self._cancelling == job:
            self._cancelling = ""
            self._patience.stop()
        self._given.discard(job)
        known = self._jobs.pop(job, None) is not None
        self._hand_over()
        return known

    def _hand_over(self) -> None:
        """Give the engine what it may have, in order."""
        if not self._up:
            return
        held = sum(bool(self._jobs[job].inputs) for job in self._given)
        for job, request in list(self._jobs.items()):
            if job in self._given:
                continue
            held += bool(request.inputs)
            if held > AHEAD:
                return
            self._given.add(job)
            self._forward(Submit(job=job, request=request))

    # --- up and down -----------------------------------------------------------------------

    def _wake(self) -> None:
        """Somebody wants something: if we had given up, try again."""
        if self._wanted and self._client is None and not self._restart.isActive():
            self.start()

    def _bring_up(self) -> None:
        client = self._client = self._make()
        client.setParent(self)
        client.use_inputs(self.inputs)
        client.connected.connect(self._on_connected)
        client.ready.connect(self.ready)
        client.modelsChanged.connect(self.modelsChanged)
        client.started.connect(self._on_started)
        client.progress.connect(self._on_progress)
        client.preview.connect(self._on_preview)
        client.done.connect(self._on_done)
        client.failed.connect(self._on_failed)
        client.liveFrame.connect(self._on_live_frame)
        client.liveFailed.connect(self._on_live_failed)
        client.down.connect(self._on_down)
        self._hello.start(HELLO_WITHIN)
        client.start()

    def _on_connected(self, hello: Hello) -> None:
        self._hello.stop()
        self._up = True
        if self._threads is not None:
            self._forward(self._threads)
        self._given.clear()
        self._hand_over()
        if self._live_waiting is not None:
            self._forward(self._live_waiting)
            self._live_waiting = None
        self.connected.emit(hello)

    def _no_hello(self) -> None:
        if self._client is not None:
            self._client.kill(errors.no_hello(HELLO_WITHIN / 1000))

    def _on_down(self, sentence: str) -> None:
        log.warning("%s", sentence)
        cancelling, running = self._cancelling, self._running
        client = self._let_go()
        if client is not None:
            client.deleteLater()
        if cancelling:
            self._fail(cancelling, "cancelled", f"Cancelled. {sentence}")
        elif running:
            self._fail(running, "internal", sentence, errors.ADVICE)
        self.down.emit(f"{sentence} {self._start_again()}")

    def _start_again(self) -> str:
        """Plan the next start; says what was planned."""
        if self._starts >= len(PAUSES):
            return errors.GAVE_UP
        self._restart.start(PAUSES[self._starts])
        self._starts += 1
        return errors.STARTING_AGAIN

    def _let_go(self) -> ProcessClient | None:
        """Stop listening to the engine of the moment."""
        client, self._client = self._client, None
        self._up = False
        self._given.clear()
        self._running = self._cancelling = ""
        self._patience.stop()
        self._hello.stop()
        if client is not None:
            client.blockSignals(True)
        return client

    # --- what the engine says --------------------------------------------------------------

    def _on_started(self, job: str) -> None:
        if job in self._jobs:
            self._running = job
            self.started.emit(job)

    def _on_progress(self, message: Progress) -> None:
        if message.job in self._jobs:
            self.progress.emit(message)

    def _on_preview(self, message: Preview) -> None:
        if message.job in self._jobs:
            self.preview.emit(message)

    def _on_done(self, message: Done) -> None:
        self._starts = 0
        if self._ended(message.job):
            self.done.emit(message)

    def _on_failed(self, message: Failed) -> None:
        if self._ended(message.job):
            self.failed.emit(message)

    def _on_live_frame(self, frame: LiveFrame) -> None:
        self._starts = 0
        self.liveFrame.emit(frame)

    def _on_live_failed(self, message: LiveFailed) -> None:
        self.liveFailed.emit(message)

    # --- helpers ---------------------------------------------------------------------------

    def _forward(self, message: WindowMessage) -> None:
        if self._up and self._client is not None:
            self._client.send(message)

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer
