"""The row of the Latent panel that brings a person's own picture in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.model.bring_in import BringIn
from studio.view.bind import describe, label, set_reason
from studio.view.panels.crop_sheet import CropSheet
from studio.view.param_controls import LABEL_WIDTH
from studio.view.widgets.switch import Switch

#: Asks a person for a picture's path; "" when they change their mind.
AskPicture = Callable[[QWidget], str]
#: Pixels from the window's top to the sheet that asks for a square.
_TOP = 120


def ask_picture(parent: QWidget) -> str:
    """The system's dialog for opening a picture."""
    return QFileDialog.getOpenFileName(
        parent, "Bring a picture in", "", "Pictures (*.png *.jpg *.webp *.tif *.bmp);;All files (*)"
    )[0]


class BringInRow(QWidget):
    """From a file, or from the canvas; with or without tuning."""

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
        self.tunes = describe(
            Switch("Tune the model to it"), "bringInTunes", "Tune the model to it",
            "Bend the model's last layers until it makes your picture, and keep it as a model of "
            "its own. Takes some 15 seconds longer.",
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.file, 1)
        row.addWidget(self.canvas, 1)
        below = QHBoxLayout()
        below.addSpacing(LABEL_WIDTH + row.spacing())
        below.addWidget(self.tunes, 1)
        column.addLayout(row)
        column.addLayout(below)
        self.tunes.toggled.connect(model.tune)
        self.file.clicked.connect(self._ask)
        self.canvas.clicked.connect(model.from_canvas)
        model.cropWanted.connect(self._choose_crop)
        model.changed.connect(self._refresh)
        self._refresh()

    def _ask(self) -> None:
        chosen = self.ask(self)
        if chosen:
            self._model.from_file(Path(chosen))

    def _choose_crop(self, image: QImage) -> None:
        sheet = CropSheet(self.window(), image, lambda crop: self._model.bring(image, crop))
        sheet.open_centred(_TOP)

    def _refresh(self) -> None:
        set_reason(self.file, self._model.reason_not_to_begin())
        set_reason(self.canvas, self._model.reason_not_from_canvas())
        set_reason(self.tunes, self._model.reason_not_to_begin())
