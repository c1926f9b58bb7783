"""The right panel of the Generate tool, and what is known of the picture in view."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.protocol.params import FloatParam
from engines.protocol.tools import TOOLS
from studio.model.context import StudioContext
from studio.model.generate import GenerateModel
from studio.model.picture import Picture
from studio.view.bind import describe, hairline, with_keys
from studio.view.icons import icon
from studio.view.panels.facts import Facts
from studio.view.param_controls import build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.seed_row import SeedRow

_BUTTONS = (
    (
        "savePicture",
        "Export",
        "export",
        "Write it as a picture file with its settings inside.",
        "Ctrl+E",
        "image.save",
    ),
    ("copyPicture", "Copy", "copy", "Copy to the clipboard.", "Ctrl+C", "image.copy"),
    (
        "reusePicture",
        "Reuse",
        "sliders-horizontal",
        "Set the controls to this picture.",
        "U",
        "image.reuse",
    ),
)


class GeneratePanel(QWidget):
    """What is asked for."""

    def __init__(self, context: StudioContext, model: GenerateModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("modelPicker", "The network that makes the pictures.")
        self.picker.picked.connect(model.choose_model)
        self.seed = SeedRow(model.seed)
        self.form = build_controls(model.tool, model.values)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.picker)
        rows = QVBoxLayout()
        rows.setSpacing(8)
        rows.addWidget(self.seed)
        rows.addWidget(self.form)
        column.addLayout(rows)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        models = self._context.models
        choice = models.for_task(self._model.tool.models)
        empty = f"{self._model.model} is not installed" if choice else "No model is installed"
        self.picker.show_models(
            choice, self._model.model, empty if models.known else "Starting the engine"
        )


class PictureFacts(QWidget):
    """What is known of the picture in view, and what can be done with it.

    Signals:
        acted: the id of an action.
    """

    acted = Signal(str)

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._context = context
        self._facts = Facts("Picture in view")
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, text, glyph, tip, key, action in _BUTTONS:
            button = describe(QPushButton(icon(glyph), text), name, text, with_keys(tip, key))
            button.clicked.connect(lambda _on=False, wanted=action: self.acted.emit(wanted))
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(hairline())
        column.addWidget(self._facts)
        column.addLayout(row)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what is known of it, nothing for None."""
        self.setVisible(picture is not None)
        self._facts.show_facts(self.known(picture))

    def known(self, picture: Picture | None) -> list[tuple[str, str]]:
        """Names and values of what is known of it."""
        if picture is None:
            return []
        size = f"{picture.size.width()} × {picture.size.height()} px"
        request = picture.request
        if request is None:
            return [("Size", size)]
        facts = [("Model", self._context.models.title(request)), ("Seed", str(request.seed))]
        for param in TOOLS[request.task].params if request.task in TOOLS else ():
            basic = isinstance(param, FloatParam) and param.level == "basic"
            if basic and param.name in request.params:
                facts.append((param.label, f"{request.params[param.name]:.2f}"))
        return [*facts, ("Size", size), *([("Note", picture.note)] if picture.note else [])]
