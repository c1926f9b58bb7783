"""The library's cards: preview, title, and what it is in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engines.protocol.messages import ModelInfo
from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.thumbnails import Thumbnails
from studio.view.widgets.model_rows import INFO, AnyIndex, ModelRows

CARD = QSize(224, 274)
_PREVIEW = 192


class _CardRows(ModelRows):
    def words(self, info: ModelInfo, role: int) -> str | None:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return info.problem or info.summary or info.title
        return None


class _CardDelegate(QStyledItemDelegate):
    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        info: ModelInfo = index.data(INFO)
        card: QRect = option.rect.adjusted(6, 6, -6, -6)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "text" if selected else "control" if hovered else "hairline"
        painter.setPen(QPen(theme.color(edge), 2 if selected else 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(card, 6, 6)
        frame = QRect(card.x() + 10, card.y() + 10, _PREVIEW, _PREVIEW)
        paint_preview(painter, frame, info, self._thumbnails)
        self._words(painter, QRect(frame.x(), frame.bottom() + 8, frame.width(), 60), info)
        painter.restore()

    def _words(self, painter: QPainter, area: QRect, info: ModelInfo) -> None:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        elide = Qt.TextElideMode.ElideRight
        title = QFontMetrics(font).elidedText(info.title, elide, area.width())
        painter.drawText(area.adjusted(0, 0, 0, -40), Qt.AlignmentFlag.AlignVCenter, title)
        font.setBold(False)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(theme.color("bad" if info.problem else "muted"))
        line = "Cannot be used" if info.problem else card_line(info)
        text = QFontMetrics(font).elidedText(line, elide, area.width())
        painter.drawText(area.adjusted(0, 22, 0, -18), Qt.AlignmentFlag.AlignVCenter, text)


def card_line(info: ModelInfo) -> str:
    """What a model makes, how large, under which licence."""
    makes = f"{info.size} px pictures" if info.size else "Melodies"
    return " · ".join(part for part in (makes, info.licence) if part)


def paint_preview(painter: QPainter, frame: QRect, info: ModelInfo, thumbnails: Thumbnails) -> None:
    """A model's preview in a square, or a quiet icon."""
    ratio = painter.device().devicePixelRatioF()
    image = thumbnails.get(info.preview, round(frame.width() * ratio))
    if image is None or image.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(frame, 4, 4)
        glyph = "music-notes" if info.task == "compose" else "image-square"
        paint_icon(painter, frame, "warning" if info.problem else glyph, "muted", 40)
        return
    size = QSize(round(image.width() / ratio), round(image.height() / ratio))
    target = QRect(frame.topLeft(), size)
    target.moveCenter(frame.center())
    painter.drawImage(target, image)


class ModelCards(QListView):
    """A virtualised grid of cards.

    Signals:
        chosen: the ModelInfo that is looked at.
        opened: the ModelInfo that was double-clicked or Enter was pressed on.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._cards = _CardRows()
        self.setModel(self._cards)
        self._delegate = _CardDelegate(thumbnails)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(lambda index: self.opened.emit(index.data(INFO)))
        thumbnails.ready.connect(self._repaint)
        theme.changed.connect(self._repaint)

    def _repaint(self, _key: str = "") -> None:
        self.viewport().update()

    def show_models(self, models: Sequence[ModelInfo], chosen: str) -> None:
        """Show these cards and look at one of them."""
        self._cards.set_models(models)
        names = [model.name for model in models]
        if names:
            row = names.index(chosen) if chosen in names else 0
            self.selectionModel().setCurrentIndex(
                self._cards.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Looking at a card is choosing it."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(current.data(INFO))
