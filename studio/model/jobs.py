"""The queue as the window shows it: every job's state, kept on disk, results handed on at once."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import Done, Failed, Output, Preview, Progress, Request
from studio.engine_client.client import EngineClient, FrameLostError, Pixels
from studio.engine_client.inputs import Inputs
from studio.model.input_store import InputStore
from studio.model.job import Job, JobState
from studio.model.queue_file import QueueFile

log = logging.getLogger(__name__)


class JobsModel(QObject):
    """All jobs, oldest first, and the way results take to the history.

    Every change is written to ``path`` (in the background, newest state wins). Jobs that waited
    when the last session ended wait again; one that ran while the window was killed has failed,
    with Retry. Results are handed on the moment they are made: a job that is cancelled or fails
    later keeps what it had.
    """

    jobAdded = Signal(object)  # Job
    jobChanged = Signal(object)  # Job
    jobRemoved = Signal(str)  # job id
    resultReady = Signal(object, object, object)  # Job, Output, Pixels | None; once an output
    previewReady = Signal(object, object, object)  # Job, Output, Pixels | None; a rough look

    def __init__(
        self, client: EngineClient, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        """Read the queue of the last session and give what waits to the engine.

        Args:
            client: who carries the jobs out; may be connected later.
            path: the queue's file; None keeps the queue in memory only. The pictures that jobs
                work on are kept in the folder ``inputs`` beside it.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._client = client
        self._file = QueueFile(path) if path is not None else None
        if path is not None and self._file is not None and self._file.owned:
            client.use_inputs(InputStore(path.with_name("inputs")))
            self._file.before = client.inputs.flush
        self._jobs: dict[str, Job] = {}
        self._handed: dict[str, set[bytes]] = {}
        client.started.connect(self._on_started)
        client.progress.connect(self._on_progress)
        client.preview.connect(self._on_preview)
        client.done.connect(self._on_done)
        client.failed.connect(self._on_failed)
        self._restore()

    def jobs(self) -> list[Job]:
        """Every job, oldest first."""
        return list(self._jobs.values())

    def job(self, job_id: str) -> Job:
        """One job by id.

        Raises:
            KeyError: no such job.
        """
        return self._jobs[job_id]

    def active_count(self) -> int:
        """How many wait or run: the number in the top bar."""
        return sum(job.active for job in self._jobs.values())

    @property
    def inputs(self) -> Inputs:
        """The pictures that requests name, by their keys."""
        return self._client.inputs

    def add(self, request: Request, inputs: Mapping[str, Pixels | str] | None = None) -> Job:
        """Append a job and give it to the engine.

        Args:
            request: what to make.
            inputs: the pictures it works on, by name: (H, W, 3 or 4) or, for a mask, (H, W); or
                keys of pictures that are kept already. They are copied, named by their content
                in the job's request, and kept on the disk until neither queue nor history names
                them.
        """
        request = self.inputs.named(request, inputs)
        job = Job(id=uuid.uuid4().hex[:12], request=request, created=time.time())
        self._jobs[job.id] = job
        self._save()
        self.jobAdded.emit(job)
        self._client.submit(job.id, request)
        return job

    def cancel(self, job_id: str) -> None:
        """Ask for one job to be cancelled; its state follows when the engine has answered."""
        if self._jobs[job_id].active:
            self._client.cancel(job_id)

    def withdraw(self, job_id: str) -> None:
        """Cancel a job that nobody asked for, and forget it: what it still makes is dropped."""
        if self._jobs[job_id].active:
            self._client.cancel(job_id)
        del self._jobs[job_id]
        self._handed.pop(job_id, None)
        self._save()
        self.jobRemoved.emit(job_id)

    def retry(self, job_id: str) -> None:
        """Run a job that failed or was cancelled again, from its request."""
        old = self._jobs[job_id]
        if not old.can_retry:
            return
        self._handed.pop(job_id, None)
        self._put(Job(id=old.id, request=old.request, created=old.created))
        self._client.submit(old.id, old.request)

    def remove(self, job_id: str) -> None:
        """Take a job that ended off the list."""
        if self._jobs[job_id].active:
            return
        del self._jobs[job_id]
        self._handed.pop(job_id, None)
        self._save()
        self.jobRemoved.emit(job_id)

    def clear_finished(self) -> None:
        """Take every job that ended off the list."""
        for job in self.jobs():
            if not job.active:
                self.remove(job.id)

    def prune_inputs(self, also: Collection[str]) -> None:
        """Forget pictures that no job names and that are not among ``also``."""
        wanted = {key for job in self._jobs.values() for key in job.request.inputs.values()}
        self.inputs.prune(wanted | set(also))

    def close(self) -> None:
        """End of the session: a job that runs will start over next time. Waits for the disk."""
        for signal, slot in (
            (self._client.started, self._on_started),
            (self._client.progress, self._on_progress),
            (self._client.preview, self._on_preview),
            (self._client.done, self._on_done),
            (self._client.failed, self._on_failed),
        ):
            signal.disconnect(slot)
        if self._file is not None:
            self._file.write([_postponed(job) for job in self._jobs.values()])
            self._file.close()
        self.inputs.close()

    # --- what the engine says --------------------------------------------------------------

    def _on_started(self, job_id: str) -> None:
        job = self._active(job_id)
        if job is not None:
            self._put(replace(job, state="running"))

    def _on_progress(self, message: Progress) -> None:
        job = self._active(message.job)
        if job is not None:
            changed = replace(
                job,
                progress=message.done,
                total=message.total,
                seconds_left=message.seconds_left,
                note=message.note,
            )
            self._put(changed, save=False)

    def _on_preview(self, message: Preview) -> None:
        job = self._active(message.job)
        if job is None:
            return
        if message.finished:
            self._hand_on(job.id, message.output)
            return
        try:
            self.previewReady.emit(job, message.output, self._pixels(message.output))
        except FrameLostError:
            log.info("A preview of job %s came too late.", job.id)

    def _on_done(self, message: Done) -> None:
        if self._active(message.job) is None:
            return
        lost = sum(not self._hand_on(message.job, output) for output in message.outputs)
        job = self._jobs[message.job]
        notes = dict.fromkeys(output.note for output in message.outputs if output.note)
        ended = replace(
            job,
            state="done",
            finished=time.time(),
            progress=job.total,
            seconds_left=0.0,
            seconds=message.seconds,
            note=" ".join(notes),
        )
        if lost:
            ended = replace(
                ended,
                state="failed",
                message=f"{lost} of {len(message.outputs)} results were lost on the way.",
                advice="Retry: the same seeds give the same results.",
            )
        self._end(ended)

    def _on_failed(self, message: Failed) -> None:
        job = self._active(message.job)
        if job is None:
            return
        state: JobState = "cancelled" if message.kind == "cancelled" else "failed"
        self._end(
            replace(
                job,
                state=state,
                finished=time.time(),
                seconds_left=-1.0,
                message=message.message,
                advice=message.advice,
            )
        )

    # --- the rows --------------------------------------------------------------------------

    def _active(self, job_id: str) -> Job | None:
        job = self._jobs.get(job_id)
        return job if job is not None and job.active else None

    def _put(self, job: Job, save: bool = True) -> None:
        self._jobs[job.id] = job
        if save:
            self._save()
        self.jobChanged.emit(job)

    def _end(self, job: Job) -> None:
        self._handed.pop(job.id, None)
        self._put(job)

    def _hand_on(self, job_id: str, output: Output) -> bool:
        """Emit a result unless it was already; False when its picture is lost."""
        handed = self._handed.setdefault(job_id, set())
        key = msgspec.msgpack.encode(output.request)
        if key in handed:
            return True
        try:
            pixels = self._pixels(output)
        except FrameLostError:
            return False
        handed.add(key)
        job = replace(self._jobs[job_id], results=len(handed))
        self._jobs[job_id] = job
        self.resultReady.emit(job, output, pixels)
        return True

    def _pixels(self, output: Output) -> Pixels | None:
        return None if output.frame is None else self._client.picture(output.frame)

    # --- the disk --------------------------------------------------------------------------

    def _save(self) -> None:
        if self._file is not None:
            self._file.write(self.jobs())

    def _restore(self) -> None:
        if self._file is None:
            return
        for job in self._file.read():
            restored = _interrupted(job) if job.state == "running" else job
            self._jobs[restored.id] = restored
        self._save()
        for job in self.jobs():
            if job.state == "pending":
                self._client.submit(job.id, job.request)


def _interrupted(job: Job) -> Job:
    """A job that ran when the last session ended without a goodbye: it may be what ended it."""
    return replace(
        job,
        state="failed",
        finished=time.time(),
        message="Duet ended while this was running.",
        advice="Retry starts it again.",
    )


def _postponed(job: Job) -> Job:
    """A job as an orderly end leaves it: what ran will run again from the start."""
    if job.state != "running":
        return job
    return Job(id=job.id, request=job.request, created=job.created)
