"""The rail of modes at the left edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from studio.view.bind import describe, look, with_keys
from studio.view.icons import icon
from studio.view.mode import Mode

WIDTH = 72


class ModeRail(QWidget):
    """One button a mode.

    Signals:
        chosen: the id of a mode.
    """

    chosen = Signal(str)

    def __init__(self, modes: Sequence[Mode]) -> None:
        super().__init__()
        look(self, "window")
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        for mode in modes:
            if not mode.at_bottom:
                layout.addWidget(self._button(mode))
        layout.addStretch(1)
        for mode in modes:
            if mode.at_bottom:
                layout.addWidget(self._button(mode))

    def show_mode(self, mode_id: str) -> None:
        """Mark the mode in view."""
        self._buttons[mode_id].setChecked(True)

    def _button(self, mode: Mode) -> QToolButton:
        button = QToolButton()
        look(button, "rail")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(icon(mode.icon, "muted", "text"))
        button.setIconSize(QSize(20, 20))
        button.setText(mode.title)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedSize(WIDTH - 16, 52)
        describe(button, f"mode_{mode.id}", mode.title, with_keys(mode.help, mode.shortcut))
        button.clicked.connect(lambda: self.chosen.emit(mode.id))
        self._group.addButton(button)
        self._buttons[mode.id] = button
        return button
