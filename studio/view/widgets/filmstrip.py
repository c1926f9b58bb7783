"""A row of pictures to look through: candidates, or every result ever made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.thumbnails import Thumbnails

#: Edge of a tile's picture, and of the tile with the room for its outline.
PICTURE = 84
TILE = PICTURE + 8
_RADIUS = 4
#: How much is seen of a tile that cannot be marked.
_FAINT = 0.3
#: The colour roles of badges.
_BADGES = {"plus": "good", "minus": "bad"}
#: What keys do to the tile under the keyboard while pictures are marked.
_SIGNS = {Qt.Key.Key_Space: "next", Qt.Key.Key_Plus: "plus", Qt.Key.Key_Minus: "minus"}

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Tile:
    """One picture of a strip.

    Attributes:
        key: of its thumbnail; "" stands for one that is still to come.
        text: what a screen reader and the tooltip say.
        marked: carries the sign of the document's picture.
        badge: how it is told apart from others: "plus", "minus" or "".
        faint: it cannot be told apart.
    """

    key: str
    text: str
    marked: bool = False
    badge: str = ""
    faint: bool = False


class TileModel(QAbstractListModel):
    """The tiles of a strip; asks ``mime`` for what a dragged tile carries."""

    def __init__(self, mime: Any = None) -> None:
        super().__init__()
        self._tiles: list[Tile] = []
        self._mime = mime

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these. One new tile at the front, or changed ones, keep the scroll position."""
        fresh = list(tiles)
        if fresh == self._tiles:
            return
        if len(fresh) == len(self._tiles):
            self._tiles = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
        elif [tile.key for tile in fresh[1:]] == [tile.key for tile in self._tiles]:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._tiles = fresh
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._tiles = fresh
            self.endResetModel()

    def tile(self, row: int) -> Tile:
        """One tile."""
        return self._tiles[row]

    def row_of(self, key: str) -> int:
        """Where a tile is, or -1."""
        return next((row for row, tile in enumerate(self._tiles) if key and tile.key == key), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self._tiles[index.row()]
        texts = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        return tile.text if role in texts else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        whole = index.isValid() and bool(self._tiles[index.row()].key)
        return base | Qt.ItemFlag.ItemIsDragEnabled if whole and self._mime else base

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        keys = [self._tiles[index.row()].key for index in indexes]
        result: QMimeData = self._mime(keys)
        return result


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, thumbnails: Thumbnails, strip: Filmstrip) -> None:
        super().__init__(strip)
        self._thumbnails, self._strip = thumbnails, strip

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(TILE, TILE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tile = self._strip.tiles.tile(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        frame = QRect(rect.x() + 4, rect.y() + 4, PICTURE, PICTURE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_FAINT if tile.faint else 1.0)
        self._picture(painter, frame, tile)
        painter.setOpacity(1.0)
        if tile.marked:
            self._mark(painter, frame)
        if tile.badge:
            self._badge(painter, frame, tile.badge)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        current = bool(tile.key) and tile.key == self._strip.shown
        current = current or (self._strip.marking and bool(state & QStyle.StateFlag.State_HasFocus))
        if current or hovered:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("text" if current else "control"), 2))
            painter.drawRoundedRect(frame.adjusted(-3, -3, 3, 3), _RADIUS + 2, _RADIUS + 2)
        painter.restore()

    def _picture(self, painter: QPainter, frame: QRect, tile: Tile) -> None:
        ratio = self._strip.devicePixelRatioF()
        size = round(PICTURE * ratio)
        image = self._thumbnails.get(tile.key, size) if tile.key else None
        if image is None or image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
            if not tile.key:
                paint_icon(painter, frame, "dots-three", "muted", 20)
            elif image is not None:
                paint_icon(painter, frame, "image-square", "muted", 20)
            return
        image.setDevicePixelRatio(ratio)
        target = QRect(0, 0, round(image.width() / ratio), round(image.height() / ratio))
        target.moveCenter(frame.center())
        painter.drawImage(target, image)

    def _mark(self, painter: QPainter, frame: QRect) -> None:
        badge = QRect(frame.right() - 21, frame.bottom() - 21, 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("window", 0.86))
        painter.drawEllipse(badge)
        paint_icon(painter, badge, "check", "text", 12)

    def _badge(self, painter: QPainter, frame: QRect, badge: str) -> None:
        """A round plus or a square minus, told apart by shape before colour, over a frame."""
        role = _BADGES[badge]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(role), 2))
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)
        place = QRect(frame.left() + 4, frame.top() + 4, 24, 24)
        painter.setPen(QPen(theme.color("window"), 2))
        painter.setBrush(theme.color(role))
        round_ = place.width() / 2 if badge == "plus" else _RADIUS
        painter.drawRoundedRect(place, round_, round_)
        painter.setPen(QPen(theme.color("window"), 2.5))
        middle, arm = QRectF(place).center(), 5.0
        painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
        if badge == "plus":
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


class Filmstrip(QListView):
    """A horizontal, virtualised row of tiles.

    Signals:
        picked: the key of a tile that a person clicked or walked to.
        removeRequested: the key of the tile that Delete was pressed on.
        menuRequested: a key, and where on the screen.
        signRequested: a key, and the mark that is wanted: "plus", "minus" or "next".
    """

    picked = Signal(str)
    signRequested = Signal(str, str)
    removeRequested = Signal(str)
    menuRequested = Signal(str, object)

    def __init__(self, thumbnails: Thumbnails, mime: Any = None) -> None:
        super().__init__()
        self.tiles = TileModel(mime)
        self.shown = ""
        self.marking = False
        self.setModel(self.tiles)
        self.setItemDelegate(_TileDelegate(thumbnails, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setFixedHeight(TILE + 16)
        self.clicked.connect(lambda index: self._click(index.row()))
        thumbnails.ready.connect(self._repaint)
        theme.changed.connect(self._repaint)

    def show_key(self, key: str) -> None:
        """Outline the picture in view."""
        if key != self.shown:
            self.shown = key
            self.viewport().update()

    def set_marking(self, marking: bool) -> None:
        """Whether a click marks a picture in place of showing it."""
        if marking != self.marking:
            self.marking = marking
            pointing = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(pointing if marking else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def reveal(self, key: str) -> None:
        """Scroll to a picture, if it is in this strip."""
        row = self.tiles.row_of(key)
        if row >= 0:
            self.scrollTo(self.tiles.index(row))

    def _repaint(self, _key: str = "") -> None:
        self.viewport().update()

    def _pick(self, row: int) -> None:
        if 0 <= row < self.tiles.rowCount() and self.tiles.tile(row).key:
            self.picked.emit(self.tiles.tile(row).key)

    def _click(self, row: int) -> None:
        if self.marking:
            self._sign(row, "next")
        else:
            self._pick(row)

    def _sign(self, row: int, sign: str) -> None:
        if 0 <= row < self.tiles.rowCount() and self.tiles.tile(row).key:
            self.signRequested.emit(self.tiles.tile(row).key, sign)

    def _row(self) -> int:
        row = self.tiles.row_of(self.shown)
        here = self.currentIndex().row()
        return here if row < 0 or (self.marking and here >= 0) else row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk, Home and End jump, Delete removes; Space, + and - mark."""
        last = self.tiles.rowCount() - 1
        row = self._row()
        moves = {
            Qt.Key.Key_Left: max(0, row - 1),
            Qt.Key.Key_Right: min(last, row + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in moves and last >= 0:
            target = moves[Qt.Key(event.key())]
            self.setCurrentIndex(self.tiles.index(target))
            self._pick(target)
        elif self.marking and event.key() in _SIGNS:
            self._sign(max(row, 0), _SIGNS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and 0 <= row <= last:
            self.removeRequested.emit(self.tiles.tile(row).key)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """While pictures are marked, a quick second click is a click like the first."""
        if self.marking:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask the page for a menu on the tile under the pointer."""
        index = self.indexAt(event.pos())
        if index.isValid() and self.tiles.tile(index.row()).key:
            self.menuRequested.emit(self.tiles.tile(index.row()).key, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls along the row."""
        delta = event.pixelDelta().y() or event.pixelDelta().x()
        step = delta if delta else event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - step)
        event.accept()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(4 * TILE, TILE + 16)
