"""What happens between the shared models: results into the history, failures into sentences."""

from __future__ import annotations

import os
from collections.abc import Callable

from engines.protocol.frames import Pixels
from engines.protocol.messages import Hello, Output, Ready
from engines.protocol.tools import TOOLS
from studio.model import films
from studio.model.context import StudioContext
from studio.model.job import Job


class Wiring:
    """Ties the parts of a context together for as long as it is held."""

    def __init__(self, context: StudioContext) -> None:
        self._context = context
        self._told: set[str] = set()
        self._down = ""
        client, jobs = context.client, context.jobs
        client.connected.connect(self._on_connected)
        client.modelsChanged.connect(context.models.set_models)
        client.down.connect(self._on_down)
        client.ready.connect(self._on_ready)
        jobs.resultReady.connect(self._on_result)
        jobs.jobChanged.connect(self._on_job)
        context.history.failed.connect(lambda text: context.messages.show(text, level="bad"))
        context.settings.changed.connect(self._on_setting)
        jobs.jobRemoved.connect(self._prune)
        self._prune()

    def _prune(self) -> None:
        """Forget the pictures of jobs that are gone and made nothing."""
        self._context.jobs.prune_inputs(self._context.history.inputs())

    def _on_connected(self, _hello: Hello) -> None:
        if self._context.settings.choices.threads:
            self._send_threads()

    def _on_setting(self, name: str) -> None:
        if name == "threads":
            self._send_threads()

    def _send_threads(self) -> None:
        chosen = self._context.settings.choices.threads
        self._context.client.set_threads(chosen or os.cpu_count() or 1)

    def _on_down(self, sentence: str) -> None:
        self._down = sentence
        self._context.messages.show(sentence, level="warn")

    def _on_ready(self, _ready: Ready) -> None:
        current = self._context.messages.current
        if current is not None and current.text == self._down:
            self._context.messages.clear()  # it is up again: no longer news

    def _on_result(self, job: Job, output: Output, pixels: Pixels | None) -> None:
        if output.file:
            films.tell(self._context.messages, output)
        else:
            self._context.history.add(output, pixels, group=job.id)

    def _on_job(self, job: Job) -> None:
        if job.active:
            self._told.discard(job.id)
            return
        if job.id in self._told:
            return
        self._told.add(job.id)
        self._tell(job)

    def _tell(self, job: Job) -> None:
        messages = self._context.messages
        if job.state == "failed":
            text = f"{job.message} {job.advice}".strip()
            messages.show(text, "Retry", self._retry(job.id), level="bad")
        elif job.state == "cancelled" and job.results:
            kept = "1 result is" if job.results == 1 else f"{job.results} results are"
            messages.show(f"{TOOLS[job.request.task].title} was cancelled; {kept} kept.")
        elif job.state == "done" and job.note:
            messages.show(job.note, level="warn")

    def _retry(self, job_id: str) -> Callable[[], None]:
        jobs = self._context.jobs

        def retry() -> None:
            if any(job.id == job_id for job in jobs.jobs()):  # it may have been cleared away
                jobs.retry(job_id)

        return retry
