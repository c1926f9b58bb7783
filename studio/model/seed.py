"""The seed of a tool: rolled afresh for every request a person makes unless it is locked."""

from __future__ import annotations

import random

from PySide6.QtCore import QObject, Signal

from engines.protocol.params import SEED_MAX


class Seed(QObject):
    """A number that decides what comes out.

    Unlocked, each request gets a new one; a seed that a person chose (typed, stepped, rolled by
    the dice, taken from a picture) is used once before that.

    Signals:
        changed: value or lock, for whatever reason.
        chosen: a person chose this value.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = roll()
        self._locked = False
        self._spent = False

    @property
    def value(self) -> int:
        """The seed shown."""
        return self._value

    @property
    def locked(self) -> bool:
        """Whether every request uses this one."""
        return self._locked

    def set(self, value: int) -> None:
        """Choose a seed; it wraps around at both ends."""
        self._value = value % (SEED_MAX + 1)
        self._spent = False
        self.changed.emit()
        self.chosen.emit()

    def load(self, value: int, locked: bool) -> None:
        """Begin where the last session ended; unlocked, the next request rolls."""
        before = self._value, self._locked
        self._value, self._locked, self._spent = value % (SEED_MAX + 1), locked, True
        if before != (self._value, self._locked):
            self.changed.emit()

    def roll(self) -> None:
        """Throw the dice."""
        self.set(roll())

    def set_locked(self, locked: bool) -> None:
        """Keep the seed, or let it change again."""
        if locked != self._locked:
            self._locked = locked
            self.changed.emit()

    def spend(self, fresh: bool = True) -> int:
        """The seed for the next request.

        Args:
            fresh: roll when it was used before; else the one that is shown is used once more.
        """
        if fresh and self._spent and not self._locked:
            self._value = roll()
            self.changed.emit()
        self._spent = True
        return self._value


def roll() -> int:
    """Any seed."""
    return random.SystemRandom().randint(0, SEED_MAX)
