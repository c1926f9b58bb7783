"""What lies over the window while a file is dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.view.theme import theme

_TEXT = "Drop a PNG or a MIDI file that Duet saved: it brings its settings back."


class DropVeil(QWidget):
    """Dims the window and says what happens to a file that is dropped."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over, self._text = window, _TEXT
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, text: str = "") -> None:
        """Lie over the whole window and say what a file does here; "" for what it does anywhere."""
        self._text = text or _TEXT
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed frame and the sentence."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.color("window", 0.88))
        painter.setPen(QPen(theme.color("control"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(24, 24, -24, -24), 8, 8)
        font = painter.font()
        font.setPixelSize(16)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
