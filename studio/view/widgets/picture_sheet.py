"""A picture of a file, as large as there is room, under a line that says what it is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.view.bind import describe, label

_LEAST = 160


class _Picture(QWidget):
    """Paints a pixmap in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self.pixmap = QPixmap()
        self.setMinimumSize(_LEAST, _LEAST)

    def sizeHint(self) -> QSize:
        return QSize(2 * _LEAST, 2 * _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.pixmap.isNull():
            return
        size = self.pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveLeft((self.width() - size.width()) // 2)
        painter = QPainter(self)
        smooth = size.width() < 2 * self.pixmap.width()  # pixels may be seen when they are large
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawPixmap(place, self.pixmap)


class PictureSheet(QWidget):
    """Shows one file at a time; decodes it only when it is another one."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.path = ""
        self._picture = describe(_Picture(), name, title)
        self._picture.setToolTip("")
        self._title = label("", "section")
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._picture, 1)

    @property
    def title(self) -> str:
        """What it says it shows."""
        return self._title.text()

    def show_file(self, path: str, title: str) -> None:
        """Show another file, or nothing for ""."""
        self._title.setText(title)
        self._picture.setAccessibleDescription(title)
        if path != self.path:
            self.path = path
            self._picture.pixmap = QPixmap(path) if path else QPixmap()
            self._picture.update()
