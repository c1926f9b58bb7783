"""What the tools that make pictures have in common: requests, and what is shown at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from engines.protocol.messages import LiveFailed, Request
from engines.protocol.params import Tool
from studio.model.context import StudioContext
from studio.model.live import LivePreview
from studio.model.tool_model import ToolModel
from studio.model.viewing import Viewing


class PictureTool(ToolModel):
    """State of one tool; its results are laid out by the :class:`Viewing` that all share."""

    def __init__(
        self,
        context: StudioContext,
        viewing: Viewing,
        tool: Tool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, tool, f"image.{tool.task}", parent)
        self.viewing = viewing
        self._live = LivePreview(context.client, self)
        self._active = False
        self._recall()
        self.values.changed.connect(self._on_value)
        self.seed.chosen.connect(self.preview)
        self._live.failed.connect(self._on_live_failed)
        viewing.shownChanged.connect(self._on_shown)
        self.values.changed.connect(lambda _name: self.changed.emit())

    # --- what to make ----------------------------------------------------------------------

    def choose_model(self, name: str) -> None:
        """Work with another model from now on, and show what it makes."""
        if name != self._model:
            super().choose_model(name)
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
