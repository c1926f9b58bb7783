"""Cooperative cancelling: a flag that one side raises and the working side asks about."""

from __future__ import annotations

import threading

from engines.protocol.errors import cancelled


class CancelFlag:
    """A one-way switch, safe to raise from another thread or a signal handler."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether somebody asked for a stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise if somebody asked for a stop.

        Raises:
            EngineError: kind ``cancelled``.
        """
        if self._event.is_set():
            raise cancelled()
