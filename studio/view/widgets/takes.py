"""Melodies as tiles: the takes A, B, C, ... and every melody made before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engines.music.score import Clip
from studio.view.icons import paint_icon
from studio.view.theme import theme, ui_font

TILE_WIDTH, TILE_HEIGHT = 128, 76
_GAP = 4
_HEAD = 20
_RADIUS = 5

AnyIndex = QModelIndex | QPersistentModelIndex
#: Makes what a dragged tile carries out of its key; None when it cannot be dragged.
MimeMaker = Callable[[str], QMimeData | None]


@dataclass(frozen=True)
class MelodyTile:
    """One melody of a strip.

    Attributes:
        key: tells it from the others.
        clip: the melody; None stands for one that is still to come.
        title: a letter, or its chords.
        detail: a quiet word at the right, such as the number of bars.
        tip: what the tooltip and a screen reader say.
    """

    key: str
    clip: Clip | None
    title: str
    detail: str = ""
    tip: str = ""


class MelodyTiles(QAbstractListModel):
    """The tiles of a strip."""

    def __init__(self, mime: MimeMaker) -> None:
        super().__init__()
        self._tiles: list[MelodyTile] = []
        self._mime = mime

    def set_tiles(self, tiles: Sequence[MelodyTile]) -> None:
        """Show these; tiles that only join in front or at the end keep the scroll position."""
        fresh = list(tiles)
        if fresh == self._tiles:
            return
        if len(fresh) == len(self._tiles):
            self._tiles = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._tiles = fresh
        self.endResetModel()

    def tile(self, row: int) -> MelodyTile:
        """One tile."""
        return self._tiles[row]

    def row_of(self, key: str) -> int:
        """Where a tile is, or -1."""
        return next((row for row, tile in enumerate(self._tiles) if tile.key == key), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self._tiles[index.row()]
        texts = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        return (tile.tip or tile.title) if role in texts else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        whole = index.isValid() and self._tiles[index.row()].clip is not None
        return base | Qt.ItemFlag.ItemIsDragEnabled if whole else base

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self._mime(self._tiles[indexes[0].row()].key) or QMimeData()


def paint_melody(painter: QPainter, rect: QRectF, clip: Clip, role: str = "generator") -> None:
    """A clip as thin strokes, its register over the height, bar lines behind."""
    painter.setPen(Qt.PenStyle.NoPen)
    pitches = [note.pitch for note in clip.notes]
    if not pitches:
        return
    low, high = min(pitches), max(pitches)
    rows = max(high - low + 1, 12)
    base = (low + high + 1 - rows) / 2
    row = rect.height() / rows
    step = rect.width() / clip.steps
    for bar in range(1, clip.bars):
        x = round(rect.left() + bar * clip.bar_steps * step)
        if clip.bar_steps * step >= 6:
            painter.fillRect(QRectF(x, rect.top(), 1, rect.height()), theme.color("hairline", 0.8))
    height = max(1.5, min(row, 3.0))
    color = theme.color(role)
    for note in clip.notes:
        y = rect.bottom() - (note.pitch - base + 0.5) * row - height / 2
        width = max(1.0, note.length * step - 0.6)
        painter.fillRect(QRectF(rect.left() + note.start * step, y, width, height), color)


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, strip: MelodyStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(TILE_WIDTH + 2 * _GAP, TILE_HEIGHT + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tile = self._strip.tiles.tile(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        frame = QRectF(rect.adjusted(_GAP, _GAP, -_GAP, -_GAP)).adjusted(0.5, 0.5, -0.5, -0.5)
        current = tile.key == self._strip.shown and bool(tile.key)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver) and tile.clip is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("hairline"), 1))
        painter.setBrush(theme.color("hover" if hovered and not current else "surface"))
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        self._paint_head(painter, frame, tile, current)
        body = frame.adjusted(8, _HEAD + 4, -8, -8)
        if tile.clip is not None:
            paint_melody(painter, body, tile.clip, "generator" if current else "muted")
        else:
            paint_icon(painter, body.toRect(), "dots-three", "muted", 20)
        if current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("text"), 2))
            painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
        painter.restore()

    def _paint_head(
        self, painter: QPainter, frame: QRectF, tile: MelodyTile, current: bool
    ) -> None:
        font = ui_font()
        font.setPixelSize(12)
        font.setWeight(font.Weight.DemiBold if current else font.Weight.Normal)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        head = frame.adjusted(8, 2, -8, 0)
        head.setHeight(_HEAD)
        middle = Qt.AlignmentFlag.AlignVCenter
        detail = metrics.horizontalAdvance(tile.detail) + 6 if tile.detail else 0
        painter.setPen(theme.color("muted"))
        painter.drawText(head, middle | Qt.AlignmentFlag.AlignRight, tile.detail)
        painter.setPen(theme.color("text" if current else "muted"))
        room = int(head.width()) - detail
        title = metrics.elidedText(tile.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(head, middle | Qt.AlignmentFlag.AlignLeft, title)


class MelodyStrip(QListView):
    """A horizontal, virtualised row of melodies; a tile can be dragged out as a MIDI file.

    Signals:
        picked: the key of a tile that a person clicked or walked to.
        removeRequested: the key of the tile that Delete was pressed on.
        menuRequested: a key, and where on the screen.
    """

    picked = Signal(str)
    removeRequested = Signal(str)
    menuRequested = Signal(str, QPoint)

    def __init__(self, mime: MimeMaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = MelodyTiles(mime)
        self.shown = ""
        self.setModel(self.tiles)
        self.setItemDelegate(_TileDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setMouseTracking(True)
        self.setFixedHeight(TILE_HEIGHT + 2 * _GAP + 10)
        self.clicked.connect(lambda index: self._pick(index.row()))
        theme.changed.connect(self._repaint)

    def show_tiles(self, tiles: Sequence[MelodyTile], shown: str) -> None:
        """Show melodies, one of them as the one in view."""
        self.tiles.set_tiles(tiles)
        if shown != self.shown:
            self.shown = shown
            row = self.tiles.row_of(shown)
            if row >= 0:
                self.scrollTo(self.tiles.index(row))
        self.viewport().update()

    def _repaint(self) -> None:
        self.viewport().update()

    def content_width(self) -> int:
        """Pixels of all tiles."""
        return self.tiles.rowCount() * (TILE_WIDTH + 2 * _GAP) + 2

    def _pick(self, row: int) -> None:
        if 0 <= row < self.tiles.rowCount() and self.tiles.tile(row).clip is not None:
            self.picked.emit(self.tiles.tile(row).key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk, Home and End jump, Delete removes."""
        last = self.tiles.rowCount() - 1
        row = self.tiles.row_of(self.shown)
        row = row if row >= 0 else self.currentIndex().row()
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
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and 0 <= row <= last:
            self.removeRequested.emit(self.tiles.tile(row).key)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask the page for a menu on the tile under the pointer."""
        index = self.indexAt(event.pos())
        if index.isValid() and self.tiles.tile(index.row()).clip is not None:
            self.menuRequested.emit(self.tiles.tile(index.row()).key, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls along the row."""
        delta = event.pixelDelta().y() or event.pixelDelta().x()
        step = delta if delta else event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - step)
        event.accept()

    def sizeHint(self) -> QSize:
        """As wide as its tiles."""
        return QSize(self.content_width(), self.height())
