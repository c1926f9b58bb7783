"""Choosing a model by its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from engines.protocol.errors import EngineError
from engines.protocol.messages import ModelInfo
from studio.media.images import read_image
from studio.view.bind import describe
from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.thumbnails import Thumbnails
from studio.view.widgets.model_rows import INFO, AnyIndex, ModelRows
from studio.view.widgets.popover import Popover

_ROW = 64
_PREVIEW = 48
_FILTER_FROM = 6


def load_preview(path: str) -> QImage:
    """A model's preview picture; null when there is none."""
    try:
        return read_image(Path(path)) if path else QImage()
    except EngineError:
        return QImage()


def paint_model(
    painter: QPainter, rect: QRect, info: ModelInfo | None, thumbnails: Thumbnails, empty: str = ""
) -> None:
    """Preview, title and one quiet line of a model."""
    frame = QRect(rect.x() + 8, rect.center().y() - _PREVIEW // 2 + 1, _PREVIEW, _PREVIEW)
    _paint_preview(painter, frame, info, thumbnails)
    text = rect.adjusted(_PREVIEW + 20, 0, -8, 0)
    painter.setPen(theme.color("text"))
    title = info.title if info is not None else empty
    line = info.summary if info is not None else ""
    metrics = QFontMetrics(painter.font())
    elide = Qt.TextElideMode.ElideRight
    upper = QRect(text.x(), rect.center().y() - 18, text.width(), 18)
    if not line:
        upper = text
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(upper, align, metrics.elidedText(title, elide, text.width()))
    if line:
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        lower = QRect(text.x(), rect.center().y() + 1, text.width(), 18)
        painter.drawText(lower, align, QFontMetrics(font).elidedText(line, elide, text.width()))


def _paint_preview(
    painter: QPainter, frame: QRect, info: ModelInfo | None, thumbnails: Thumbnails
) -> None:
    ratio = painter.device().devicePixelRatioF()
    image = thumbnails.get(info.preview, round(_PREVIEW * ratio)) if info is not None else None
    if image is None or image.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(frame, 4, 4)
        glyph = "music-notes" if info is not None and info.task == "compose" else "image-square"
        paint_icon(painter, frame, glyph, "muted", 20)
        return
    size = QSize(round(image.width() / ratio), round(image.height() / ratio))
    target = QRect(frame.topLeft(), size)
    target.moveCenter(frame.center())
    painter.drawImage(target, image)


class _PickerRows(ModelRows):
    def words(self, info: ModelInfo, role: int) -> str | None:
        said: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: f"{info.title} {info.name} {info.summary}",
            Qt.ItemDataRole.AccessibleTextRole: info.title,
            Qt.ItemDataRole.ToolTipRole: info.summary or info.title,
        }
        return said.get(role)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, thumbnails: Thumbnails, chosen: Callable[[], str]) -> None:
        super().__init__()
        self._thumbnails, self._chosen = thumbnails, chosen

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(_ROW * 4, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        info: ModelInfo = index.data(INFO)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        if option.state & marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed"))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6)
        chosen = info.name == self._chosen()
        paint_model(painter, rect.adjusted(0, 0, -28 if chosen else 0, 0), info, self._thumbnails)
        if chosen:
            badge = QRect(rect.right() - 32, rect.y(), 24, rect.height())
            paint_icon(painter, badge, "check", "text", 16)
        painter.restore()


class _Chooser(Popover):
    """The list that opens under the picker."""

    def __init__(self, picker: ModelPicker, thumbnails: Thumbnails) -> None:
        super().__init__(picker.window())
        self._picker = picker
        self._rows = _PickerRows()
        self._proxy = QSortFilterProxyModel()
        self._proxy.setSourceModel(self._rows)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter models")
        describe(self.filter, "modelFilter", "Filter models", "Show models whose text has this.")
        self.filter.textChanged.connect(self._proxy.setFilterFixedString)
        self.filter.returnPressed.connect(lambda: self._take(self._proxy.index(0, 0)))
        self.list = describe(QListView(), "modelList", "Models", "The models for this task.")
        self._delegate = _RowDelegate(thumbnails, lambda: picker.chosen)
        self.list.setItemDelegate(self._delegate)
        self.list.setModel(self._proxy)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        thumbnails.ready.connect(lambda _key: self.list.viewport().update())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.filter)
        layout.addWidget(self.list)

    def fill(self, models: Sequence[ModelInfo]) -> None:
        self._rows.set_models(models)
        self.filter.clear()
        self.filter.setVisible(len(models) >= _FILTER_FROM)
        self.list.setFixedHeight(min(6, max(1, len(models))) * _ROW + 2)
        self.setFixedWidth(self._picker.width())
        names = [model.name for model in models]
        if self._picker.chosen in names:
            row = names.index(self._picker.chosen)
            self.list.setCurrentIndex(self._proxy.index(row, 0))
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        info: ModelInfo = index.data(INFO)
        self.close_popover()
        self._picker.picked.emit(info.name)


class ModelPicker(QAbstractButton):
    """Shows the chosen model; a press opens the list of all that can do the task.

    Signals:
        picked: the name of the model that a person chose.
    """

    picked = Signal(str)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.thumbnails = Thumbnails(load_preview, self)
        self.chosen = ""
        self._info: ModelInfo | None = None
        self._models: tuple[ModelInfo, ...] = ()
        self._empty = ""
        self._chooser: _Chooser | None = None
        self.setFixedHeight(_ROW)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        describe(self, name, "Model", tip)
        self.clicked.connect(self.open_list)
        self.thumbnails.ready.connect(lambda _key: self.update())
        theme.changed.connect(self.update)

    def show_models(self, models: Sequence[ModelInfo], chosen: str, empty: str) -> None:
        """Show another choice.

        Args:
            models: what can be chosen.
            chosen: the name of the one in use.
            empty: what to say when it is not among them.
        """
        if (tuple(models), chosen, empty) == (self._models, self.chosen, self._empty):
            return
        self._models, self.chosen, self._empty = tuple(models), chosen, empty
        self._info = next((m for m in models if m.name == chosen), None)
        title = self._info.title if self._info is not None else empty
        self.setAccessibleName(f"Model: {title}")
        self.update()

    def open_list(self) -> None:
        """Open the list of models, or close it."""
        if self._chooser is None:
            self._chooser = _Chooser(self, self.thumbnails)
        if self._chooser.isVisible():
            self._chooser.close_popover()
        elif self._models:
            self._chooser.fill(self._models)
            self._chooser.open_below(self)
            self._chooser.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose the neighbour without opening the list."""
        names = [model.name for model in self._models]
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in moves and self.chosen in names:
            row = names.index(self.chosen) + moves[Qt.Key(event.key())]
            if 0 <= row < len(names):
                self.picked.emit(names[row])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring."""
        self.update()
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        """A row with a picture."""
        return QSize(240, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The chosen model in a field with a caret."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        border = "focus" if focused else "muted" if self.underMouse() else "control"
        painter.setPen(QPen(theme.color(border), 2 if focused else 1))
        painter.setBrush(theme.color("field"))
        inset = 1 if focused else 0.5
        painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), 6, 6)
        area = self.rect().adjusted(0, 0, -28, 0)
        paint_model(painter, area, self._info, self.thumbnails, self._empty)
        if self._models:
            caret = QRect(self.width() - 32, 0, 24, self.height())
            paint_icon(painter, caret, "caret-down", "muted", 14)
