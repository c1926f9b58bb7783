"""One undo command for every model whose state is one immutable value."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

_S = TypeVar("_S")

#: Changes of the same kind that follow each other faster than this are one step of undo.
MERGE_S = 1.0


class Edit(QUndoCommand, Generic[_S]):
    """From one state to another.

    Args:
        put: puts a state in place and tells whoever listens.
        text: what was done, for the undo menu: "Smile".
        before: the state there was.
        after: the state there is now.
        merge: steps of one ``put`` with the same word that follow each other are undone as one;
            "" for a step of its own.
        within: seconds in which they have to follow.
        mode: where it is seen, so that nothing is undone out of sight.
    """

    _ID = 0x57A7E

    def __init__(
        self,
        put: Callable[[_S], None],
        text: str,
        before: _S,
        after: _S,
        merge: str = "",
        within: float = MERGE_S,
        mode: str = "image",
    ) -> None:
        super().__init__(text)
        self.mode = mode
        self._put, self._before, self._after = put, before, after
        self._merge, self._within, self._made = merge, within, time.monotonic()

    def id(self) -> int:
        """Qt asks commands of the same id whether they are one step."""
        return self._ID if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over a step of the same kind that follows at once."""
        if not isinstance(other, Edit) or other._merge != self._merge or other._put != self._put:
            return False
        if other._made - self._made > self._within:
            return False
        self._after, self._made = other._after, other._made
        self.setObsolete(self._before == self._after)
        return True

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)


def mode_of(command: QUndoCommand) -> str:
    """Where a step, or the first of several that are one, is seen; "" where that is not known."""
    if isinstance(command, Edit):
        return command.mode
    children = (command.child(number) for number in range(command.childCount()))
    return next((mode_of(child) for child in children if child is not None), "")
