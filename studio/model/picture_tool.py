"""What the tools that make pictures have in common: model, seed, settings, and the running job."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import LiveFailed, ModelInfo, Request
from engines.protocol.params import Tool
from studio.model.context import StudioContext
from studio.model.job import Job
from studio.model.live import LivePreview
from studio.model.param_values import ParamValues
from studio.model.seed import Seed
from studio.model.viewing import Viewing


class PictureTool(QObject):
    """State of one tool. Its results are laid out by the :class:`Viewing` that all of them share.

    Signals:
        changed: model, library or the running job.
    """

    changed = Signal()

    def __init__(
        self,
        context: StudioContext,
        viewing: Viewing,
        tool: Tool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.viewing = viewing
        self.tool = tool
        self.values = ParamValues(tool, self)
        self.seed = Seed(self)
        self._live = LivePreview(context.client, self)
        self._model = tool.default_model
        self._job = ""
        self._active = False
        self._recall()
        self.values.changed.connect(self._on_value)
        self.seed.chosen.connect(self.preview)
        self._live.failed.connect(self._on_live_failed)
        viewing.shownChanged.connect(self._on_shown)
        context.models.changed.connect(self._on_library)
        context.models.useRequested.connect(self._on_use)
        context.jobs.jobChanged.connect(self._on_job)
        self.values.changed.connect(lambda _name: self.changed.emit())

    # --- what to make ----------------------------------------------------------------------

    @property
    def model(self) -> str:
        """The chosen model's name."""
        return self._model

    @property
    def model_info(self) -> ModelInfo | None:
        """The chosen model as the library knows it, or None."""
        return self._context.models.get(self._model)

    def choose_model(self, name: str) -> None:
        """Work with another model from now on."""
        if name != self._model:
            self._model = name
            self.changed.emit()
            self.preview()

    def request(self, **changes: Any) -> Request:
        """The request that the controls describe; it names no model where none is needed."""
        params = {**self.values.all(), **changes}
        info = self.model_info if self.tool.needs_model(params) else None
        named = self._model if self.tool.needs_model(params) else ""
        return Request(
            task=self.tool.task,
            model=named,
            weights=info.weights if info is not None else "",
            seed=self.seed.value,
            params=params,
        )

    def reason_not_to_run(self) -> str:
        """Why the tool cannot start now, or ""."""
        raise NotImplementedError

    def run(self) -> None:
        """Queue the request; its results become the candidates."""
        raise NotImplementedError

    def apply(self, request: Request) -> str:
        """Set every control to a request from a file or from the history.

        Returns:
            A sentence when it cannot be repeated exactly here, else "".
        """
        self._live.stop()
        self._active, was_active = False, self._active  # no preview for each value
        self.values.restore(request.params)
        self.seed.set(request.seed)
        library = self._context.models
        if not request.model:  # it was made without one
            self._active = was_active
            return ""
        known = library.get(request.model)
        if known is not None or not library.known:
            self.choose_model(request.model)
        self._active = was_active
        if known is None and not library.known:
            return ""
        if known is None:
            return f"The model {request.model} that made it is not installed."
        if request.weights and request.weights != known.weights:
            return (
                f"It was made by another version of {known.title}; this one gives another picture."
            )
        return ""

    # --- the running job -------------------------------------------------------------------

    @property
    def job(self) -> Job | None:
        """The newest job of this tool while it waits or runs, else None."""
        jobs = {job.id: job for job in self._context.jobs.jobs()}
        job = jobs.get(self._job)
        return job if job is not None and job.active else None

    def watch(self, job: Job) -> None:
        """Show a job that was queued just now as this tool's."""
        self._job = job.id
        self.changed.emit()

    def cancel(self) -> None:
        """Cancel that job."""
        if self.job is not None:
            self._context.jobs.cancel(self._job)

    def _on_job(self, job: Job) -> None:
        if job.id == self._job:
            self.changed.emit()

    # --- live ------------------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether the tool is in view."""
        return self._active

    def set_active(self, active: bool) -> None:
        """Whether the tool is in view; live previews are made only then."""
        self._active = active
        if not active:
            self._live.stop()

    def _on_shown(self) -> None:
        if self.viewing.source != "live":  # what is still on its way is not wanted any more
            self._live.stop()

    def preview(self) -> None:
        """Show what the controls describe, now, without keeping it."""

    def _on_value(self, name: str) -> None:
        if name != "count":
            self.preview()

    def _on_live_failed(self, message: LiveFailed) -> None:
        self._context.messages.show(f"{message.message} {message.advice}".strip(), level="bad")

    # --- the library and the last session --------------------------------------------------

    def _on_library(self) -> None:
        models = self._context.models.for_task(self.tool.models)
        if models and self._model not in {model.name for model in models}:
            names = [model.name for model in models]
            default = self.tool.default_model
            self._model = default if default in names else names[0]
        self.changed.emit()

    def _on_use(self, info: ModelInfo) -> None:
        if info.task == self.tool.models:
            self.choose_model(info.name)

    @property
    def _memory(self) -> str:
        return f"image.{self.tool.task}"

    def remember(self) -> None:
        """Leave everything for the next session."""
        state = {
            "model": self._model,
            "seed": self.seed.value,
            "locked": self.seed.locked,
            "params": self.values.all(),
        }
        self._context.settings.remember(self._memory, state)

    def _recall(self) -> None:
        state = self._context.settings.recall(self._memory, {})
        self._model = str(state.get("model", self._model))
        params, seed = state.get("params"), state.get("seed")
        if isinstance(params, dict):
            self.values.restore(params)
        if isinstance(seed, int):
            self.seed.load(seed, state.get("locked") is True)
