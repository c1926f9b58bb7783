"""The thread that works: one job at a time, and urgent requests between a job's steps."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from engines.protocol.errors import EngineError
from engines.protocol.frames import Pixels
from engines.protocol.messages import (
    Done,
    Failed,
    FrameRef,
    ListModels,
    LiveFailed,
    LiveFrame,
    ModelInfo,
    Models,
    Output,
    Preview,
    Ready,
    RemoveDirection,
    Request,
    SetThreads,
    Started,
)
from engines.protocol.params import Tool
from engines.protocol.tools import TOOLS
from engines.runtime.backend import make_backend
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context, Sessions
from engines.runtime.library import Library
from engines.runtime.results import Result
from engines.service.channel import Channel
from engines.service.failures import explained
from engines.service.inbox import URGENT, Inbox, Job, Look, Urgent
from engines.service.pictures import Pictures
from engines.service.reporting import ProgressTeller, Steps
from engines.tasks import run
from engines.tasks.latent import remove_direction

log = logging.getLogger(__name__)

MEMORY_NOTE = "Memory ran short, so the models that were open had to be closed first."


class Worker:
    """Empties the inbox until it is closed."""

    def __init__(
        self, channel: Channel, inbox: Inbox, pictures: Pictures, threads: int, spin: bool = True
    ) -> None:
        """Get ready to work; nothing heavy is loaded before :meth:`run`.

        Args:
            channel: where events go.
            inbox: where work comes from.
            pictures: how pictures go.
            threads: how many threads inference uses.
            spin: whether they wait busily.
        """
        self._channel = channel
        self._inbox = inbox
        self._pictures = pictures
        self._threads = threads
        self._spin = spin
        self._library = Library()
        self._context: Context | None = None
        self._away = 0.0  # seconds of the running job that went to urgent work

    def run(self) -> None:
        """Warm up, then work until the inbox is closed.

        Raises:
            WindowGoneError: the window is gone.
            EngineError: there is no back end to work with.
        """
        context = self._warm_up()
        while (work := self._inbox.take()) is not None:
            if isinstance(work, tuple):
                self._job(*work, context)
            else:
                self._answer(work)

    def _warm_up(self) -> Context:
        began = time.perf_counter()
        self._serve_urgent((SetThreads,))
        self._answer(ListModels())  # what every window asks first, and it needs no back end
        backend = make_backend("auto", threads=self._threads, spin=self._spin)
        context = self._context = Context(self._library, Sessions(backend))
        models = self._library.models()
        for tool in TOOLS.values():
            self._serve_urgent()
            if self._inbox.has_jobs:
                break  # somebody is waiting: the job warms up what it needs
            _try_out(tool, models, context)
        self._channel.send(Ready(backend=backend.name, seconds=time.perf_counter() - began))
        return context

    # --- urgent work -----------------------------------------------------------------------

    def _serve_urgent(self, kinds: tuple[type[Urgent], ...] = URGENT) -> None:
        """Answer what must not wait for the end of a job."""
        began = time.perf_counter()
        while (work := self._inbox.take_urgent(kinds)) is not None:
            self._answer(work)
            if isinstance(work, Look):
                break  # one frame between two steps: the job has to get on too
        self._away += time.perf_counter() - began

    def _answer(self, work: Urgent) -> None:
        match work:
            case ListModels():
                self._channel.send(Models(models=self._library.models()))
            case RemoveDirection():
                self._remove(work)
                self._channel.send(Models(models=self._library.models()))
            case SetThreads():
                self._set_threads(work)
            case Look() if self._context is not None:
                self._live(work, self._context)

    def _remove(self, wanted: RemoveDirection) -> None:
        try:
            remove_direction(wanted.model, wanted.name)
        except (EngineError, OSError) as error:
            log.warning("The direction stays: %s", error)

    def _set_threads(self, wanted: SetThreads) -> None:
        new = (max(1, wanted.threads), wanted.spin)
        if new == (self._threads, self._spin):
            return
        self._threads, self._spin = new
        if self._context is not None:
            backend = make_backend("auto", threads=self._threads, spin=self._spin)
            self._context.sessions.use(backend)

    def _live(self, look: Look, context: Context) -> None:
        began, live = time.perf_counter(), look.live
        try:
            results = _attempt(live.request, context.for_job(CancelFlag(), inputs=look.inputs))
            with explained():
                output, blob = _packed(results[0], self._pictures.passing)
                seconds = time.perf_counter() - began
                frame = LiveFrame(stamp=live.stamp, output=output, seconds=seconds)
                self._channel.send(frame, blob)
        except EngineError as error:
            failed = LiveFailed(
                stamp=live.stamp, kind=error.kind, message=error.message, advice=error.advice
            )
            self._channel.send(failed)

    # --- jobs ------------------------------------------------------------------------------

    def _job(self, asked: Job, flag: CancelFlag, context: Context) -> None:
        submit, job = asked.submit, asked.submit.job
        self._channel.send(Started(job=job))
        began, self._away = time.perf_counter(), 0.0
        reporting = context.for_job(
            Steps(flag, self._serve_urgent),
            ProgressTeller(self._channel, job).tell,
            lambda result, finished: self._preview(job, result, finished),
            asked.inputs,
        )
        try:
            results = _attempt(submit.request, reporting)
            with explained():
                outputs, blob = self._all_packed(results)
                seconds = time.perf_counter() - began - self._away
                self._channel.send(Done(job=job, outputs=outputs, seconds=seconds), blob)
            if TOOLS[submit.request.task].changes_library:
                self._answer(ListModels())
        except EngineError as error:
            failed = Failed(job=job, kind=error.kind, message=error.message, advice=error.advice)
            self._channel.send(failed)

    def _preview(self, job: str, result: Result, finished: bool) -> None:
        pack = self._pictures.preview if finished else self._pictures.passing
        output, blob = _packed(result, pack)
        self._channel.send(Preview(job=job, output=output, finished=finished), blob)

    def _all_packed(self, results: list[Result]) -> tuple[list[Output], bytes]:
        pictures = [result.pixels for result in results if result.pixels is not None]
        refs, blob = self._pictures.results(pictures)
        left = iter(refs)
        frames = [None if result.pixels is None else next(left) for result in results]
        return [_output(result, frame) for result, frame in zip(results, frames, strict=True)], blob


def _try_out(tool: Tool, models: list[ModelInfo], context: Context) -> None:
    """Open the model a tool starts with and let it compute once: its first use is quick then."""
    usable = [model.name for model in models if model.task == tool.task and not model.problem]
    if not usable:  # or it only serves itself of what another tool has warmed up
        return
    name = tool.default_model if tool.default_model in usable else usable[0]
    least = {param.name: 1 for param in tool.params if param.name in ("count", "bars")}
    trial = context.for_job(CancelFlag(), inputs={each: _blank(each) for each in tool.inputs})
    try:
        with explained():
            run(Request(task=tool.task, model=name, params=least), trial)
    except EngineError as error:
        log.warning("The model %s is not ready: %s", name, error)


def _blank(name: str) -> Pixels:
    """A black picture with a white square in it, or the same as a mask."""
    import numpy as np

    pixels = np.zeros((64, 64, 1), np.uint8)
    pixels[24:40, 24:40] = 255
    return pixels if name == "mask" else pixels.repeat(3, axis=2)


def _attempt(request: Request, context: Context) -> list[Result]:
    """Carry a request out; when memory runs short, make room and try once more.

    Raises:
        EngineError: of any kind, with a sentence for people.
    """
    try:
        with explained():
            return run(request, context)
    except EngineError as error:
        if error.kind != "out_of_memory":
            raise
        log.warning("%s", error)
    context.sessions.use(context.backend)
    gc.collect()
    with explained():
        results = run(request, context)
    return [replace(result, note=f"{result.note} {MEMORY_NOTE}".strip()) for result in results]


def _packed(
    result: Result, pack: Callable[[Pixels], tuple[FrameRef, bytes]]
) -> tuple[Output, bytes]:
    if result.pixels is None:
        return _output(result, None), b""
    frame, blob = pack(result.pixels)
    return _output(result, frame), blob


def _output(result: Result, frame: FrameRef | None) -> Output:
    return Output(
        request=result.request,
        frame=frame,
        clip=result.clip,
        file=result.file,
        note=result.note,
        box=result.box,
    )
