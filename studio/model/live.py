"""Live previews: what is being turned is shown at once, and only the newest counts."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import LiveFailed, LiveFrame, Request
from studio.engine_client.client import EngineClient, FrameLostError, Pixels
from studio.media.images import to_image
from studio.model.picture import Picture

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
        self._asked: set[int] = set()  # stamps whose frames are still wanted
        client.liveFrame.connect(self._on_frame)
        client.liveFailed.connect(self._on_failed)

    def lend(self, pixels: Pixels) -> str:
        """Name a picture once that many requests work on, so that it is sent once only.

        It is neither copied nor hashed: do not change it while its key is used.
        """
        return self._client.inputs.lend(pixels)

    def ask(self, request: Request, inputs: Mapping[str, Pixels | str] | None = None) -> None:
        """Show what this request makes, as soon as it is made.

        Args:
            request: what to make.
            inputs: the pictures it works on, by name; keys of :meth:`lend` for those that stay.
        """
        named = self._client.inputs.named(request, inputs, live=True)
        self._asked.add(self._client.live(named))

    def stop(self) -> None:
        """Whatever is still on its way is not wanted any more."""
        self._asked.clear()

    def _take(self, stamp: int) -> bool:
        """Whether it was asked for here; what was asked before it will not be answered."""
        wanted = stamp in self._asked
        self._asked = {other for other in self._asked if other > stamp}
        return wanted

    def _on_frame(self, message: LiveFrame) -> None:
        if not self._take(message.stamp) or message.output.frame is None:
            return
        try:
            pixels = self._client.picture(message.output.frame)
        except FrameLostError:
            log.debug("Live frame %d was overwritten by a newer one.", message.stamp)
            return
        output = message.output
        image = to_image(pixels)
        self.shown.emit(Picture(image, output.request, note=output.note, box=output.box))

    def _on_failed(self, message: LiveFailed) -> None:
        if self._take(message.stamp) and not self._asked:
            self.failed.emit(message)
