"""Small pictures of requests, made by the engine while nothing else is asked of it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from engines.protocol.messages import LiveFailed, LiveFrame, Request
from studio.engine_client.client import EngineClient, FrameLostError
from studio.media.images import to_image

#: Pictures kept.
KEPT = 400


class Renderings(QObject):
    """A cache of pictures by what makes them; a missing one is asked for, one after the other.

    The live mailbox has one place. So nothing is put into it while somebody waits for an answer,
    and what was pushed out by a newer request is asked for again.

    Signals:
        ready: there are more pictures than before.
    """

    ready = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._held: OrderedDict[bytes, QImage] = OrderedDict()
        self._wanted: OrderedDict[bytes, Request] = OrderedDict()
        self._asked: tuple[int, bytes] | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._ask)
        client.liveFrame.connect(self._on_frame)
        client.liveFailed.connect(self._on_failed)
        client.down.connect(self._on_down)

    def get(self, request: Request) -> QImage | None:
        """The picture, or None while it is on its way; null when it cannot be made."""
        key = _key(request)
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        elif key not in self._wanted:
            self._wanted[key] = request
            self._later.start()
        return held

    def put(self, request: Request, image: QImage) -> None:
        """Have a picture that is at hand already."""
        self._keep(_key(request), image)

    def drop(self, request: Request) -> None:
        """It is not wanted any more, unless it is made already."""
        self._wanted.pop(_key(request), None)

    def _keep(self, key: bytes, image: QImage) -> None:
        self._held[key] = image
        self._held.move_to_end(key)
        self._wanted.pop(key, None)
        while len(self._held) > KEPT:
            self._held.popitem(last=False)
        self.ready.emit()

    def _ask(self) -> None:
        if self._wanted and self._asked is None and self._client.live_idle:
            key, request = next(iter(self._wanted.items()))
            self._asked = (self._client.live(request), key)

    def _on_frame(self, message: LiveFrame) -> None:
        asked, frame = self._asked, message.output.frame
        if asked is not None and message.stamp >= asked[0]:
            self._asked = None
            if message.stamp == asked[0] and frame is not None:
                with suppress(FrameLostError):  # it is still wanted, and asked for again
                    self._keep(asked[1], to_image(self._client.picture(frame)))
        self._later.start()

    def _on_failed(self, message: LiveFailed) -> None:
        asked = self._asked
        if asked is not None and message.stamp >= asked[0]:
            self._asked = None
            if message.stamp == asked[0]:
                self._keep(asked[1], QImage())
        self._later.start()

    def _on_down(self, _sentence: str) -> None:
        self._asked = None


def _key(request: Request) -> bytes:
    return msgspec.json.encode(request, order="sorted")
