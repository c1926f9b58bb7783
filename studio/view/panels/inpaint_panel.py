"""The right panel of the Inpaint tool: model, seed and parameters, and how to begin."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.model.context import StudioContext
from studio.model.inpaint import InpaintModel
from studio.view.bind import label
from studio.view.param_controls import build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.seed_row import SeedRow

_HOW = "Paint over what you want replaced, then press F. Hold Tab to see the original."


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
        column.addWidget(label(_HOW, "muted", wrap=True))
        column.addWidget(self.picker)
        column.addWidget(self.seed)
        column.addWidget(self.form)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        models, model = self._context.models, self._model
        choice = models.for_task(model.tool.task)
        empty = f"{model.model} is not installed" if choice else "No model for inpainting yet"
        self.picker.show_models(
            choice, model.model, empty if models.known else "Starting the engine"
        )
        for widget in (self.picker, self.seed):
            widget.setVisible(model.by_network)
