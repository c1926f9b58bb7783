"""A small panel that asks for the size of an empty picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.model.layers import State, new_layer
from studio.model.plane import COLOUR, Plane
from studio.view.bind import describe, label, look
from studio.view.widgets.combo import Combo
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.popover import Popover

SIZES = (("Square, 512 px", 512, 512), ("Square, 1,024 px", 1024, 1024), ("Wide", 1920, 1080))
GROUNDS = (("White", "#ffffff"), ("Black", "#000000"), ("Transparent", ""))
LARGEST = 8192


def blank(size: QSize, colour: str) -> State:
    """A document of one empty layer, over a layer of one colour unless ``colour`` is ""."""
    image = QImage(size, COLOUR)
    image.fill(QColor(colour) if colour else QColor(0, 0, 0, 0))
    ground = new_layer("Background", Plane.of(image) if colour else None)
    return State(size=size, layers=(ground,), active=ground.id)


class NewCanvas(Popover):
    """Asks once; Enter creates."""

    def __init__(self, window: QWidget, create: Callable[[State], None]) -> None:
        super().__init__(window)
        describe(self, "newCanvas", "New canvas")
        self._create = create
        self.size_ = describe(Combo(), "canvasSize", "Size", "Usual sizes.")
        for name, width, height in SIZES:
            self.size_.addItem(name, (width, height))
        self.width_, self.height_ = (
            describe(NumberField(1, LARGEST, 0, 1, "px"), name, title, f"{title} in pixels.")
            for name, title in (("canvasWidth", "Width"), ("canvasHeight", "Height"))
        )
        self.ground = describe(Combo(), "canvasGround", "Background", "What it begins with.")
        for name, colour in GROUNDS:
            self.ground.addItem(name, colour)
        self.size_.activated.connect(self._preset)
        button = look(QPushButton("Create"), "primary")
        describe(button, "createCanvas", "Create", "Make the canvas.")
        button.clicked.connect(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        column.addWidget(label("New canvas", "title"))
        column.addWidget(self.size_)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.width_)
        row.addWidget(label("×", "muted"))
        row.addWidget(self.height_)
        column.addLayout(row)
        column.addWidget(self.ground)
        column.addWidget(button)
        self.setFixedWidth(280)
        self._preset(1)
        self.size_.setCurrentIndex(1)
        self.closed.connect(self.deleteLater)

    def _preset(self, row: int) -> None:
        width, height = self.size_.itemData(row)
        self.width_.set_value(width)
        self.height_.set_value(height)

    def _done(self) -> None:
        size = QSize(round(self.width_.value()), round(self.height_.value()))
        self._create(blank(size, str(self.ground.currentData())))
        self.close_popover()
