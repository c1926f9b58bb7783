"""The sheet of all keys, made from the declared actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.actions.registry import ActionRegistry
from studio.view.bind import key_text, label, look
from studio.view.widgets.popover import Popover

#: What the pointer and the keyboard do inside widgets, where no action is declared.
GESTURES: tuple[tuple[str, str, str], ...] = (
    ("On the canvas", "Zoom at the pointer", "Wheel"),
    ("On the canvas", "Pan", "Space + drag"),
    ("On the canvas", "Turn the view", "Shift + Space + drag"),
    ("On the canvas", "Line from the last stroke", "Shift + click"),
    ("On the canvas", "Pick a colour", "Ctrl + click"),
    ("On the canvas", "Take away from the mask", "Alt + drag"),
    ("On the canvas", "See the original", "Hold Tab"),
    ("On the canvas", "Fit, or 100%", "Double-click"),
    ("On the piano roll", "Erase notes", "Right button + drag"),
    ("On the piano roll", "Select with a box", "Shift + drag"),
    ("On the piano roll", "Drag along one axis", "Shift + drag a note"),
    ("On the piano roll", "Drag a copy", "Alt + drag a note"),
    ("On the piano roll", "Select a pitch", "Alt + click a key"),
    ("On the piano roll", "Louder or softer", "Ctrl + wheel on a note"),
    ("On a slider", "Move finely", "Shift + drag"),
    ("On a slider", "Back to the default", "Double-click"),
    ("In a filmstrip", "Walk through the pictures", "← →"),
    ("In a filmstrip", "Remove from the history", "Delete"),
    ("In a filmstrip", "Mark with or without", "+ −"),
    ("In a filmstrip", "Next mark", "Space"),
)
_COLUMNS = 3


class ShortcutSheet(Popover):
    """Groups of lines: what it does, and its keys."""

    def __init__(self, window: QWidget, registry: ActionRegistry) -> None:
        super().__init__(window)
        self.setObjectName("shortcutSheet")
        self._registry = registry
        self._scroll: QScrollArea | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(24, 16, 24, 24)
        self._layout.setSpacing(12)
        self._layout.addWidget(label("Keys", "title"))

    def fill(self) -> None:
        """Show the keys that work in the mode in view."""
        if self._scroll is not None:
            self._layout.removeWidget(self._scroll)
            self._scroll.deleteLater()
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(40)
        columns = self._columns(self._groups())
        for column in columns:
            box = QVBoxLayout()
            box.setSpacing(16)
            for title, lines in column:
                box.addLayout(_group(title, lines))
            box.addStretch(1)
            row.addLayout(box)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        wanted = body.sizeHint()
        room = self.window().size()
        scroll.setFixedSize(
            min(wanted.width() + 16, room.width() - 80),
            min(wanted.height() + 4, room.height() - 140),
        )
        self._scroll = scroll
        self._layout.addWidget(scroll)

    def _groups(self) -> dict[str, list[tuple[str, list[str]]]]:
        groups: dict[str, list[tuple[str, list[str]]]] = {}
        for action in self._registry.all():
            keys = list(dict.fromkeys(key_text(key) for key in action.keys))
            if keys:
                groups.setdefault(action.group, []).append((action.text, keys))
        for group, text, gesture in GESTURES:
            groups.setdefault(group, []).append((text, [gesture]))
        return groups

    @staticmethod
    def _columns(
        groups: dict[str, list[tuple[str, list[str]]]],
    ) -> list[list[tuple[str, list[tuple[str, list[str]]]]]]:
        columns: list[list[tuple[str, list[tuple[str, list[str]]]]]] = [[] for _ in range(_COLUMNS)]
        heights = [0] * _COLUMNS
        for title, lines in groups.items():
            shortest = heights.index(min(heights))
            columns[shortest].append((title, lines))
            heights[shortest] += len(lines) + 2
        return columns


def _group(title: str, lines: list[tuple[str, list[str]]]) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(4)
    box.addWidget(label(title, "section"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, (text, keys) in enumerate(lines):
        grid.addWidget(label(text), row, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        caps.addStretch(1)
        for key in keys:
            caps.addWidget(_cap(key))
        grid.addLayout(caps, row, 1)
    box.addLayout(grid)
    return box


def _cap(key: str) -> QLabel:
    cap = look(label(key), "keycap")
    cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return cap
