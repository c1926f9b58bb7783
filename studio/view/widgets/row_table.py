"""A table of rows under headings: one line a row, drawn only where it is in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.view.bind import describe, hairline
from studio.view.icons import paint_icon
from studio.view.theme import tabular, theme, ui_font

_ROW, _HEAD, _ICON, _SIDE = 32, 32, 26, 16
_GAP, _NARROW_GAP, _NARROW = 20, 12, 640
_SMALL = 12
#: Before what a cell may leave out where it is narrow.
BY_THE_WAY = " · "

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        title: its heading.
        width: in px; what is left is shared by those of width 0.
        number: digits stand under each other, at the right.
        tip: what its heading means.
    """

    title: str
    width: int = 0
    number: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Line:
    """A row.

    Attributes:
        cells: one text a column.
        icon: a Phosphor name before the first, or "".
        role: the colour of its texts.
        icon_role: the colour of its icon.
        tip: its tooltip; the cells when empty.
    """

    cells: tuple[str, ...]
    icon: str = ""
    role: str = "text"
    icon_role: str = "muted"
    tip: str = ""


def places(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Left edge and width of every column's text, in px, of rows so wide."""
    gap = _GAP if width >= _NARROW else _NARROW_GAP
    fixed = sum(column.width for column in columns) + gap * (len(columns) - 1)
    free = sum(not column.width for column in columns)
    share = max(40, (width - 2 * _SIDE - _ICON - fixed) // free) if free else 0
    found, x = [], _SIDE + _ICON
    for column in columns:
        wide = column.width or share
        found.append((x, wide))
        x += wide + gap
    return found


class _Lines(QAbstractListModel):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Change what differs, so that place and choice stay."""
        common = min(len(lines), len(self.lines))
        if len(lines) < len(self.lines):
            self.beginRemoveRows(QModelIndex(), common, len(self.lines) - 1)
            del self.lines[common:]
            self.endRemoveRows()
        for row in range(common):
            if self.lines[row] != lines[row]:
                self.lines[row] = lines[row]
                self.dataChanged.emit(self.index(row), self.index(row))
        if len(lines) > common:
            self.beginInsertRows(QModelIndex(), common, len(lines) - 1)
            self.lines.extend(lines[common:])
            self.endInsertRows()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.cells[0]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            pairs = zip(self._columns, line.cells, strict=True)
            return ", ".join(f"{column.title} {cell}" for column, cell in pairs)
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.tip or " · ".join(filter(None, line.cells))
        return line if role == Qt.ItemDataRole.UserRole else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        line: Line = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed" if chosen else "hover"))
            painter.drawRoundedRect(rect.adjusted(8, 1, -8, -1), 6, 6)
        if line.icon:
            place = QRect(rect.x() + _SIDE, rect.y(), _ICON - 8, rect.height())
            paint_icon(painter, place, line.icon, line.icon_role, 16)
        painter.setPen(theme.color(line.role))
        plain, digits = ui_font(), tabular(ui_font())
        spots = places(self._columns, rect.width())
        for column, (x, wide), cell in zip(self._columns, spots, line.cells, strict=True):
            painter.setFont(digits if column.number else plain)
            text = _fitted(cell, QFontMetrics(painter.font()), wide)
            area = QRect(rect.x() + x, rect.y(), wide, rect.height())
            painter.drawText(area, _side(column), text)
        painter.restore()


def _fitted(text: str, metrics: QFontMetrics, width: int) -> str:
    """A text in so many px: what comes after a middle dot goes first."""
    if metrics.horizontalAdvance(text) > width:
        text = text.partition(BY_THE_WAY)[0]
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _side(column: Column) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter


class _Headings(QWidget):
    """The columns' titles over their texts."""

    def __init__(self, columns: Sequence[Column], rows: QListView) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows
        self.setFixedHeight(_HEAD)
        told = [f"{column.title}: {column.tip}" for column in columns if column.tip]
        self.setToolTip("\n".join(told))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = ui_font()
        font.setPixelSize(_SMALL)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        spots = places(self._columns, self._rows.viewport().width())
        for column, (x, wide) in zip(self._columns, spots, strict=True):
            painter.drawText(QRect(x, 0, wide, self.height()), _side(column), column.title)


class RowTable(QWidget):
    """Headings over a list of lines.

    Attributes:
        list: the lines.

    Signals:
        pressed: a row was clicked.
        chosen: a row became the current one, by mouse or keyboard.
    """

    pressed = Signal(int)
    chosen = Signal(int)

    def __init__(self, name: str, title: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self._rows = _Lines(columns)
        self._quiet = False
        self.list = describe(QListView(), name, title)
        self.list.setToolTip("")
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_Delegate(columns, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self.pressed.emit(index.row()))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        theme.changed.connect(self.list.viewport().update)
        self._headings = _Headings(columns, self.list)
        # A scroll bar that comes or goes makes the rows narrower or wider.
        self.list.verticalScrollBar().rangeChanged.connect(lambda: self._headings.update())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._headings)
        column.addWidget(hairline())
        column.addSpacing(4)
        column.addWidget(self.list, 1)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return tuple(self._rows.lines)

    def show_lines(self, lines: Sequence[Line], chosen: int = -1) -> None:
        """Show other lines; ``chosen`` is the one to mark, -1 for none."""
        self._quiet = True
        self._rows.show(lines)
        if chosen >= 0:
            self.list.setCurrentIndex(self._rows.index(chosen))
        else:
            self.list.selectionModel().clear()
        self._quiet = False

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(current.row())
