"""The settings of one tool: the values behind its sliders, fields and switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from engines.protocol.errors import EngineError
from engines.protocol.params import AnyParam, FloatParam, IntParam, Tool, resolve


class ParamValues(QObject):
    """A full, always valid set of a tool's parameters.

    Numbers out of range are drawn to the nearest allowed value; anything else that the tool
    would refuse is refused here too.
    """

    changed = Signal(str)  # the parameter's name

    def __init__(self, tool: Tool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = tool
        self._values: dict[str, Any] = resolve(tool, {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def all(self) -> dict[str, Any]:
        """A copy of every value, ready for a request."""
        return dict(self._values)

    def param(self, name: str) -> AnyParam:
        """The declaration of one parameter.

        Raises:
            KeyError: the tool has no such parameter.
        """
        for param in self.tool.params:
            if param.name == name:
                return param
        raise KeyError(name)

    def set(self, name: str, value: Any) -> None:
        """Set one value.

        Raises:
            EngineError: kind ``bad_input``, when the tool refuses it.
        """
        fresh = resolve(self.tool, {**self._values, name: self._clamped(name, value)})[name]
        if fresh != self._values[name]:
            self._values[name] = fresh
            self.changed.emit(name)

    def reset(self, name: str) -> None:
        """Back to the default."""
        self.set(name, self.param(name).default)

    def restore(self, values: Mapping[str, Any]) -> None:
        """Take over what still fits of values from elsewhere (an old file, the last session)."""
        for param in self.tool.params:
            if param.name in values:
                try:
                    self.set(param.name, values[param.name])
                except EngineError:
                    continue

    def _clamped(self, name: str, value: Any) -> Any:
        param = self.param(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if isinstance(param, IntParam):
            return max(param.minimum, min(param.maximum, round(value)))
        if isinstance(param, FloatParam):
            return max(param.minimum, min(param.maximum, float(value)))
        return value
