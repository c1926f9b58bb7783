"""``duet --self-test``: the window opens, the engine makes one picture, the times are printed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from studio.app import Studio

_PATIENCE_MS = 60_000


class SelfTest(QObject):
    """Watches a studio start, presses Generate, and ends the program."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._times: dict[str, float] = {}
        self._problem = ""
        studio.window.painted.connect(self._on_shown)
        studio.client.connected.connect(lambda _hello: self._mark("engine_said_hello"))
        studio.client.ready.connect(lambda _ready: self._mark("engine_ready"))
        studio.client.down.connect(self._fail)
        studio.jobs.jobChanged.connect(self._on_job)
        studio.history.added.connect(lambda _entry: self._on_picture())
        QTimer.singleShot(_PATIENCE_MS, lambda: self._fail("no picture within a minute"))

    def report(self) -> int:
        """Print one JSON object; times are seconds since the epoch.

        Returns:
            The exit code: 0 when a picture was made.
        """
        print(json.dumps({"ok": not self._problem, "problem": self._problem, **self._times}))
        return 1 if self._problem else 0

    def _on_shown(self) -> None:
        self._mark("window_shown")
        self._studio.window.registry.trigger("image.generate")

    def _on_picture(self) -> None:
        self._mark("first_picture")
        QTimer.singleShot(0, self._end)

    def _on_job(self, job: object) -> None:
        if getattr(job, "state", "") == "failed":
            self._fail(str(getattr(job, "message", "")))

    def _fail(self, problem: str) -> None:
        self._problem = self._problem or problem
        self._end()

    def _end(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.quit()

    def _mark(self, name: str) -> None:
        self._times.setdefault(name, time.time())
