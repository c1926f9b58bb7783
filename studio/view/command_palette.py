"""Every command in one list that filters as you type."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.actions.actions import Action
from studio.actions.registry import ActionRegistry
from studio.view.bind import describe, key_text
from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.widgets.popover import Popover

_WIDTH, _ROW, _ROWS = 560, 36, 11
_ACTION = Qt.ItemDataRole.UserRole

AnyIndex = QModelIndex | QPersistentModelIndex


def matches(query: str, action: Action) -> bool:
    """Whether every word of the query begins a word of the action's text or group."""
    words = f"{action.text} {action.group}".lower().split()
    return all(any(word.startswith(part) for word in words) for part in query.lower().split())


class _Commands(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[Action] = []

    def set_actions(self, actions: list[Action]) -> None:
        self.beginResetModel()
        self.actions = actions
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.actions)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        action = self.actions[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return action.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return action.enabled_reason() or action.help or action.text
        return action if role == _ACTION else None


class _CommandDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(_WIDTH, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        action: Action = index.data(_ACTION)
        rect: QRect = option.rect
        reason = action.enabled_reason()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed"))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6)
        middle = Qt.AlignmentFlag.AlignVCenter
        if action.icon:
            badge = QRect(rect.x() + 10, rect.y(), 20, rect.height())
            paint_icon(painter, badge, action.icon, "muted", 16)
        text = rect.adjusted(42, 0, -12, 0)
        painter.setPen(theme.color("muted" if reason else "text"))
        painter.drawText(text, middle | Qt.AlignmentFlag.AlignLeft, action.text)
        taken = QFontMetrics(painter.font()).horizontalAdvance(action.text) + 24
        painter.setPen(theme.color("muted"))
        side = reason or _native(action)
        room = text.adjusted(taken, 0, 0, 0)
        side = QFontMetrics(painter.font()).elidedText(
            side, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, side)
        painter.restore()


def _native(action: Action) -> str:
    return key_text(action.keys[0]) if action.keys else ""


class _Query(QLineEdit):
    """Typing filters; the arrows and Enter belong to the list."""

    def __init__(self, target: QListView) -> None:
        super().__init__()
        self._target = target

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        ):
            self._target.event(event)
        else:
            super().keyPressEvent(event)


class CommandPalette(Popover):
    """Find a command by its words and do it."""

    def __init__(self, window: QWidget, registry: ActionRegistry) -> None:
        super().__init__(window)
        self.setObjectName("commandPalette")
        self._registry = registry
        self._commands = _Commands()
        self.list = describe(QListView(), "commandList", "Commands", "Every command.")
        self._delegate = _CommandDelegate()
        self.list.setItemDelegate(self._delegate)
        self.list.setModel(self._commands)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(_ROW * _ROWS)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.query = _Query(self.list)
        self.query.setPlaceholderText("What do you want to do?")
        describe(self.query, "commandQuery", "Find a command", "Type words of a command.")
        self.query.setFixedHeight(36)
        self.query.textChanged.connect(lambda _text: self.fill_matches())
        self.query.returnPressed.connect(lambda: self._run(self.list.currentIndex().row()))
        self.setFixedWidth(_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.query)
        layout.addWidget(self.list)

    def fill(self) -> None:
        """Begin anew with every command."""
        self.query.clear()
        self.fill_matches()

    def open_centred(self, top: int) -> None:
        """Show it and take the keyboard."""
        super().open_centred(top)
        self.query.setFocus(Qt.FocusReason.PopupFocusReason)

    def fill_matches(self) -> None:
        """Show the commands that match; those that can be done now first."""
        found = [a for a in self._registry.all() if matches(self.query.text(), a)]
        found = [a for a in found if a.id != "window.palette"]
        found.sort(key=lambda action: bool(action.enabled_reason()))
        self._commands.set_actions(found)
        self.list.setCurrentIndex(self._commands.index(0))

    def _run(self, row: int) -> None:
        if not 0 <= row < len(self._commands.actions):
            return
        action = self._commands.actions[row]
        if not action.enabled_reason():
            self.close_popover()
            self._registry.trigger(action.id)
