"""Two columns of names and values, as panels show what is known of something."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.view.bind import label
from studio.view.param_controls import LABEL_WIDTH


class Facts(QWidget):
    """A heading and lines of name and value; values can be selected and copied."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(label(heading, "section"), 0, 0, 1, 2)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these; hide when there are none."""
        while len(self._rows) < len(facts):
            self._add_row()
        for number, pair in enumerate(self._rows):
            known = number < len(facts)
            for widget, text in zip(pair, facts[number] if known else ("", ""), strict=True):
                widget.setVisible(known)
                widget.setText(text)
        self.setVisible(bool(facts))

    def _add_row(self) -> None:
        row = len(self._rows) + 1
        pair = (label("", "muted"), label("", wrap=True))
        pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(pair[0], row, 0, top)
        self._grid.addWidget(pair[1], row, 1, top)
        self._rows.append(pair)
