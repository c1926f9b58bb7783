"""The one message a person is shown: a sentence and at most one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

Level = Literal["info", "warn", "bad"]


@dataclass(frozen=True)
class Message:
    """One sentence for a person.

    Attributes:
        text: what happened.
        level: how it is marked.
        action_label: the words on its one button, or None.
        callback: what that button does.
    """

    text: str
    level: Level = "info"
    action_label: str | None = None
    callback: Callable[[], object] | None = None


#: How long news stay that ask for nothing, in milliseconds.
_NEWS_STAY = 8_000


class Messages(QObject):
    """Holds the newest message until it is closed, acted on or replaced.

    Mere news (level "info") leave by themselves after a while; warnings and failures stay.
    """

    changed = Signal(object)  # Message | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: Message | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NEWS_STAY)
        self._timer.timeout.connect(self.clear)

    @property
    def current(self) -> Message | None:
        """What is shown now."""
        return self._current

    def show(
        self,
        text: str,
        action_label: str | None = None,
        callback: Callable[[], object] | None = None,
        level: Level = "info",
    ) -> None:
        """Show a sentence in place of the one before."""
        self._set(Message(text, level, action_label, callback))

    def clear(self) -> None:
        """Take the message away."""
        self._set(None)

    def act(self) -> None:
        """Do what the message offers and take it away."""
        message = self._current
        self._set(None)
        if message is not None and message.callback is not None:
            message.callback()

    def _set(self, message: Message | None) -> None:
        if message != self._current:
            self._current = message
            if message is not None and message.level == "info":
                self._timer.start()
            else:
                self._timer.stop()
            self.changed.emit(message)
