"""A drop-down list with the studio's own caret."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from studio.view.icons import paint_icon


class Combo(QComboBox):
    """Looks like the other fields; the wheel works only while it has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(28)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the list is in use."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a caret."""
        super().paintEvent(event)
        caret = QRect(self.width() - 26, 0, 20, self.height())
        paint_icon(QPainter(self), caret, "caret-down", "muted", 12)
