"""A small panel that asks which square of a picture to bring in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.model.crop import Crop
from studio.view.bind import describe, label, look
from studio.view.widgets.crop_chooser import CropChooser
from studio.view.widgets.popover import Popover


class CropSheet(Popover):
    """Asks once; Enter brings in."""

    def __init__(self, window: QWidget, image: QImage, bring: Callable[[Crop], None]) -> None:
        super().__init__(window)
        describe(self, "cropSheet", "What to bring in")
        self._bring = bring
        self.chooser = describe(
            CropChooser(image), "cropChooser", "Square to bring in",
            "Drag it, or a corner. The wheel and + and − change its size, a double-click makes it "
            "as large as it goes.",
        )  # fmt: skip
        self.size_ = label("", "muted")
        button = look(QPushButton("Bring in"), "primary")
        describe(button, "cropDone", "Bring in", "Find this part of the picture.  (Enter)")
        button.clicked.connect(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        column.addWidget(label("What to bring in", "title"))
        column.addWidget(
            label("The model makes square pictures: choose what it shall see.", "muted")
        )
        column.addWidget(self.chooser, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addWidget(self.size_, 1)
        row.addWidget(button)
        column.addLayout(row)
        self.chooser.changed.connect(self._tell)
        self.closed.connect(self.deleteLater)
        self._tell()

    def open_centred(self, top: int) -> None:
        """Show it, ready for the keys."""
        super().open_centred(top)
        self.chooser.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter brings in; the rest as in every popover."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._done()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        crop = self.chooser.crop
        side, whole = f"{crop.side:,} × {crop.side:,}", f"{crop.width:,} × {crop.height:,}"
        self.size_.setText(f"{side} of {whole} px")

    def _done(self) -> None:
        self._bring(self.chooser.crop)
        self.close_popover()
