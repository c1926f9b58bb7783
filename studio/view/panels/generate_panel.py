"""The right panel of the Generate tool: model, seed, parameters, and the picture in view."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.protocol.params import TOOLS, FloatParam
from studio.model.context import StudioContext
from studio.model.document import Picture
from studio.model.generate import GenerateModel
from studio.view.bind import describe, hairline, label, look, set_reason, with_keys
from studio.view.icons import icon
from studio.view.panels.facts import Facts
from studio.view.param_controls import build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.progress_row import ProgressRow
from studio.view.widgets.seed_row import SeedRow

_BUTTONS = (
    (
        "savePicture",
        "Save",
        "floppy-disk",
        "Save as PNG with its settings inside.",
        "Ctrl+S",
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
    """What is asked for, and what is known of the picture in view."""

    def __init__(self, context: StudioContext, model: GenerateModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("modelPicker", "The network that makes the pictures.")
        self.picker.picked.connect(model.choose_model)
        self.seed = SeedRow(model.seed)
        self.form = build_controls(model.tool, model.values)
        self.about = PictureFacts(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(model.tool.title, "title"))
        column.addWidget(self.picker)
        rows = QVBoxLayout()
        rows.setSpacing(8)
        rows.addWidget(self.seed)
        rows.addWidget(self.form)
        column.addLayout(rows)
        column.addSpacing(4)
        column.addWidget(hairline())
        column.addWidget(self.about)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        model.shownChanged.connect(self._refresh_picture)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        models = self._context.models
        choice = models.for_task(self._model.tool.task)
        empty = f"{self._model.model} is not installed" if choice else "No model is installed"
        self.picker.show_models(
            choice, self._model.model, empty if models.known else "Starting the engine"
        )
        self._refresh_picture()

    def _refresh_picture(self) -> None:
        self.about.show_picture(self._model.shown)


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
        column.addWidget(self._facts)
        column.addLayout(row)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what is known of it, nothing for None."""
        self.setVisible(picture is not None)
        self._facts.show_facts(self._known(picture) if picture is not None else [])

    def _known(self, picture: Picture) -> list[tuple[str, str]]:
        size = f"{picture.image.width()} × {picture.image.height()} px"
        request = picture.request
        if request is None:
            return [("Size", size)]
        info = self._context.models.get(request.model)
        facts = [("Model", info.title if info else request.model), ("Seed", str(request.seed))]
        for param in TOOLS[request.task].params if request.task in TOOLS else ():
            if isinstance(param, FloatParam) and param.name in request.params:
                facts.append((param.label, f"{request.params[param.name]:.2f}"))
        return [*facts, ("Size", size), *([("Note", picture.note)] if picture.note else [])]


class GenerateFooter(QWidget):
    """Progress of the running job, and the primary button at the bottom right."""

    def __init__(self, context: StudioContext, model: GenerateModel) -> None:
        super().__init__()
        self._model = model
        self.progress = ProgressRow("Ctrl+.")
        self.progress.cancelled.connect(model.cancel)
        self.button = look(QPushButton(model.tool.verb), "primary")
        tip = with_keys("Make new pictures with these settings.", "G")
        describe(self.button, "generateButton", model.tool.verb, tip)
        self.button.clicked.connect(model.generate)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 12)
        inner.addLayout(row)
        column.addLayout(inner)
        model.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.progress.show_job(self._model.job)
        set_reason(self.button, self._model.reason_not_to_generate())
