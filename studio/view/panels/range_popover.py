"""A direction from end to end: a row of pictures to choose from, over the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QVBoxLayout, QWidget

from engines.protocol.latent import Direction
from studio.model.range_sheet import Cell, RangeSheet
from studio.view.bind import describe, label
from studio.view.widgets.popover import Popover

_PICTURE_PX = 88
#: More pictures than this stand in two rows.
_ABREAST = 7
_HINT = "This picture, moved along it. Choose one with the mouse or the arrow keys."


class RangePopover(Popover):
    """Lives while it is open."""

    def __init__(self, sheet: RangeSheet, window: QWidget) -> None:
        super().__init__(window)
        describe(self, "rangeSheet", "Direction from end to end")
        self.setToolTip("")
        self._sheet = sheet
        self._group = QButtonGroup(self)
        self._cells: list[Cell] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._group.idClicked.connect(lambda number: sheet.choose(self._cells[number].amount))
        sheet.changed.connect(self._refresh)
        self.closed.connect(sheet.close)
        self.closed.connect(self.deleteLater)

    def show_for(self, direction: Direction, opener: QWidget) -> None:
        """Open under the row of a direction."""
        self._column.addWidget(label(direction.title, "section"))
        self._column.addWidget(label(_HINT, "muted"))
        self._column.addLayout(self._grid)
        self._sheet.open(direction)
        self.open_below(opener)
        chosen = self._group.checkedButton() or self._group.button(0)
        chosen.setFocus(Qt.FocusReason.PopupFocusReason)

    def _refresh(self) -> None:
        self._cells = self._sheet.cells()
        if len(self._group.buttons()) != len(self._cells):
            self._build()
        for number, cell in enumerate(self._cells):
            button = self._group.button(number)
            button.setIcon(_icon(cell.image))
            button.setChecked(cell.here)
        if not any(cell.here for cell in self._cells):
            self._uncheck()

    def _build(self) -> None:
        abreast = _ABREAST if len(self._cells) <= _ABREAST else -(-len(self._cells) // 2)
        for number, cell in enumerate(self._cells):
            button = QToolButton()
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(_PICTURE_PX, _PICTURE_PX))
            button.setText(cell.title)
            describe(button, f"rangeCell{number}", cell.title, f"Move it to {cell.title}.")
            self._group.addButton(button, number)
            self._grid.addWidget(button, number // abreast, number % abreast)

    def _uncheck(self) -> None:
        """Between two pictures none is chosen, which an exclusive group does not do by itself."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)


def _icon(image: QImage | None) -> QIcon:
    """A picture, or its empty place while it is on its way."""
    if image is None or image.isNull():
        empty = QPixmap(_PICTURE_PX, _PICTURE_PX)
        empty.fill(Qt.GlobalColor.transparent)
        return QIcon(empty)
    pixmap = QPixmap.fromImage(image)
    wanted = QSize(_PICTURE_PX, _PICTURE_PX)
    return QIcon(
        pixmap.scaled(
            wanted,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    )
