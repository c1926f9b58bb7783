"""Small panels that ask for numbers: room around the picture, and another size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, QSize
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from studio.view.bind import describe, label, look
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.popover import Popover

LARGEST = 30_000


class _Asking(Popover):
    """A heading, a sentence, fields, and a button; what is wrong is said under them."""

    def __init__(self, window: QWidget, name: str, title: str, words: str, verb: str) -> None:
        super().__init__(window)
        describe(self, name, title)
        self._problem = label("", "problem", wrap=True)
        self._problem.hide()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        button = look(QPushButton(verb), "primary")
        describe(button, f"{name}Apply", verb, f"{verb}.")
        button.clicked.connect(self._press)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(title, "title"))
        if words:
            column.addWidget(label(words, "muted", wrap=True))
        column.addLayout(self.grid)
        column.addWidget(self._problem)
        column.addWidget(button)
        self.setFixedWidth(280)
        self.closed.connect(self.deleteLater)

    def field(self, name: str, title: str, least: int, value: int) -> NumberField:
        """One more row with a number of pixels."""
        field = NumberField(least, LARGEST, 0, 1, "px")
        describe(field, name, title, f"{title}, in pixels. Takes arithmetic.")
        field.set_value(value)
        row = self.grid.rowCount()
        caption = label(title, "muted")
        caption.setBuddy(field)
        self.grid.addWidget(caption, row, 0)
        self.grid.addWidget(field, row, 1)
        return field

    def _press(self) -> None:
        problem = self.apply()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        if problem:
            self.adjustSize()
        else:
            self.close_popover()

    def apply(self) -> str:
        """Do it; returns why it cannot be done, or ""."""
        raise NotImplementedError


class ExtendCanvas(_Asking):
    """Room on each side, to be filled by inpainting."""

    def __init__(self, window: QWidget, size: QSize, extend: Callable[[QMargins], str]) -> None:
        words = "What is new becomes the mask: press F to have it filled. Below 0 cuts off."
        super().__init__(window, "extendCanvas", "Canvas size", words, "Apply")
        self._extend = extend
        quarter = max(1, min(size.width(), size.height()) // 4)
        self._sides = [
            self.field(f"extend{side}", side, -LARGEST, quarter)
            for side in ("Left", "Top", "Right", "Bottom")
        ]

    def apply(self) -> str:
        """See :class:`_Asking`."""
        return self._extend(QMargins(*(round(field.value()) for field in self._sides)))


class ScalePicture(_Asking):
    """Another size in pixels; the other side follows."""

    def __init__(self, window: QWidget, size: QSize, scale: Callable[[QSize], str]) -> None:
        super().__init__(window, "scalePicture", "Scale the picture", "", "Scale")
        self._scale, self._from = scale, size
        self._wide = self.field("scaleWidth", "Width", 1, size.width())
        self._high = self.field("scaleHeight", "Height", 1, size.height())
        self._wide.edited.connect(
            lambda value: self._high.set_value(round(value * size.height() / size.width()))
        )
        self._high.edited.connect(
            lambda value: self._wide.set_value(round(value * size.width() / size.height()))
        )

    def apply(self) -> str:
        """See :class:`_Asking`."""
        return self._scale(
            QSize(max(1, round(self._wide.value())), max(1, round(self._high.value())))
        )
