"""The row of the Latent panel that brings a person's own picture in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from studio.model.bring_in import BringIn
from studio.view.bind import describe, label, set_reason
from studio.view.param_controls import LABEL_WIDTH

#: Asks a person for a picture's path; "" when they change their mind.
AskPicture = Callable[[QWidget], str]


def ask_picture(parent: QWidget) -> str:
    """The system's dialog for opening a picture."""
    return QFileDialog.getOpenFileName(
        parent, "Bring a picture in", "", "Pictures (*.png *.jpg *.webp *.tif *.bmp);;All files (*)"
    )[0]


class BringInRow(QWidget):
    """From a file, or from the canvas."""

    def __init__(self, model: BringIn) -> None:
        super().__init__()
        self._model = model
        self.ask: AskPicture = ask_picture
        self.file = describe(
            QPushButton("Bring in…"), "bringIn", "Bring a picture in",
            "Find the nearest picture that the model can make to one of yours, and steer it.",
        )  # fmt: skip
        self.canvas = describe(
            QPushButton("Use canvas"), "bringInCanvas", "Bring the canvas in",
            "Find the nearest picture that the model can make to what the canvas shows.",
        )  # fmt: skip
        caption = label("Your picture", "muted")
        caption.setMinimumWidth(LABEL_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.file, 1)
        row.addWidget(self.canvas, 1)
        self.file.clicked.connect(self._ask)
        self.canvas.clicked.connect(model.from_canvas)
        model.changed.connect(self._refresh)
        self._refresh()

    def _ask(self) -> None:
        chosen = self.ask(self)
        if chosen:
            self._model.from_file(Path(chosen))

    def _refresh(self) -> None:
        set_reason(self.file, self._model.reason_not_to_begin())
        set_reason(self.canvas, self._model.reason_not_from_canvas())
