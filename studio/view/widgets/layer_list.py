"""The list of layers: eye, thumbnail, name and lock; dragged into another order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
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
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.model.document import Document
from studio.model.layers import BLENDS, Layer
from studio.model.plane import Plane
from studio.view.bind import describe
from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.widgets.canvas.picture import checkerboard

ROW = 44
_THUMB = 32
_MIME = "application/x-duet-layer"
_Index = QModelIndex | QPersistentModelIndex


class LayerRows(QAbstractListModel):
    """The layers as rows, the highest first."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._rows: list[Layer] = []
        self.refresh()

    def refresh(self) -> None:
        """Show the document's layers as they are now."""
        fresh = list(reversed(self._document.state.layers))
        same = [layer.id for layer in fresh] == [layer.id for layer in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = fresh
        if not same:
            self.endResetModel()
        elif fresh:
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))

    def layer(self, row: int) -> Layer | None:
        """The layer in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, layer_id: str) -> int:
        """The row of a layer, -1 when it has none."""
        return next((n for n, layer in enumerate(self._rows) if layer.id == layer_id), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """How many layers there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and description of a layer."""
        layer = self.layer(index.row())
        if layer is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return layer.name
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(_words(layer))
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a layer."""
        layer, name = self.layer(index.row()), str(value).strip()
        if layer is None or not name or name == layer.name:
            return False
        state = self._document.state.changed(layer.id, name=name)
        self._document.apply("Rename layer", state)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Rows can be chosen, renamed and dragged; between rows can be dropped."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows move."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Only layers of this window."""
        return [_MIME]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        """The id of the dragged layer."""
        mime = QMimeData()
        layer = self.layer(indexes[0].row()) if indexes else None
        if layer is not None:
            mime.setData(_MIME, QByteArray(layer.id.encode()))
        return mime

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index
    ) -> bool:
        """Move the dragged layer between two others."""
        layer_id = bytes(data.data(_MIME).data()).decode()
        here = self.row_of(layer_id)
        if here < 0:
            return False
        above = row if row >= 0 else len(self._rows)  # rows that stay above it
        if above > here:
            above -= 1
        state = self._document.state.moved(layer_id, len(self._rows) - 1 - above)
        self._document.apply("Reorder layers", state)
        return False  # the view must not remove the row: the document has moved it


class _RowPainter(QStyledItemDelegate):
    """Draws a row; thumbnails are made when the layer's pixels change."""

    def __init__(self, rows: LayerRows, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._document = rows, document
        self._thumbs: dict[str, tuple[Plane, QImage]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """All rows are alike."""
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Eye, thumbnail, name over mode and opacity, lock."""
        layer = self._rows.layer(index.row())
        if layer is None:
            return
        rect: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if flags & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed"))
            painter.drawRoundedRect(QRectF(rect).adjusted(4, 1, -4, -1), 6, 6)
            if flags & QStyle.StateFlag.State_HasFocus:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("focus"), 1))
                painter.drawRoundedRect(QRectF(rect).adjusted(4.5, 1.5, -4.5, -1.5), 6, 6)
        paint_icon(
            painter,
            eye_rect(rect),
            "eye" if layer.visible else "eye-slash",
            "text" if layer.visible else "muted",
            16,
        )
        thumb = QRect(rect.left() + 36, rect.top() + 6, _THUMB, _THUMB)
        painter.fillRect(thumb, checkerboard())
        painter.drawImage(thumb, self._thumb(layer))
        text = rect.adjusted(76, 4, -36, -4)
        painter.setPen(theme.color("text" if layer.visible else "muted"))
        name = painter.fontMetrics().elidedText(
            layer.name, Qt.TextElideMode.ElideRight, text.width()
        )
        words = _words(layer)
        align = Qt.AlignmentFlag.AlignTop if words else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, align | Qt.AlignmentFlag.AlignLeft, name)
        if words:
            font = painter.font()
            font.setPixelSize(12)
            painter.setFont(font)
            painter.setPen(theme.color("muted"))
            low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(text, low, " · ".join(words))
        if layer.locked:
            paint_icon(painter, lock_rect(rect), "lock-simple", "muted", 16)
        painter.restore()

    def _thumb(self, layer: Layer) -> QImage:
        known = self._thumbs.get(layer.id)
        if known is None or known[0] is not layer.plane:
            image = QImage()
            rect = self._document.state.rect
            if not rect.isEmpty():
                image = layer.plane.image(rect).scaled(
                    2 * _THUMB,
                    2 * _THUMB,
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            known = (layer.plane, image)
            self._thumbs[layer.id] = known
        return known[1]


class LayerList(QListView):
    """The layers of a document; a click on an eye hides, on a lock unlocks.

    Signals:
        eyeClicked: the id of a layer.
        lockClicked: the id of a layer.
    """

    eyeClicked = Signal(str)
    lockClicked = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.rows = LayerRows(document)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(self.rows, document, self))
        describe(self, "layerList", "Layers", "Drag to reorder, double-click or F2 to rename.")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentChanged.connect(self._on_current)
        document.edited.connect(self.refresh)
        theme.changed.connect(self.viewport().update)
        self.refresh()

    def refresh(self) -> None:
        """Show the document's layers, the active one chosen."""
        self.rows.refresh()
        row = self.rows.row_of(self._document.state.active)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self.rows.index(row))

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        layer = self.rows.layer(now.row())
        if layer is not None:
            self._document.activate(layer.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The eye and the lock are buttons of their own."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        layer = self.rows.layer(index.row()) if index.isValid() else None
        if layer is not None and event.button() == Qt.MouseButton.LeftButton:
            rect = self.visualRect(index)
            for box, signal in (
                (eye_rect(rect), self.eyeClicked),
                (lock_rect(rect) if layer.locked else QRect(), self.lockClicked),
            ):
                if box.contains(at):
                    signal.emit(layer.id)
                    return
        super().mousePressEvent(event)


def eye_rect(row: QRect) -> QRect:
    """Where a row's eye is."""
    return QRect(row.topLeft() + QPoint(8, 8), QSize(28, 28))


def lock_rect(row: QRect) -> QRect:
    """Where a row's lock is."""
    return QRect(row.right() - 36, row.top() + 8, 28, 28)


def _words(layer: Layer) -> list[str]:
    words = [] if layer.mode == "normal" else [BLENDS[layer.mode].title]
    if layer.opacity < 1.0:
        words.append(f"{layer.opacity:.0%}")
    return words
