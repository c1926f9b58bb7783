"""Builds a tool's controls from its declared parameters: a row is label, slider, number."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.music.pitches import parse_pitch, pitch_name
from engines.protocol.params import (
    AnyParam,
    BoolParam,
    ChoiceParam,
    FloatParam,
    IntParam,
    KeysParam,
    NotesParam,
    PointParam,
    PointsParam,
    SeedsParam,
    TextParam,
    Tool,
)
from studio.model.param_values import ParamValues
from studio.view.bind import describe, label, look, set_reason
from studio.view.icons import icon
from studio.view.widgets.combo import Combo
from studio.view.widgets.number_field import Notation, NumberField
from studio.view.widgets.slider import Slider
from studio.view.widgets.switch import Switch

#: Width of the label column of every parameter row.
LABEL_WIDTH = 84
_FIELD_WIDTH = 64
_FIELD_WITH_UNIT = 84
#: A whole number with more steps than this gets a field, no slider.
_SLIDER_STEPS = 400


#: What stands in a field of a pitch that is left to the model.
_NO_LIMIT = "Any"
#: What panels draw in ways of their own.
_DRAWN = (PointParam, PointsParam, KeysParam, NotesParam, SeedsParam)


class ParamForm(QWidget):
    """The rows of a tool's parameters, bound both ways to a :class:`ParamValues`."""

    def __init__(
        self, tool: Tool, values: ParamValues, exclude: Collection[str] = (), prefix: str = ""
    ) -> None:
        super().__init__()
        self._values, self._prefix = values, prefix
        self._refreshers: dict[str, Callable[[Any], None]] = {}
        self.rows: dict[str, list[QWidget]] = {}
        self._basic = _grid()
        self._advanced_box = QWidget()
        self._advanced = _grid(self._advanced_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._basic)
        self._more = self._more_button()
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._advanced_box)
        shown = [p for p in tool.params if p.name not in exclude and not isinstance(p, _DRAWN)]
        units = any(getattr(param, "unit", "") for param in shown)
        self._field_width = _FIELD_WITH_UNIT if units else _FIELD_WIDTH
        for param in shown:
            self._add_row(param)
        self._more.setVisible(self._advanced.count() > 0)
        self._advanced_box.setVisible(False)
        values.changed.connect(self._refresh)

    def _name(self, param: AnyParam, kind: str) -> str:
        return f"{self._prefix}{param.name}{kind}"

    def show_all(self) -> None:
        """Show the settings for experts too, without a button to hide them."""
        self._more.hide()
        self._advanced_box.show()

    def set_reason(self, name: str, reason: str) -> None:
        """Enable a parameter's row (reason "") or disable it and say why."""
        for widget in self.rows[name]:
            set_reason(widget, reason)

    def focus(self, name: str) -> None:
        """Put the keyboard on a parameter's main control."""
        self.rows[name][1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _more_button(self) -> QPushButton:
        button = look(QPushButton(icon("caret-right", "muted"), "More"), "quiet")
        button.setCheckable(True)
        describe(
            button,
            f"{self._prefix}moreParameters",
            "More settings",
            "Show the settings for experts.",
        )
        button.toggled.connect(self._show_advanced)
        return button

    def _show_advanced(self, shown: bool) -> None:
        self._more.setIcon(icon("caret-down" if shown else "caret-right", "muted"))
        self._more.setText("Less" if shown else "More")
        self._advanced_box.setVisible(shown)

    def _refresh(self, name: str) -> None:
        refresher = self._refreshers.get(name)
        if refresher is not None:
            refresher(self._values[name])

    def _add_row(self, param: AnyParam) -> None:
        grid = self._basic if param.level == "basic" else self._advanced
        widgets, refresher = self._controls(param)
        self._refreshers[param.name] = refresher
        caption = label(param.label, "muted")
        caption.setMinimumWidth(LABEL_WIDTH)
        caption.setToolTip(param.help)
        caption.setBuddy(widgets[0])
        row = grid.rowCount()
        grid.addWidget(caption, row, 0)
        grid.addWidget(widgets[0], row, 1, 1, 1 if len(widgets) == 2 else 2)
        if len(widgets) == 2:
            grid.addWidget(widgets[1], row, 2)
        self.rows[param.name] = [caption, *widgets]
        refresher(self._values[param.name])

    def _controls(self, param: AnyParam) -> tuple[list[QWidget], Callable[[Any], None]]:
        match param:
            case IntParam() | FloatParam():
                return self._number(param)
            case BoolParam():
                return self._switch(param)
            case ChoiceParam():
                return self._choice(param)
            case TextParam():
                return self._text(param)
            case _:
                raise TypeError(f"{param.name} has controls of its own")

    def _number(self, param: IntParam | FloatParam) -> tuple[list[QWidget], Callable[[Any], None]]:
        step = param.step if isinstance(param, FloatParam) else 1.0
        decimals = 2 if isinstance(param, FloatParam) else 0
        notation = _pitches(param) if isinstance(param, IntParam) else None
        field = NumberField(
            param.minimum, param.maximum, decimals, step, param.unit, notation=notation
        )
        takes = "Takes names such as C4." if notation else "Takes arithmetic."
        describe(field, self._name(param, "Field"), param.label, f"{param.help} {takes}")
        field.edited.connect(lambda value: self._values.set(param.name, value))
        if (param.maximum - param.minimum) / step > _SLIDER_STEPS:
            return [field], field.set_value
        field.setFixedWidth(self._field_width)
        slider = Slider(param.minimum, param.maximum, param.default, step)
        hint = "Shift drags finely, double-click resets."
        describe(slider, self._name(param, "Slider"), param.label, f"{param.help} {hint}")
        slider.edited.connect(lambda value: self._values.set(param.name, value))

        def refresh(value: Any) -> None:
            slider.set_number(value)
            field.set_value(value)

        return [slider, field], refresh

    def _switch(self, param: BoolParam) -> tuple[list[QWidget], Callable[[Any], None]]:
        box = describe(Switch(), self._name(param, "Switch"), param.label, param.help)
        box.clicked.connect(lambda on: self._values.set(param.name, bool(on)))
        return [box], lambda value: box.setChecked(bool(value))

    def _choice(self, param: ChoiceParam) -> tuple[list[QWidget], Callable[[Any], None]]:
        box = describe(Combo(), self._name(param, "Choice"), param.label, param.help)
        for value, title in zip(param.choices, param.titles, strict=True):
            box.addItem(title, value)
        box.activated.connect(lambda row: self._values.set(param.name, box.itemData(row)))
        return [box], lambda value: box.setCurrentIndex(box.findData(value))

    def _text(self, param: TextParam) -> tuple[list[QWidget], Callable[[Any], None]]:
        field = describe(QLineEdit(), self._name(param, "Text"), param.label, param.help)
        field.setFixedHeight(28)
        field.editingFinished.connect(lambda: self._values.set(param.name, field.text()))
        return [field], lambda value: field.setText(str(value))


def _pitches(param: IntParam) -> Notation | None:
    """Notes by name; the default, which is no limit, says so."""
    if param.format != "pitch":
        return None

    def write(value: float) -> str:
        return _NO_LIMIT if value == param.default else pitch_name(round(value))

    def read(text: str) -> float:
        no_limit = text.strip().casefold() == _NO_LIMIT.casefold()
        return param.default if no_limit else parse_pitch(text)

    return Notation(write, read)


def _grid(parent: QWidget | None = None) -> QGridLayout:
    grid = QGridLayout(parent) if parent is not None else QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    return grid


def build_controls(
    tool: Tool, values: ParamValues, exclude: Collection[str] = (), prefix: str = ""
) -> ParamForm:
    """The controls of a tool.

    Args:
        tool: whose parameters.
        values: what they show and change.
        exclude: names of parameters that the panel draws in a way of its own.
        prefix: put before the controls' object names, where a page has several forms.
    """
    return ParamForm(tool, values, exclude, prefix)
