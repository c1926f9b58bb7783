"""The Generate tool: pictures out of seeds."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engines.protocol.tools import GENERATE
from studio.model.context import StudioContext
from studio.model.picture import Picture
from studio.model.picture_tool import PictureTool
from studio.model.viewing import Viewing


class GenerateModel(PictureTool):
    """See :class:`PictureTool`; a slider that is turned shows its picture at once."""

    def __init__(
        self, context: StudioContext, viewing: Viewing, parent: QObject | None = None
    ) -> None:
        self._waiting = False  # for the library, to generate then
        super().__init__(context, viewing, GENERATE, parent)
        self._live.shown.connect(self._on_frame)

    def reason_not_to_run(self) -> str:
        """See :class:`PictureTool`."""
        models = self._context.models
        if not models.known or self.model_info is not None:
            return ""
        if models.for_task(self.tool.models):
            return f"The model {self.model} is not installed: choose another one."
        return "No model that makes pictures is installed."

    def run(self) -> None:
        """Queue the request; its results become the candidates.

        A press that comes before the engine has told its library waits for it.
        """
        if not self._context.models.known:
            self._waiting = True
            self.viewing.expect(int(self.values["count"]))
            return
        if self.reason_not_to_run():
            return
        self._live.stop()
        self.seed.spend()
        job = self._context.jobs.add(self.request())
        self._job = job.id
        self.remember()
        self.viewing.collect(job)
        self.changed.emit()

    def preview(self) -> None:
        """See :class:`PictureTool`."""
        if self._active and self.model_info is not None:
            self._live.ask(self.request(count=1))

    def _on_frame(self, picture: Picture) -> None:
        self.viewing.try_out(picture, "live")

    def _on_library(self) -> None:
        super()._on_library()
        if self._waiting:
            self._waiting = False
            self.run()
