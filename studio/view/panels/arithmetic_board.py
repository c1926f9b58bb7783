"""The arithmetic board: three wells of pictures, and what A - B + C looks like."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from engines.protocol.messages import Request
from studio.model.arithmetic_board import EXAMPLES, LETTERS, BoardModel
from studio.view.bind import describe, label, set_reason, tool_button
from studio.view.icons import paint_icon
from studio.view.theme import theme
from studio.view.widgets.well import Well, WellPicture, fitted

_INVITATIONS = (
    "Drop pictures with what you want to keep.",
    "Drop pictures with what shall go.",
    "Drop pictures with what shall come instead.",
)
_TIP = "Drag pictures here from below. Three or more even out what they do not share."
_OPERATORS = ("−", "+", "=")
_EDGE = 88
_RADIUS = 6


class ArithmeticBoard(QWidget):
    """Shows a :class:`BoardModel`; asks for pictures only while it is seen."""

    def __init__(self, model: BoardModel) -> None:
        super().__init__()
        self._model = model
        self.wells: list[Well] = []
        self._counts: list[QLabel] = []
        self._adders: list[QAbstractButton] = []
        self._clearers: list[QAbstractButton] = []
        self._finders: list[QAbstractButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 12)
        row.setSpacing(8)
        for number in range(len(LETTERS)):
            row.addLayout(self._column(number), 1)
            row.addWidget(_operator(_OPERATORS[number]))
        row.addLayout(self._answer())
        model.changed.connect(self._refresh)
        self._refresh()

    def _column(self, number: int) -> QVBoxLayout:
        """One well under its letter and its buttons."""
        letter, model = LETTERS[number], self._model
        well = describe(Well(_INVITATIONS[number]), f"well{letter}", f"Pictures in {letter}", _TIP)
        well.dropped.connect(lambda entries: model.add_entries(number, entries))
        well.removeRequested.connect(lambda at: model.remove(number, at))
        count = label("", "muted")
        add = tool_button(
            f"well{letter}Add", "plus", f"Add to {letter}", f"Add the picture in view to {letter}."
        )
        add.clicked.connect(lambda: model.add_shown(number))
        find = tool_button(
            f"well{letter}Find", "funnel", f"Examples for {letter}",
            f"Add {EXAMPLES} pictures with or without something to {letter}.",
        )  # fmt: skip
        find.clicked.connect(lambda: self._offer(number))
        clear = tool_button(
            f"well{letter}Clear", "x", f"Empty {letter}", f"Take every picture out of {letter}."
        )
        clear.clicked.connect(lambda: model.clear(number))
        self.wells.append(well)
        self._counts.append(count)
        self._adders.append(add)
        self._clearers.append(clear)
        self._finders.append(find)
        return _under(well, label(letter, "heading"), count, find, add, clear)

    def _offer(self, number: int) -> None:
        """A menu of the attributes that the model has examples of."""
        menu = QMenu(self)
        menu.setObjectName("examplesMenu")
        shown, missing = menu.addMenu("With"), menu.addMenu("Without")
        for one in self._model.examples:
            for part, seeds in ((shown, one.having), (missing, one.lacking)):
                part.addAction(one.title).triggered.connect(
                    partial(self._model.add_examples, number, seeds)
                )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self._finders[number]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _answer(self) -> QVBoxLayout:
        """The result under its heading."""
        self.result = describe(
            _Result(), "arithmeticResult", "Result",
            "Show A − B + C on the canvas again, with the sliders as they come.",
        )  # fmt: skip
        self.result.clicked.connect(self._model.show)
        self._near = tool_button(
            "arithmeticNearby", "dots-nine", "Around the result",
            "Make eight pictures close to A − B + C.",
        )  # fmt: skip
        self._near.clicked.connect(self._model.nearby)
        return _under(self.result, label("Result", "heading"), self._near)

    def showEvent(self, event: QShowEvent) -> None:
        """What changed meanwhile is shown now."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        model = self._model
        reason, none = model.reason_not_to_add(), model.reason_not_to_show()
        for number, requests in enumerate(model.wells):
            self.wells[number].show_pictures([self._picture(one) for one in requests])
            self._counts[number].setText(str(len(requests)) if requests else "")
            set_reason(self._adders[number], reason)
            self._clearers[number].setVisible(bool(requests))
            self._finders[number].setVisible(bool(model.examples))
        self.result.show_picture(model.result())
        for button in (self.result, self._near):
            set_reason(button, none)

    def _picture(self, request: Request) -> WellPicture:
        words = f"Seed {request.seed}"
        if request.params.get("point"):
            words = f"{words}, steered"
        return WellPicture(self._model.picture(request), words)


class _Result(QAbstractButton):
    """The picture of the result, to be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setFixedSize(_EDGE, _EDGE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def show_picture(self, image: QImage | None) -> None:
        """Show it; None while there is none."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(_EDGE, _EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, or what stands for it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect()
        if self._image is not None and not self._image.isNull():
            size = self._image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(frame.topLeft(), size)
            target.moveCenter(frame.center())
            painter.drawImage(target, fitted(self._image, size, self.devicePixelRatioF()))
        else:
            painter.setPen(QPen(theme.color("hairline"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
            paint_icon(painter, self.rect(), "image-square", "control", 24)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("focus" if self.hasFocus() else "control"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _RADIUS - 2, _RADIUS - 2)


def _under(what: QWidget, heading: QWidget, *beside: QWidget) -> QVBoxLayout:
    """Something under a heading with a count or buttons beside it."""
    top = QHBoxLayout()
    top.setSpacing(4)
    top.addWidget(heading)
    if isinstance(beside[0], QLabel):
        top.addWidget(beside[0])
        beside = beside[1:]
    top.addStretch(1)
    for button in beside:
        top.addWidget(button)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addLayout(top)
    column.addWidget(what)
    return column


def _operator(sign: str) -> QLabel:
    """A sign between two wells, at the height of their middle."""
    text = label(sign, "lead")
    text.setFixedWidth(16)
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    text.setContentsMargins(0, 30, 0, 0)
    return text
