"""A field that filters what stands beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_OWN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class FilterField(QLineEdit):
    """Keeps Enter and Escape for itself, whatever they are shortcuts for.

    Signals:
        entered: Enter: take the first that fits.
        left: Escape in an empty field; in a full one it only clears.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, placeholder: str, width: int = 0) -> None:
        """Make it empty.

        Args:
            placeholder: what stands in it while it is.
            width: in pixels; 0 for as much as there is room.
        """
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setFixedHeight(28)
        if width:
            self.setFixedWidth(width)

    def event(self, event: QEvent) -> bool:
        """Claim the keys before the shortcuts get them."""
        claimed = event.type() == QEvent.Type.ShortcutOverride
        if claimed and isinstance(event, QKeyEvent) and event.key() in _OWN:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes, Escape clears and then leaves."""
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif event.key() in _OWN:
            self.entered.emit()
        else:
            super().keyPressEvent(event)
