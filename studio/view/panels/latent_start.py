"""Where the Latent tool starts from, beyond one seed: the seed plane and style mixing."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from engines.protocol.params import SEED_MAX
from studio.model.latent import LatentModel
from studio.model.seed import roll
from studio.view.bind import OFF, describe, label, set_reason, tool_button
from studio.view.param_controls import LABEL_WIDTH
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.section import Section
from studio.view.widgets.seed_plane import SeedPlane
from studio.view.widgets.slider import Slider
from studio.view.widgets.switch import Switch

_CORNERS = ("top left", "top right", "bottom left", "bottom right")


class PlaneSection(Section):
    """Between four seeds."""

    def __init__(self, model: LatentModel) -> None:
        super().__init__(
            "planeSection", "Seed plane", "Wander between four seeds.", bool(model.state.corners)
        )
        self._model = model
        self.switch = describe(
            Switch(), "planeSwitch", "Seed plane", "Start between four seeds instead of at one."
        )
        self.add_button(self.switch)
        self.pad = describe(
            SeedPlane(), "seedPlane", "Seed plane",
            "Drag between four seeds; the arrow keys step, with Shift finely.",
        )  # fmt: skip
        self.fields: list[NumberField] = []
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for number, where in enumerate(_CORNERS):
            grid.addWidget(self._corner(number, where), 2 * (number // 2), number % 2)
        grid.addWidget(self.pad, 1, 0, 1, 2)
        self.column.addWidget(self._grid)
        self.switch.clicked.connect(self._toggle)
        self.pad.moved.connect(model.go_to)
        model.stateChanged.connect(self._refresh)
        self._refresh()

    def _corner(self, number: int, where: str) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        field = NumberField(0, SEED_MAX)
        describe(field, f"corner{number}Field", f"Seed {where}", f"The seed at the {where}.")
        field.edited.connect(lambda seed: self._model.set_corner(number, round(seed)))
        field.setMinimumWidth(48)
        dice = tool_button(f"corner{number}Dice", "dice-five", f"New seed {where}")
        dice.clicked.connect(lambda: self._model.set_corner(number, roll()))
        row.addWidget(field, 1)
        row.addWidget(dice)
        self.fields.append(field)
        return box

    def _toggle(self, on: bool) -> None:
        self._model.set_plane(on)
        self.heading.setChecked(on)

    def _refresh(self) -> None:
        state = self._model.state
        on = bool(state.corners)
        self.switch.setChecked(on)
        set_reason(self._grid, "" if on else OFF)
        self.pad.show_place(*state.at)
        for field, seed in zip(self.fields, state.corners, strict=False):
            field.set_value(seed)


class MixingSection(Section):
    """The fine styles of another seed (StyleGAN, section 3.1)."""

    def __init__(self, model: LatentModel) -> None:
        super().__init__(
            "mixingSection", "Style mixing", "Take colours and details from another seed.",
            model.state.fine_seed is not None,
        )  # fmt: skip
        self._model = model
        self.switch = describe(
            Switch(), "mixingSwitch", "Style mixing", "Take colours and details from another seed."
        )
        self.add_button(self.switch)
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.field = describe(
            NumberField(0, SEED_MAX), "mixingField", "Seed of the details",
            "The seed whose colours and details are taken.",
        )  # fmt: skip
        self.dice = tool_button("mixingDice", "dice-five", "New seed of the details")
        self.split = describe(
            Slider(1, 4, 2, 1), "mixingSplit", "From level",
            "From which level on: further right leaves more as it is.",
        )  # fmt: skip
        for row, (text, widget) in enumerate((("Details", self.field), ("From level", self.split))):
            caption = label(text, "muted")
            caption.setMinimumWidth(LABEL_WIDTH)
            caption.setBuddy(widget)
            grid.addWidget(caption, row, 0)
            grid.addWidget(widget, row, 1, 1, 1 if widget is self.field else 2)
        grid.addWidget(self.dice, 0, 2)
        self.column.addWidget(self._body)
        self.switch.clicked.connect(self._toggle)
        self.field.edited.connect(lambda seed: model.mix(round(seed)))
        self.dice.clicked.connect(lambda: model.mix(roll()))
        self.split.edited.connect(lambda level: model.mix(model.state.fine_seed, round(level)))
        model.stateChanged.connect(self._refresh)
        self._refresh()

    def _toggle(self, on: bool) -> None:
        self._model.mix(roll() if on else None)
        self.heading.setChecked(on)

    def _refresh(self) -> None:
        state = self._model.state
        on = state.fine_seed is not None
        self.setVisible(self._model.levels > 1)
        self.switch.setChecked(on)
        set_reason(self._body, "" if on else OFF)
        self.field.set_value(state.fine_seed or 0)
        self.split.set_number(state.split)
