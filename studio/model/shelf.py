"""The models that the engine reports, by task and by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import ModelInfo, Request
from engines.protocol.params import ChoiceParam
from engines.protocol.tools import TOOLS


class ModelShelf(QObject):
    """The library as the window knows it: empty until the engine has answered once.

    Signals:
        changed: the engine reported another library.
        useRequested: a ModelInfo that a person wants to make something with: its tool takes it.
    """

    changed = Signal()
    useRequested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[ModelInfo, ...] = ()
        self._known = False

    @property
    def known(self) -> bool:
        """Whether the engine has reported its library at all."""
        return self._known

    def set_models(self, models: Sequence[ModelInfo]) -> None:
        """Take over what the engine reported."""
        fresh = tuple(models)
        if fresh != self._models or not self._known:
            self._models = fresh
            self._known = True
            self.changed.emit()

    def all(self) -> tuple[ModelInfo, ...]:
        """Every model, broken ones too."""
        return self._models

    def for_task(self, task: str) -> tuple[ModelInfo, ...]:
        """The models that can do ``task`` and are whole, large pictures first."""
        whole = [m for m in self._models if m.task == task and not m.problem]
        return tuple(sorted(whole, key=lambda m: (-m.size, m.title)))

    def get(self, name: str) -> ModelInfo | None:
        """The model called ``name``, or None."""
        return next((m for m in self._models if m.name == name), None)

    def title(self, request: Request) -> str:
        """What carries out a request, in words: the model's title, or what works without one."""
        known = self.get(request.model)
        if known is not None or request.model:
            return known.title if known is not None else request.model
        tool = TOOLS.get(request.task)
        if tool is None or tool.without_model is None:
            return request.task
        name, value = tool.without_model
        param = next(param for param in tool.params if param.name == name)
        assert isinstance(param, ChoiceParam)
        return param.titles[param.choices.index(value)]
