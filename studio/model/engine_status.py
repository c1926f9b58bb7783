"""How the engine is doing, for whoever wants to show it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import Hello, Ready
from studio.engine_client.client import EngineClient


class EngineStatus(QObject):
    """Listens to a client.

    Signals:
        changed: something of it is other than before.
    """

    changed = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "Starting"
        self.backend = ""
        self.warm_up = 0.0
        self.version = ""
        client.connected.connect(self._on_connected)
        client.ready.connect(self._on_ready)
        client.down.connect(self._on_down)

    def _on_connected(self, hello: Hello) -> None:
        self.state, self.version = "Warming up", hello.version
        self.changed.emit()

    def _on_ready(self, ready: Ready) -> None:
        self.state, self.backend, self.warm_up = "Ready", ready.backend, ready.seconds
        self.changed.emit()

    def _on_down(self, _sentence: str) -> None:
        self.state, self.backend = "Restarting", ""
        self.changed.emit()
