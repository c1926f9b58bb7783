"""What every tool has: a model to work with, a seed, settings, the running job, and a memory."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engines.protocol.messages import ModelInfo
from engines.protocol.params import Tool
from studio.model.context import StudioContext
from studio.model.own_job import OwnJob
from studio.model.param_values import ParamValues
from studio.model.seed import Seed


class ToolModel(OwnJob):
    """State of one tool.

    Attributes:
        tool: what it can be asked for.
        values: what is asked for.
        seed: of the next request.

    Signals:
        changed: model, library or the running job.
    """

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
        super().__init__(context, parent)
        self._memory = memory
        self.tool = tool
        self.values = ParamValues(tool, self)
        self.seed = Seed(self)
        self._model = tool.default_model
        context.models.changed.connect(self._on_library)
        context.models.useRequested.connect(self._on_use)

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
