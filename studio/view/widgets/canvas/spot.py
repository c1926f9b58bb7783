"""Where the pointer is, as gestures want to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTransform

from studio.model.document import Document
from studio.model.toolbox import Toolbox


@dataclass(frozen=True)
class Spot:
    """One event of the pointer.

    Attributes:
        at: in the picture's pixels, with fractions.
        view: in the view's logical pixels.
        scale: logical pixels of the view for one of the picture.
        pressure: of a tablet's pen, 0 .. 1; 1 for a mouse.
        time: seconds.
        keys: the modifiers held.
    """

    at: QPointF
    view: QPointF
    scale: float = 1.0
    pressure: float = 1.0
    time: float = 0.0
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.keys & Qt.KeyboardModifier.ShiftModifier)

    @property
    def control(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.keys & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.keys & Qt.KeyboardModifier.AltModifier)


@dataclass(frozen=True)
class Bench:
    """What a gesture works on.

    Attributes:
        document: what is changed.
        toolbox: with what.
        tell: one sentence to the person.
        redraw: what is drawn over the picture changed.
        released: a stroke of the mask brush is over: something may be filled.
    """

    document: Document
    toolbox: Toolbox
    tell: Callable[[str], None]
    redraw: Callable[[], None]
    masked: Callable[[], None]


class Gesture(Protocol):
    """What one tool does with the pointer."""

    cursor: Qt.CursorShape

    def press(self, spot: Spot) -> None:
        """The button went down."""

    def move(self, spot: Spot) -> None:
        """The pointer moves with the button down."""

    def release(self, spot: Spot) -> None:
        """The button went up."""

    def hover(self, spot: Spot) -> Qt.CursorShape:
        """The pointer moves with no button down; returns its shape there."""

    @property
    def holds_open(self) -> bool:
        """Whether something waits for Enter or Escape."""

    def finish(self) -> bool:
        """Enter: apply what is open. False when nothing is."""

    def cancel(self) -> bool:
        """Escape: put back what is open. False when nothing is."""

    def leave(self) -> None:
        """Another tool is taken in hand."""

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """Draw over the picture, in the view's logical pixels."""


class Idle:
    """A gesture that does nothing: what the others begin with."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def press(self, spot: Spot) -> None:
        """See :class:`Gesture`."""

    def move(self, spot: Spot) -> None:
        """See :class:`Gesture`."""

    def release(self, spot: Spot) -> None:
        """See :class:`Gesture`."""

    def hover(self, spot: Spot) -> Qt.CursorShape:
        """See :class:`Gesture`."""
        return self.cursor

    @property
    def holds_open(self) -> bool:
        """See :class:`Gesture`."""
        return False

    def finish(self) -> bool:
        """See :class:`Gesture`."""
        return False

    def cancel(self) -> bool:
        """See :class:`Gesture`."""
        return False

    def leave(self) -> None:
        """What is open is applied: see :class:`Gesture`."""
        self.finish()

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """See :class:`Gesture`."""
