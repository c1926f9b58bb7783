"""The right panel of the Inpaint tool: model, seed and parameters, and how to begin."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.model.context import StudioContext
from studio.model.inpaint import InpaintModel
from studio.view.bind import describe, label
from studio.view.param_controls import build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.seed_row import SeedRow
from studio.view.widgets.switch import Switch

_HOW = "Paint over what you want replaced{}. Hold Tab to see the original."
_AT_REST, _OTHERS = " and let the brush rest", ". F makes other fills"
_BY_KEY = ", then press F"


class InpaintPanel(QWidget):
    """What is asked for."""

    def __init__(self, context: StudioContext, model: InpaintModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("inpaintPicker", "The network that invents what was there.")
        self.picker.picked.connect(model.choose_model)
        self.seed = SeedRow(model.seed, "inpaint.")
        self.form = build_controls(model.tool, model.values, prefix="inpaint.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._how = label("", "muted", wrap=True)
        self.at_rest = Switch("Fill when the brush rests")
        describe(
            self.at_rest,
            "fillAtRestSwitch",
            "Fill when the brush rests",
            "Off: only a draft appears, and F makes the fills.",
        )
        self.at_rest.clicked.connect(lambda on: context.settings.choose(fill_at_rest=bool(on)))
        column.addWidget(self._how)
        column.addWidget(self.picker)
        column.addWidget(self.seed)
        column.addWidget(self.form)
        column.addWidget(self.at_rest)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        context.settings.changed.connect(lambda _name: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        models, model = self._context.models, self._model
        choice = models.for_task(model.tool.task)
        empty = f"{model.model} is not installed" if choice else "No model for inpainting yet"
        self.picker.show_models(
            choice, model.model, empty if models.known else "Starting the engine"
        )
        at_rest = self._context.settings.choices.fill_at_rest
        self.at_rest.setChecked(at_rest)
        others = _OTHERS if model.by_network else ""  # a smooth fill is always the same
        self._how.setText(_HOW.format(f"{_AT_REST}{others}" if at_rest else _BY_KEY))
        for widget in (self.picker, self.seed):
            widget.setVisible(model.by_network)
