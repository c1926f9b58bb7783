"""About Duet: version, the licences of the models and their data, and of the software inside."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio import about
from studio.model.context import StudioContext
from studio.view.bind import label


class About(QWidget):
    """A quiet list at the end of the settings."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("About Duet", "title"))
        number = about.version_of(about.HOME)
        column.addWidget(
            label(
                f"Version {number or 'unknown'}, {about.LICENCE} licence. Two networks taught each "
                "other everything here: coral makes, indigo judges.",
                wrap=True,
            )
        )
        column.addSpacing(8)
        column.addWidget(label("Models and the data they learnt from", "section"))
        self._models = _grid()
        column.addLayout(self._models)
        column.addSpacing(8)
        column.addWidget(label("Software inside", "section"))
        column.addLayout(_software())
        context.models.changed.connect(self._fill_models)
        self._fill_models()

    def _fill_models(self) -> None:
        while (item := self._models.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, model in enumerate(self._context.models.all()):
            self._models.addWidget(label(model.title, wrap=True), row, 0)
            self._models.addWidget(label(model.licence, "muted", wrap=True), row, 1)
            self._models.addWidget(label(model.credit or model.data, "muted", wrap=True), row, 2)


def _software() -> QGridLayout:
    grid = _grid()
    for row, part in enumerate(about.PARTS):
        number = about.version_of(part.package) if part.package else ""
        grid.addWidget(label(f"{part.name} {number}".strip(), wrap=True), row, 0)
        grid.addWidget(label(part.licence, "muted", wrap=True), row, 1)
        grid.addWidget(label(part.what, "muted", wrap=True), row, 2)
    return grid


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for column, stretch in ((0, 4), (1, 3), (2, 6)):
        grid.setColumnStretch(column, stretch)
    return grid
