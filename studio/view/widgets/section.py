"""A part of a panel under a heading that folds it away."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.view.bind import describe, look
from studio.view.icons import icon


class Section(QWidget):
    """A heading with a caret, small buttons beside it, and what it opens."""

    def __init__(self, name: str, title: str, tip: str, open_: bool = True) -> None:
        """Build it empty.

        Args:
            name: object name of the heading.
            title: its words.
            tip: what the part is for.
            open_: whether it begins open.
        """
        super().__init__()
        self.heading = look(QPushButton(title), "fold")
        self.heading.setCheckable(True)
        describe(self.heading, name, title, tip)
        self._top = QHBoxLayout()
        self._top.setSpacing(4)
        self._top.addWidget(self.heading)
        self._top.addStretch(1)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(self._top)
        outer.addWidget(self.body)
        self.heading.toggled.connect(self._show)
        self.heading.setChecked(open_)
        self._show(open_)

    def add_button(self, button: QWidget) -> None:
        """Put a small button at the right end of the heading."""
        self._top.addWidget(button)

    def _show(self, shown: bool) -> None:
        self.heading.setIcon(icon("caret-down" if shown else "caret-right", "muted"))
        self.body.setVisible(shown)
