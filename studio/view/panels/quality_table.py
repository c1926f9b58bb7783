"""A model's measured quality: the discriminating half of the studio, so its marks are indigo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.model.quality import Figure
from studio.view.bind import label
from studio.view.icons import icon
from studio.view.theme import tabular, theme, ui_font

_MARKS = {True: ("check-circle", "discriminator"), False: ("warning-circle", "warn")}


class QualityTable(QWidget):
    """Figures, what to read them against, and whether they meet their goal."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._figures: Sequence[Figure] = ()
        theme.changed.connect(self._again)

    def _again(self) -> None:
        self.show_figures(self._figures)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these; hide when there are none."""
        self._figures = figures
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.setVisible(bool(figures))
        if not figures:
            return
        self._grid.addWidget(label("Measured quality", "section"), 0, 0, 1, 3)
        for row, figure in enumerate(figures):
            self._add(2 * row + 1, figure)

    def _add(self, row: int, figure: Figure) -> None:
        mark = QLabel()
        mark.setFixedSize(16, 18)
        if figure.met is not None:
            glyph, role = _MARKS[figure.met]
            mark.setPixmap(icon(glyph, role).pixmap(16, 16))
            mark.setAccessibleName("Goal met" if figure.met else "Goal not met")
        value = label(figure.value)
        value.setFont(tabular(ui_font()))
        self._grid.addWidget(mark, row, 0)
        self._grid.addWidget(label(figure.label, wrap=True), row, 1)
        self._grid.addWidget(value, row, 2, Qt.AlignmentFlag.AlignRight)
        if figure.beside:
            beside = label(figure.beside, "muted", wrap=True)
            beside.setContentsMargins(0, 0, 0, 6)
            self._grid.addWidget(beside, row + 1, 1, 1, 2)
