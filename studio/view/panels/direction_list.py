"""The directions of the chosen model, in groups that fold."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.protocol.latent import Direction
from studio.model.latent import LatentModel
from studio.view.bind import describe, label, tool_button
from studio.view.widgets.direction_row import DirectionRow
from studio.view.widgets.filter_field import FilterField
from studio.view.widgets.section import Section

#: Heading, what it holds by method, whether it begins open.
_GROUPS: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("codesSection", "Codes", ("code",), True),
    ("yoursSection", "Yours", ("yours",), True),
    ("attributesSection", "Attributes", ("supervised",), True),
    ("inheritedSection", "From the model before", ("inherited",), True),
    ("foundSection", "Found by themselves", ("closed_form", "pca"), False),
)
_TIPS = {
    "codesSection": "What this model was trained to be told.",
    "yoursSection": "Directions that you made.",
    "attributesSection": "Found from labelled pictures; each was measured.",
    "inheritedSection": "Of the model that this one learned on from; not measured on this one.",
    "foundSection": "Found without labels, by what changes pictures most.",
}


#: So many directions are sifted through by typing.
_MANY = 8


class DirectionList(QWidget):
    """Rows of the model's directions; built anew only when these change.

    Signals:
        newWanted: the button for a new direction was pressed.
        sheetWanted: a direction is to be seen from end to end.
    """

    newWanted = Signal()
    sheetWanted = Signal(object)

    def __init__(self, model: LatentModel) -> None:
        super().__init__()
        self._model = model
        self._shown: tuple[str, int, tuple[Direction, ...]] | None = None
        self.rows: dict[str, DirectionRow] = {}
        self._sections: list[tuple[Section, tuple[str, ...]]] = []
        self.filter = FilterField("Filter the directions")
        describe(
            self.filter, "directionFilter", "Filter", "Show those whose name has these letters."
        )
        self.filter.textChanged.connect(self._sift)
        self.filter.left.connect(self.filter.clearFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        model.stateChanged.connect(self._refresh)
        model.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        model = self._model
        wanted = (model.model, model.levels, model.directions)
        if wanted != self._shown:
            self._shown = wanted
            self._build(model.directions)
        state = self._model.state
        for name, row in self.rows.items():
            row.show_amount(state.amounts.get(name), name in state.muted)

    def _build(self, directions: tuple[Direction, ...]) -> None:
        self.rows.clear()
        self._sections.clear()
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.filter:
                widget.hide()
                widget.deleteLater()
        self.filter.clear()
        self._column.addWidget(self.filter)
        self.filter.setVisible(len(directions) >= _MANY)
        first = True
        for name, title, methods, is_open in _GROUPS:
            mine = [one for one in directions if one.method in methods]
            if mine:
                self._column.addWidget(self._group(name, title, mine, is_open, first))
                first = False
        if first:
            self._column.addWidget(self._empty())

    def _group(
        self, name: str, title: str, mine: list[Direction], is_open: bool, first: bool
    ) -> Section:
        section = Section(name, title, _TIPS[name], is_open)
        dice = tool_button(
            f"{name}Dice", "dice-five", f"Random {title.lower()}", "Random amounts for these."
        )
        dice.clicked.connect(lambda: self._model.randomise([one.name for one in mine]))
        section.add_button(dice)
        if first:
            for button in self._common():
                section.add_button(button)
        for one in mine:
            section.column.addWidget(self._row(one))
        self._sections.append((section, tuple(one.name for one in mine)))
        return section

    def _sift(self, text: str) -> None:
        """Show the rows whose name has these letters, and the groups that have such rows, open."""
        wanted = text.strip().casefold()
        for section, names in self._sections:
            found = [wanted in self.rows[name].direction.title.casefold() for name in names]
            for name, shown in zip(names, found, strict=True):
                self.rows[name].setVisible(shown)
            section.setVisible(any(found))
            if wanted and any(found):
                section.heading.setChecked(True)

    def _common(self) -> list[QWidget]:
        reset = tool_button(
            "resetDirections", "arrow-counter-clockwise", "Reset", "All sliders to the middle."
        )
        reset.clicked.connect(self._model.clear_moves)
        return [reset, self._plus()]

    def _plus(self) -> QWidget:
        plus = tool_button(
            "newDirection", "plus", "New direction",
            "Make a direction of your own: mark pictures that have something, and some without.",
        )  # fmt: skip
        plus.clicked.connect(self.newWanted)
        return plus

    def _row(self, direction: Direction) -> DirectionRow:
        row = DirectionRow(direction)
        name = direction.name
        row.edited.connect(lambda amount: self._model.move(direction, amount))
        row.muted.connect(lambda on: self._model.mute(name, on))
        row.rolled.connect(lambda: self._model.randomise([name]))
        row.removed.connect(lambda: self._model.remove_direction(name))
        row.sheetWanted.connect(lambda: self.sheetWanted.emit(direction))
        self.rows[name] = row
        return row

    def _empty(self) -> QWidget:
        section = Section("noDirections", "Directions", "What this model can be moved along.")
        if self._model.levels:
            section.add_button(self._plus())
            text = "This model has no directions yet: make one from pictures you mark."
        else:
            text = "This model cannot be steered: export it again with this version of Duet."
        section.column.addWidget(label(text, "muted", wrap=True))
        return section
