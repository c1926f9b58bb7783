"""A slider: drag anywhere on it, Shift for fine, double-click for the default."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from studio.view.theme import theme

_HANDLE = 14
_TRACK = 4
_FINE = 0.1


class Slider(QSlider):
    """A number on a line from ``minimum`` to ``maximum``.

    Signals:
        edited: a person moved it to this value.
    """

    edited = Signal(float)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        default: float,
        step: float,
        parent: QWidget | None = None,
        origin: float | None = None,
    ) -> None:
        """A slider for a number.

        Args:
            minimum: at the left end.
            maximum: at the right end.
            default: what a double-click brings back.
            step: what the arrow keys move by.
            parent: as of any widget.
            origin: from where the line is filled; None for the left end.
        """
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._low, self._step, self._default = minimum, step, default
        self._origin = minimum if origin is None else origin
        self._fraction = 0.0
        self._last_x = 0.0
        self.setRange(0, max(1, round((maximum - minimum) / step)))
        self.setPageStep(max(1, self.maximum() // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(28)
        self.setMinimumWidth(64)
        self.set_number(default)
        theme.changed.connect(self.update)

    def number(self) -> float:
        """The value, in the unit of the parameter."""
        return round(self._low + self.value() * self._step, 9)

    def set_number(self, number: float) -> None:
        """Show a value without telling anybody."""
        self.setValue(round((number - self._low) / self._step))
        self._fraction = float(self.value())

    def sizeHint(self) -> QSize:
        """28 px high, as all controls."""
        return QSize(120, 28)

    def _span(self) -> float:
        return max(1.0, self.width() - _HANDLE)

    def _handle_x(self) -> float:
        return self._x_of(self.value())

    def _x_of(self, value: float) -> float:
        return _HANDLE / 2 + self._span() * value / max(1, self.maximum())

    def _move(self, position: float) -> None:
        self._fraction = max(0.0, min(float(self.maximum()), position))
        if round(self._fraction) != self.value():
            self.setValue(round(self._fraction))
            self.edited.emit(self.number())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the pointer and drag from there; with Shift, drag from where the handle is."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._last_x = event.position().x()
        self.setSliderDown(True)
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move((self._last_x - _HANDLE / 2) / self._span() * self.maximum())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer; Shift makes ten times finer."""
        if not self.isSliderDown():
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        delta = (event.position().x() - self._last_x) / self._span() * self.maximum()
        self._last_x = event.position().x()
        self._move(self._fraction + delta * (_FINE if fine else 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the default."""
        self._move((self._default - self._low) / self._step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page, Home and End as any slider; each counts as one edit."""
        before = self.value()
        super().keyPressEvent(event)
        self._report(before)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel works only while the slider has the focus."""
        if not self.hasFocus():
            event.ignore()
            return
        before = self.value()
        self.setValue(before + (1 if event.angleDelta().y() > 0 else -1))
        self._report(before)
        event.accept()

    def _report(self, before: int) -> None:
        if self.value() != before:
            self._fraction = float(self.value())
            self.edited.emit(self.number())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin line, filled from the origin to the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, x = self.height() / 2, self._handle_x()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("control", 0.55))
        track = QRectF(_HANDLE / 2, middle - _TRACK / 2, self._span(), _TRACK)
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        strong = theme.color("text" if self.isEnabled() else "control")
        painter.setBrush(theme.color("muted" if self.isEnabled() else "control"))
        start = self._x_of((self._origin - self._low) / self._step)
        track.setLeft(min(start, x))
        track.setRight(max(start, x))
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        painter.setBrush(strong)
        painter.drawEllipse(QPointF(x, middle), _HANDLE / 2 - 1, _HANDLE / 2 - 1)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(theme.color("surface"))
            painter.drawEllipse(QPointF(x, middle), _HANDLE / 2 - 1, _HANDLE / 2 - 1)
