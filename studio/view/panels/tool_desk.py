"""The picture tools of the Image mode: which is in use, with its settings and its button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engines.protocol.messages import Request
from studio.model.picture_tool import PictureTool
from studio.view.panels.picture_tools import PictureTools, ToolFooter, ToolSwitch


@dataclass(frozen=True, eq=False)
class Place:
    """A tool and what belongs to it.

    Attributes:
        model: the tool.
        panel: its settings.
        key: opens it.
        run_key: presses its button.
        tip: what the button does.
    """

    model: PictureTool
    panel: QWidget
    key: str
    run_key: str
    tip: str


class ToolDesk(QObject):
    """One tool is in use at a time; only that one previews, and only while the mode is in view.

    Attributes:
        models: the tools, in their order.
        switch: chooses one.
        side: the settings of the one in use, under the switch.
        footers: its button and progress.

    Signals:
        used: a tool was taken, maybe the same again.
    """

    used = Signal()

    def __init__(self, places: Sequence[Place], below: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self.models = [place.model for place in places]
        self._tool = self.models[0]
        self._in_view = False
        self.switch = ToolSwitch(self.models, {p.model.tool.task: p.key for p in places})
        self.side = PictureTools(self.switch, [place.panel for place in places], below)
        self.footers = QStackedWidget()
        for place in places:
            self.footers.addWidget(ToolFooter(place.model, place.run_key, place.tip))
        self.switch.chosen.connect(lambda number: self.use(self.models[number]))

    @property
    def tool(self) -> PictureTool:
        """The tool in use."""
        return self._tool

    @property
    def busy(self) -> bool:
        """Whether a tool has a job."""
        return any(model.job is not None for model in self.models)

    def use(self, model: PictureTool) -> None:
        """Show a tool's settings, and its previews only."""
        self._tool = model
        number = self.models.index(model)
        self.switch.show_tool(number)
        self.side.stack.setCurrentIndex(number)
        self.footers.setCurrentIndex(number)
        self.set_in_view(self._in_view)
        self.used.emit()

    def set_in_view(self, in_view: bool) -> None:
        """Whether the mode is in view."""
        self._in_view = in_view
        for model in self.models:
            model.set_active(in_view and model is self._tool)

    def remember(self) -> None:
        """Leave every tool's settings for the next session."""
        for model in self.models:
            model.remember()

    def cancel(self) -> None:
        """Cancel the job of the tool in use, else that of another one."""
        for model in sorted(self.models, key=lambda model: model is not self._tool):
            if model.job is not None:
                model.cancel()
                return

    def maker_of(self, request: Request) -> PictureTool | None:
        """The tool that makes such pictures."""
        return next((m for m in self.models if m.tool.task == request.task), None)

    def apply(self, request: Request, maker: PictureTool) -> str:
        """Take the tool that made a picture, and set its controls.

        Returns:
            A sentence when the picture cannot be repeated exactly here, else "".
        """
        self.use(maker)
        return maker.apply(request)
