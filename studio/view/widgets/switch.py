"""A box to tick."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from studio.view.icons import paint_icon


class Switch(QCheckBox):
    """A check box with the studio's own tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box as the stylesheet has it, and the tick."""
        super().paintEvent(event)
        if self.checkState() != Qt.CheckState.Checked:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box: QRect = self.style().subElementRect(
            QStyle.SubElement.SE_CheckBoxIndicator, option, self
        )
        paint_icon(QPainter(self), box, "check-bold", "field", 12)
