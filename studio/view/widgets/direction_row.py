"""One direction of a latent space as a row: name, slider or choice, number, dice, mute."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engines.protocol.latent import Direction
from studio.view.bind import describe, tool_button
from studio.view.icons import icon
from studio.view.widgets.combo import Combo
from studio.view.widgets.elided_label import ElidedLabel
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.slider import Slider

_NAME_WIDTH = 92
_FIELD_WIDTH = 56
_BUTTON_WIDTH = 22
_STEP = 0.05
_METHODS = {
    "supervised": "Found from labelled pictures",
    "closed_form": "Found in the network's weights (SeFa)",
    "pca": "Found in how pictures vary (GANSpace)",
    "yours": "Yours",
    "code": "A code of this model",
    "inherited": "From the model that this one learned on from",
}


class DirectionRow(QWidget):
    """Shows an amount and lets a person choose it.

    Signals:
        edited: another amount, or None for not moved.
        muted: switched off (True) or on.
        rolled: a random amount is wanted.
        removed: a direction of the user's own is to go.
        sheetWanted: its pictures from end to end are to be seen.
    """

    edited = Signal(object)
    muted = Signal(bool)
    rolled = Signal()
    removed = Signal()
    sheetWanted = Signal()

    def __init__(self, direction: Direction) -> None:
        super().__init__()
        self.direction = direction
        self._shown: tuple[float | None, bool | None] = (None, None)
        name = direction.name
        self._caption = ElidedLabel(direction.title)
        self._caption.setFixedWidth(_NAME_WIDTH)
        self._caption.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(f"{told(direction)}\nClick the name to see it from end to end.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self._caption)
        self.slider: Slider | None = None
        self.choice: Combo | None = None
        if direction.choices:
            self.choice = self._choice(direction)
            row.addWidget(self.choice, 1)
        else:
            self.slider, self.field = self._slider(direction)
            row.addWidget(self.slider, 1)
            row.addWidget(self.field)
        self.dice = tool_button(
            f"{name}Dice", "dice-five", f"Random {direction.title}", "A random amount."
        )
        self.mute = tool_button(
            f"{name}Mute", "eye", f"Mute {direction.title}", "Switch it off, and on again.", True
        )
        for button in (self.dice, self.mute):
            button.setFixedSize(_BUTTON_WIDTH, 28)
            row.addWidget(button)
        self.dice.clicked.connect(self.rolled)
        self.mute.clicked.connect(self.muted)

    def _slider(self, direction: Direction) -> tuple[Slider, NumberField]:
        low, high = direction.low, direction.high
        slider = Slider(low, high, 0.0, _STEP, origin=0.0)
        hint = "Shift drags finely, double-click resets."
        describe(slider, f"{direction.name}Slider", direction.title, f"{told(direction)}\n{hint}")
        field = NumberField(low, high, 2, _STEP)
        field.setFixedWidth(_FIELD_WIDTH)
        describe(field, f"{direction.name}Field", direction.title, told(direction))
        slider.edited.connect(lambda amount: self.edited.emit(amount or None))
        field.edited.connect(lambda amount: self.edited.emit(amount or None))
        return slider, field

    def _choice(self, direction: Direction) -> Combo:
        box = describe(Combo(), f"{direction.name}Choice", direction.title, told(direction))
        box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(4)  # long names give way, not the panel
        box.addItem("As the seed has it", None)
        for number, title in enumerate(direction.choices):
            box.addItem(title, float(number))
        box.activated.connect(lambda at: self.edited.emit(box.itemData(at)))
        return box

    def show_amount(self, amount: float | None, muted: bool) -> None:
        """Show an amount (None where it is not moved) without telling anybody."""
        if (amount, muted) == self._shown:
            return  # at every frame of another slider
        before, self._shown = self._shown, (amount, muted)
        if self.slider is not None:
            self.slider.set_number(amount or 0.0)
            self.field.set_value(amount or 0.0)
        elif self.choice is not None:
            self.choice.setCurrentIndex(0 if amount is None else round(amount) + 1)
        if before[1] != muted:  # another icon lays the whole panel out anew
            self.mute.setChecked(muted)
            self.mute.setIcon(icon("eye-slash" if muted else "eye", "muted" if muted else "text"))
            self._caption.setEnabled(not muted)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the name shows the direction from end to end."""
        on_name = self._caption.geometry().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and on_name:
            self.sheetWanted.emit()
        else:
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """See it, zero it; a direction of the user's own can be removed too."""
        menu = QMenu(self)
        menu.addAction(icon("images"), "See it from end to end", self.sheetWanted.emit)
        menu.addAction("Set to zero", lambda: self.edited.emit(None))
        if self.direction.method == "yours":
            menu.addAction(icon("trash"), "Remove this direction", self.removed.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def told(direction: Direction) -> str:
    """What is known of a direction, for its tooltip."""
    lines = [f"{direction.title}. {_METHODS[direction.method]}."]
    figures = [
        f"{word} {value:.0%}"
        for word, value in (
            ("effect", direction.effect),
            ("leakage", direction.leakage),
            ("monotony", direction.monotony),
        )
        if value is not None
    ]
    if figures:
        lines.append(f"Measured: {', '.join(figures)}.")
    if not direction.choices:
        lines.append(f"Plausible from {direction.low:g} to {direction.high:g}.")
    return "\n".join([*lines, *([direction.note] if direction.note else [])])
