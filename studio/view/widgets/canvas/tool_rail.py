"""The rail of tools that floats at the canvas's left edge, with the two colours at its foot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QGridLayout, QWidget

from studio.model.toolbox import CANVAS_TOOLS, Toolbox
from studio.view.bind import describe, hairline, look, tool_button, with_keys
from studio.view.theme import theme

#: Room that the rail takes at the left of the canvas, its margins included.
RAIL_WIDTH = 56
_BUTTON = 28
_GAP = 2
_MARGIN = 4


class ToolRail(QFrame):
    """One button a tool.

    Signals:
        colourRequested: a person wants another colour.
    """

    colourRequested = Signal()

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look(self, "floating")
        self.setObjectName("toolRail")
        self._toolbox = toolbox
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._grid.setSpacing(_GAP)
        self._blocks: list[list[QWidget]] = []  # buttons that belong together
        self._lines: list[QWidget] = []  # between two blocks
        group = ""
        for tool in CANVAS_TOOLS:
            if tool.group != group:
                group = tool.group
                self._blocks.append([])
            button = tool_button(
                f"tool.{tool.id}",
                tool.icon,
                tool.title,
                with_keys(f"{tool.title}: {tool.help}", tool.shortcut),
                checkable=True,
            )
            button.clicked.connect(lambda _on=False, wanted=tool.id: toolbox.choose(wanted))
            self._group.addButton(button, CANVAS_TOOLS.index(tool))
            self._blocks[-1].append(button)
        self.colours = ColourWell(toolbox)
        self.colours.clicked.connect(self.colourRequested)
        self._blocks.append([self.colours])
        self._lines = [hairline() for _ in self._blocks[1:]]
        toolbox.chosen.connect(lambda _id: self._show())
        self._show()
        self._columns = 0
        self._lay_out(1)

    def fit(self, height: int) -> None:
        """Stand in one column, or in more where there is no room for one."""
        self._lay_out(next((n for n in (1, 2) if self._height(n) <= height), 3))

    def _height(self, columns: int) -> int:
        rows = sum(-(-len(block) // columns) for block in self._blocks)
        lines = len(self._lines)
        return rows * _BUTTON + lines + (rows + lines - 1) * _GAP + 2 * _MARGIN

    def _lay_out(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        while self._grid.takeAt(0) is not None:
            pass
        row = 0
        for number, block in enumerate(self._blocks):
            if number:
                self._grid.addWidget(self._lines[number - 1], row, 0, 1, columns)
                row += 1
            for place, button in enumerate(block):
                self._grid.addWidget(button, row + place // columns, place % columns)
            row += -(-len(block) // columns)
        self._grid.activate()
        self.adjustSize()

    def _show(self) -> None:
        self._group.button(CANVAS_TOOLS.index(self._toolbox.tool)).setChecked(True)


class ColourWell(QAbstractButton):
    """The colour that is painted in, over the one it is exchanged with."""

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__()
        self._toolbox = toolbox
        self.setFixedSize(28, 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self, "colourWell", "Colour", "Choose the colour; X exchanges the two.")
        toolbox.changed.connect(self.update)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As large as a tool's button."""
        return QSize(28, 28)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The lower colour is taken by a press on it."""
        if event.position().x() > 18 and event.position().y() > 18:
            self._toolbox.swap()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two overlapping squares."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPen(theme.color("focus" if self.hasFocus() else "control"), 1)
        for corner, colour in (
            (QPointF(10.5, 10.5), self._toolbox.other),
            (QPointF(2.5, 2.5), self._toolbox.colour),
        ):
            painter.setPen(frame)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(corner.x(), corner.y(), 15, 15), 3, 3)
