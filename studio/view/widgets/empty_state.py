"""What an empty place says: one sentence, one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.view.bind import describe, label


class EmptyState(QWidget):
    """Centred in whatever room there is.

    Signals:
        pressed: the button was.
    """

    pressed = Signal()

    def __init__(self, sentence: str, verb: str, name: str) -> None:
        super().__init__()
        self._sentence = label(sentence, "lead")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = describe(QPushButton(verb), name, verb)
        self._button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self._sentence)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_text(self, sentence: str, actable: bool) -> None:
        """Say something else, with the button or without it."""
        self._sentence.setText(sentence)
        self._button.setVisible(actable)
