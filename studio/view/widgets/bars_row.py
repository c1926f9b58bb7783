"""The row for a melody's length: the usual lengths as buttons, any other as a number."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from engines.protocol.params import IntParam
from studio.model.param_values import ParamValues
from studio.view.bind import describe, label
from studio.view.param_controls import LABEL_WIDTH
from studio.view.theme import tabular, ui_font
from studio.view.widgets.number_field import NumberField

USUAL = (4, 8, 16, 32)


class BarsRow(QWidget):
    """Bound both ways to the parameter "bars"."""

    def __init__(self, values: ParamValues) -> None:
        super().__init__()
        self._values = values
        param = values.param("bars")
        assert isinstance(param, IntParam)
        self.field = NumberField(param.minimum, param.maximum)
        self.field.setFixedWidth(52)
        describe(self.field, "barsField", param.label, f"{param.help} Takes arithmetic.")
        self.field.edited.connect(lambda value: values.set("bars", value))
        caption = label(param.label, "muted")
        caption.setFixedWidth(LABEL_WIDTH)
        caption.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(caption)
        row.addSpacing(4)
        self._buttons = {bars: self._button(bars) for bars in USUAL}
        for button in self._buttons.values():
            row.addWidget(button, 1)
        row.addSpacing(4)
        row.addWidget(self.field)
        values.changed.connect(self._on_changed)
        self._refresh()

    def _button(self, bars: int) -> QToolButton:
        button = QToolButton()
        button.setText(str(bars))
        button.setFont(tabular(ui_font()))
        button.setCheckable(True)
        button.setFixedHeight(28)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, f"bars{bars}", f"{bars} bars", f"Write {bars} bars.")
        button.clicked.connect(partial(self._choose, bars))
        return button

    def _choose(self, bars: int, _checked: bool = False) -> None:
        self._values.set("bars", bars)
        self._refresh()  # a press on the one that is on must not turn it off

    def _on_changed(self, name: str) -> None:
        if name == "bars":
            self._refresh()

    def _refresh(self) -> None:
        bars = self._values["bars"]
        self.field.set_value(bars)
        for number, button in self._buttons.items():
            button.setChecked(number == bars)
