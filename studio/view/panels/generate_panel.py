"""The right panel of the Generate tool: model, seed, parameters, and the picture in view."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engines.protocol.params import FloatParam
from studio.model.context import StudioContext
from studio.model.document import Picture
from studio.model.generate import GenerateModel
from studio.view.bind import describe, hairline, label, look, set_reason, with_keys
from studio.view.param_controls import LABEL_WIDTH, build_controls
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.progress_row import ProgressRow
from studio.view.widgets.seed_row import SeedRow


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
        column.addWidget(self.seed)
        column.addWidget(self.form)
        column.addSpacing(4)
        column.addWidget(hairline())
        column.addWidget(self.about)
        column.addStretch(1)
        model.changed.connect(self._refresh)
        model.shownChanged.connect(self._refresh_picture)
        context.models.changed.connect(self._refresh)
        self._refresh()
        self._refresh_picture()

    def _refresh(self) -> None:
        models = self._context.models
        empty = "No model is installed" if models.known else "Starting the engine"
        self.picker.show_models(models.for_task(self._model.tool.task), self._model.model, empty)

    def _refresh_picture(self) -> None:
        self.about.show_picture(self._model.shown)


class PictureFacts(QWidget):
    """Seed, model and size of the picture in view."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._context = context
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(label("Picture in view", "section"), 0, 0, 1, 2)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_picture(self, picture: Picture | None) -> None:
        """Show what is known of it, nothing for None."""
        self.setVisible(picture is not None)
        facts = self._facts(picture) if picture is not None else []
        while len(self._rows) < len(facts):
            self._add_row()
        for number, (name, value) in enumerate(self._rows):
            known = number < len(facts)
            name.setVisible(known)
            value.setVisible(known)
            if known:
                name.setText(facts[number][0])
                value.setText(facts[number][1])

    def _add_row(self) -> None:
        row = len(self._rows) + 1
        pair = (label("", "muted"), label("", wrap=True))
        self._grid.addWidget(pair[0], row, 0)
        self._grid.addWidget(pair[1], row, 1)
        self._rows.append(pair)

    def _facts(self, picture: Picture) -> list[tuple[str, str]]:
        size = f"{picture.image.width()} × {picture.image.height()} px"
        request = picture.request
        if request is None:
            return [("Size", size)]
        info = self._context.models.get(request.model)
        facts = [("Model", info.title if info else request.model), ("Seed", str(request.seed))]
        for param in self._declared(request.task):
            if param.name in request.params:
                facts.append((param.label, f"{request.params[param.name]:.2f}"))
        return [*facts, ("Size", size), *([("Note", picture.note)] if picture.note else [])]

    @staticmethod
    def _declared(task: str) -> list[FloatParam]:
        from engines.protocol.params import TOOLS

        tool = TOOLS.get(task)
        return [p for p in tool.params if isinstance(p, FloatParam)] if tool is not None else []


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
