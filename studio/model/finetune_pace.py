"""How long an epoch would take, measured by the engine before a training begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.engine_client.command import Ended, EngineCommand

#: Whoever presses Train at once shall not wait for it.
_REST_MS = 1500
_MINUTE = 60.0
_SOON = 90.0


class _Told(msgspec.Struct, frozen=True):
    """What ``finetune --pace --json`` prints."""

    epoch_seconds: float


class Pace(QObject):
    """Asks for one measurement at a time; another wish takes its place.

    Signals:
        changed: what is known.
    """

    changed = Signal()

    def __init__(self, argv: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wish: tuple[str, Path, str] | None = None
        self._seconds = 0.0
        self._command = EngineCommand(argv, self)
        self._command.ended.connect(self._on_ended)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._measure)

    @property
    def measuring(self) -> bool:
        """Whether it is being measured, or about to be."""
        return self._rest.isActive() or self._command.running

    def want(self, model: str, folder: Path, objective: str) -> None:
        """Measure this, unless it is what was measured."""
        wish = (model, folder, objective)
        if wish != self._wish:
            self.stop()
            self._wish = wish
            self._rest.start()
            self.changed.emit()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._wish is not None:
            self._rest.stop()
            self._command.close()
            self._wish, self._seconds = None, 0.0
            self.changed.emit()

    def words(self, minutes: int) -> str:
        """What it comes to in so many minutes; "" while nothing is known."""
        if self.measuring:
            return "Measuring how long an epoch takes here…"
        if not self._seconds:
            return ""
        # No epoch begins after the last minute; the one that runs then is finished.
        count = math.ceil(minutes * _MINUTE / self._seconds)
        one = _duration(self._seconds)
        if count == 1:
            return f"An epoch takes about {one} here, and one is trained."
        in_all = _duration(count * self._seconds)
        return f"An epoch takes about {one} here: {count:,} of them, {in_all} in all."

    def _measure(self) -> None:
        if self._wish is not None:
            model, folder, objective = self._wish
            wanted = {"model": model, "data": folder}
            if objective:
                wanted["objective"] = objective
            options = [f"--{key}={value}" for key, value in wanted.items()]
            self._command.start(["finetune", "--pace", "--json", *options])
            self.changed.emit()

    def _on_ended(self, ended: Ended) -> None:
        try:
            told = msgspec.json.decode(ended.output, type=_Told) if ended.whole else None
        except msgspec.DecodeError:
            told = None
        # What is wrong with the folder is told where it is checked, and torch that is missing by
        # the training: a guess at the time is not worth a message.
        self._seconds = max(0.01, told.epoch_seconds) if told is not None else 0.0
        self.changed.emit()


def _duration(seconds: float) -> str:
    """Seconds up to a minute and a half, else minutes."""
    return f"{max(1.0, seconds):.0f} s" if seconds < _SOON else f"{seconds / _MINUTE:.0f} min"
