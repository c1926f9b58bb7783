"""The seed's row: label, number, dice, lock."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engines.protocol.params import SEED_MAX
from studio.model.seed import Seed
from studio.view.bind import label, tool_button
from studio.view.icons import icon
from studio.view.param_controls import LABEL_WIDTH
from studio.view.widgets.number_field import NumberField


class SeedRow(QWidget):
    """Shows a :class:`Seed` and lets a person choose it."""

    def __init__(self, seed: Seed, prefix: str = "") -> None:
        """Build the row.

        Args:
            seed: what it shows and changes.
            prefix: put before the controls' object names, where a page has several.
        """
        super().__init__()
        self._seed = seed
        self.field = NumberField(0, SEED_MAX)
        self.field.setObjectName(f"{prefix}seedField")
        self.field.setAccessibleName("Seed")
        self.field.setToolTip(
            "The number everything grows from: the same seed gives the same result. "
            "Up and Down step through neighbours."
        )
        self.dice = tool_button(f"{prefix}seedDice", "dice-five", "New seed", "Roll a new seed.")
        self.lock = tool_button(f"{prefix}seedLock", "lock-simple-open", "Keep the seed", "", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        caption = label("Seed", "muted")
        caption.setMinimumWidth(LABEL_WIDTH)
        caption.setBuddy(self.field)
        layout.addWidget(caption)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.dice)
        layout.addWidget(self.lock)
        self.field.edited.connect(lambda value: seed.set(round(value)))
        self.dice.clicked.connect(seed.roll)
        self.lock.clicked.connect(seed.set_locked)
        seed.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        locked = self._seed.locked
        self.field.set_value(self._seed.value)
        self.lock.setChecked(locked)
        self.lock.setIcon(icon("lock-simple" if locked else "lock-simple-open"))
        self.lock.setToolTip(
            "Locked: every request uses this seed. Press to let it change."
            if locked
            else "Keep this seed for every request; now each one rolls a new seed."
        )
