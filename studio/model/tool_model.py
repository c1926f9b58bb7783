"""What every tool has: a model to work with, a seed, settings, the running job, and a memory."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import ModelInfo
from engines.protocol.params import Tool
from studio.model.context import StudioContext
from studio.model.job import Job
from studio.model.param_values import ParamValues
from studio.model.seed import Seed


class ToolModel(QObject):
    """State of one tool.

    Attributes:
        tool: what it can be asked for.
        values: what is asked for.
        seed: of the next request.

    Signals:
        changed: model, library or the running job.
    """

    changed = Signal()

    def __init__(
        self, context: StudioContext, tool: Tool, memory: str, parent: QObject | None = None
    ) -> None:
        """Begin with the tool's own model and values; see :meth:`_recall`.

        Args:
            context: the window's.
            tool: what it can be asked for.
            memory: the settings' name for what the last session left.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._context, self._memory = context, memory
        self.tool = tool
        self.values = ParamValues(tool, self)
        self.seed = Seed(self)
        self._model = tool.default_model
        self._job = ""
        context.models.changed.connect(self._on_library)
        context.models.useRequested.connect(self._on_use)
        context.jobs.jobChanged.connect(self._on_job)

    # --- the model -------------------------------------------------------------------------

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

    # --- the last session ------------------------------------------------------------------

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
