"""Live previews: what is being turned is shown at once, and only the newest counts."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import LiveFailed, LiveFrame, Request
from studio.engine_client.client import EngineClient, FrameLostError
from studio.media.images import to_image
from studio.model.document import Picture

log = logging.getLogger(__name__)


class LivePreview(QObject):
    """Asks for frames and hands on those that are not out of date.

    Signals:
        shown: a Picture.
        failed: the engine's LiveFailed for the newest request.
    """

    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._first = 0
        self._newest = 0
        client.liveFrame.connect(self._on_frame)
        client.liveFailed.connect(self._on_failed)

    def ask(self, request: Request) -> None:
        """Show what this request makes, as soon as it is made."""
        self._newest = self._client.live(request)
        if not self._first:
            self._first = self._newest

    def stop(self) -> None:
        """Whatever is still on its way is not wanted any more."""
        self._first = 0

    def _wanted(self, stamp: int) -> bool:
        return self._first != 0 and self._first <= stamp <= self._newest

    def _on_frame(self, message: LiveFrame) -> None:
        if not self._wanted(message.stamp) or message.output.frame is None:
            return
        try:
            pixels = self._client.picture(message.output.frame)
        except FrameLostError:
            log.debug("Live frame %d was overwritten by a newer one.", message.stamp)
            return
        output = message.output
        self.shown.emit(Picture(to_image(pixels), output.request, note=output.note))

    def _on_failed(self, message: LiveFailed) -> None:
        if self._wanted(message.stamp) and message.stamp == self._newest:
            self.failed.emit(message)
