"""The right panel of the Latent tool: where it starts, and what it is moved along."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.protocol.latent import Direction
from studio.model.bring_in import BringIn
from studio.model.context import StudioContext
from studio.model.latent import LatentModel
from studio.model.marking import Marking
from studio.model.range_sheet import RangeSheet
from studio.model.sketch import SketchModel
from studio.view.bind import describe, label, look, set_reason, set_tip, tool_button, with_keys
from studio.view.panels.bring_in_row import BringInRow
from studio.view.panels.direction_list import DirectionList
from studio.view.panels.latent_start import MixingSection, PlaneSection
from studio.view.panels.marking_card import MarkingCard
from studio.view.panels.range_popover import RangePopover
from studio.view.panels.sketch_section import SketchSection
from studio.view.param_controls import LABEL_WIDTH, build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.seed_row import SeedRow

_LETTERS = ("A", "B")


class LatentPanel(QWidget):
    """What the picture is steered with."""

    def __init__(
        self,
        context: StudioContext,
        model: LatentModel,
        marking: Marking,
        sketch: SketchModel,
        bring_in: BringIn,
        sheet: RangeSheet,
    ) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("latentPicker", "The network whose pictures are steered.")
        self.picker.picked.connect(model.choose_model)
        self.seed = SeedRow(model.seed, "latent.")
        hidden = ("point", "spread", "count")
        self.form = build_controls(model.tool, model.values, exclude=hidden, prefix="latent.")
        self.found = label("", "muted", wrap=True)
        self.directions = DirectionList(model)
        self.directions.newWanted.connect(marking.begin)
        self.directions.sheetWanted.connect(lambda one: self._show_sheet(sheet, one))
        self.marking = MarkingCard(marking)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.marking)
        column.addWidget(self.picker)
        rows = QVBoxLayout()
        rows.setSpacing(8)
        for widget in (self.seed, self.found, self.form):
            rows.addWidget(widget)
        rows.addLayout(self._snapshots())
        self.bring_in = BringInRow(bring_in)
        rows.addWidget(self.bring_in)
        column.addLayout(rows)
        column.addWidget(self.directions)
        column.addWidget(PlaneSection(model))
        column.addWidget(MixingSection(model))
        self.sketch = SketchSection(sketch)
        column.addWidget(self.sketch)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        model.stateChanged.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _snapshots(self) -> QHBoxLayout:
        """Two places to go back and forth between, and the neighbourhood."""
        row = QHBoxLayout()
        row.setSpacing(8)
        caption = label("Snapshots", "muted")
        caption.setMinimumWidth(LABEL_WIDTH)
        row.addWidget(caption)
        self._letters: dict[str, QPushButton] = {}
        for letter in _LETTERS:
            button = look(QPushButton(letter), "tab")
            button.setCheckable(True)
            button.setFixedWidth(36)
            describe(button, f"snapshot{letter}", f"Snapshot {letter}")
            button.clicked.connect(lambda _on=False, which=letter: self._press(which))
            self._letters[letter] = button
            row.addWidget(button)
        store = tool_button(
            "storeSnapshot", "bookmark-simple", "Store a snapshot",
            "Keep what is in view under the next letter.",
        )  # fmt: skip
        store.clicked.connect(self._store)
        near = tool_button(
            "neighbours", "dots-nine", "Nearby pictures",
            with_keys("Make eight pictures close to this one.", "Shift+J"),
        )  # fmt: skip
        near.clicked.connect(self._model.neighbours)
        row.addStretch(1)
        row.addWidget(store)
        row.addWidget(near)
        return row

    def _show_sheet(self, sheet: RangeSheet, direction: Direction) -> None:
        """Open a direction's pictures; a second click on its name closes them."""
        shown = sheet.direction
        for popover in self.window().findChildren(RangePopover):
            popover.close_popover()
        if shown != direction:
            row = self.directions.rows[direction.name]
            RangePopover(sheet, self.window()).show_for(direction, row)

    def _press(self, letter: str) -> None:
        self._model.recall(letter)
        self._refresh()

    def _store(self) -> None:
        """Under A first, then B, then the one that was not stored last."""
        kept = self._model.snapshots
        free = [letter for letter in _LETTERS if letter not in kept]
        self._model.store(free[0] if free else self._other())

    def _other(self) -> str:
        here = [key for key in _LETTERS if self._model.snapshots.get(key) == self._model.state]
        return _LETTERS[1] if here == [_LETTERS[0]] else _LETTERS[0]

    def _refresh(self) -> None:
        models, model = self._context.models, self._model
        choice = models.for_task(model.tool.models)
        empty = f"{model.model} is not installed" if choice else "No model is installed"
        self.picker.show_models(
            choice, model.model, empty if models.known else "Starting the engine"
        )
        state = model.state
        self.seed.setVisible(not state.anchors and not state.corners)
        told = f"Blended from {len(state.anchors)} places." if state.anchors else ""
        if len(state.anchors) == 1:
            (only,) = state.anchors
            told = f"The place of seed {only.seed}."
            if only.vector:
                told = "A place that no seed makes."
        self.found.setText(f"{told} A new seed starts afresh." if told else "")
        self.found.setVisible(bool(told))
        for letter, button in self._letters.items():
            kept = model.snapshots.get(letter)
            button.setChecked(kept == state)
            tip = f"Go to snapshot {letter}." if kept else f"Keep this as snapshot {letter}."
            set_tip(button, tip)
        set_reason(self._letters[_LETTERS[0]], model.reason_not_to_run())
