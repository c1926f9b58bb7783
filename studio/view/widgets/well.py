"""A well of small pictures: they are dropped in, looked through, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from studio.view.entry_mime import ENTRIES, entries_in
from studio.view.icons import paint_icon
from studio.view.theme import theme

_GAP = 4
_PAD = 6
_RADIUS = 6
#: How many pictures make an average: places for as many are drawn.
ENOUGH = 3
_HEIGHT = 88


@dataclass(frozen=True)
class WellPicture:
    """One picture of a well.

    Attributes:
        image: None while it is on its way, null when it cannot be made.
        text: what the tooltip and a screen reader say.
    """

    image: QImage | None
    text: str


class Well(QWidget):
    """Pictures as large as there is room for all of them.

    Signals:
        dropped: ids of the history's entries.
        removeRequested: the place of a picture.
    """

    dropped = Signal(list)
    removeRequested = Signal(int)

    def __init__(self, invitation: str) -> None:
        super().__init__()
        self._invitation = invitation
        self._pictures: list[WellPicture] = []
        self._at = 0  # the picture under the keyboard
        self._hovered = -1
        self._welcoming = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(96)
        theme.changed.connect(self.update)

    def show_pictures(self, pictures: Sequence[WellPicture]) -> None:
        """Show these."""
        self._pictures = list(pictures)
        self._at = min(self._at, max(0, len(self._pictures) - 1))
        self._tell_reader()
        self.update()

    def place_of(self, number: int) -> QRect:
        """Where a picture, or the free place after the last one, is drawn."""
        edge, columns = self._grid()
        row, column = divmod(number, columns)
        rows = -(-max(ENOUGH, len(self._pictures)) // columns)
        left = _PAD
        top = (self.height() - rows * (edge + _GAP) + _GAP) // 2
        corner = QPoint(left + column * (edge + _GAP), top + row * (edge + _GAP))
        return QRect(corner, QSize(edge, edge))

    def sizeHint(self) -> QSize:
        """Three pictures."""
        return QSize(ENOUGH * (_HEIGHT - 2 * _PAD + _GAP) + 2 * _PAD, _HEIGHT)

    def _grid(self) -> tuple[int, int]:
        """Edge of a picture, and how many stand in a row: the largest that fit."""
        count = max(ENOUGH, len(self._pictures))
        wide, high = self.width() - 2 * _PAD, self.height() - 2 * _PAD
        best = (1, count)
        for rows in range(1, 5):
            columns = -(-count // rows)
            across = (wide - (columns - 1) * _GAP) // columns
            edge = min(across, (high - (rows - 1) * _GAP) // rows)
            best = max(best, (edge, columns))
        return best

    def _number_at(self, place: QPoint) -> int:
        for number in range(len(self._pictures)):
            if self.place_of(number).contains(place):
                return number
        return -1

    def _tell_reader(self) -> None:
        count = len(self._pictures)
        said = f"{count} of them. {self._pictures[self._at].text}" if count else self._invitation
        self.setAccessibleDescription(said)

    # --- a person ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Results of the history are welcome."""
        if event.mimeData().hasFormat(ENTRIES):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._welcome(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They go elsewhere."""
        self._welcome(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """They are in."""
        self._welcome(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(entries_in(event.mimeData()))

    def _welcome(self, on: bool) -> None:
        self._welcoming = on
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a picture."""
        number = self._number_at(event.position().toPoint())
        if number >= 0:
            self._go(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The picture under the pointer can be taken out."""
        self._hover(self._number_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button takes a picture out."""
        number = self._number_at(event.pos())
        if number >= 0:
            self.removeRequested.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk, Delete takes out."""
        key, last = event.key(), len(self._pictures) - 1
        if last >= 0 and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(self._at + (1 if key == Qt.Key.Key_Right else -1))
        elif last >= 0 and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removeRequested.emit(self._at)
        else:
            super().keyPressEvent(event)

    def _go(self, number: int) -> None:
        self._at = min(max(number, 0), len(self._pictures) - 1)
        self._tell_reader()
        self.update()

    def event(self, event: QEvent) -> bool:
        """A tooltip for every picture; the well's own beside them."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._number_at(event.pos())
            if number >= 0:
                text = f"{self._pictures[number].text}\nRight-click or Delete removes it."
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    # --- what is seen ------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pictures, free places, and an invitation while there is nothing else."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        if not self._pictures:
            painter.setPen(theme.color("muted"))
            area = self.rect().adjusted(12, 8, -12, -8)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, self._invitation)
            return
        for number, picture in enumerate(self._pictures):
            self._picture(painter, self.place_of(number), picture)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("hairline"), 1, Qt.PenStyle.DashLine))
        for number in range(len(self._pictures), ENOUGH):
            place = QRectF(self.place_of(number)).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(place, _RADIUS - 2, _RADIUS - 2)
        self._outline(painter)

    def _ground(self, painter: QPainter) -> None:
        pen = QPen(theme.color("text" if self._welcoming else "hairline"), 1)
        if self.hasFocus() and not self._pictures:
            pen = QPen(theme.color("focus"), 2)
        elif not self._pictures:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.color("hover" if self._welcoming else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def _picture(self, painter: QPainter, place: QRect, picture: WellPicture) -> None:
        image = picture.image
        if image is None or image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(place, _RADIUS - 2, _RADIUS - 2)
            glyph = "dots-three" if image is None else "question"
            paint_icon(painter, place, glyph, "muted", 18)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(QPoint(), size)
        target.moveCenter(place.center())
        painter.drawImage(target, fitted(image, size, self.devicePixelRatioF()))

    def _outline(self, painter: QPainter) -> None:
        focused = self._at if self.hasFocus() else -1
        for number, role in ((self._hovered, "control"), (focused, "focus")):
            if 0 <= number < len(self._pictures):
                painter.setPen(QPen(theme.color(role), 2))
                frame = self.place_of(number).adjusted(-1, -1, 1, 1)
                painter.drawRoundedRect(frame, _RADIUS - 2, _RADIUS - 2)


def fitted(image: QImage, size: QSize, ratio: float) -> QImage:
    """A picture drawn smaller, smoothly: painters skip pixels where they shrink by much."""
    pixels = QSize(round(size.width() * ratio), round(size.height() * ratio))
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    small.setDevicePixelRatio(ratio)
    return small
