"""A field for a number that takes arithmetic, steps with the arrow keys and shows its unit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.model.arithmetic import evaluate
from studio.view.theme import tabular, theme, ui_font


@dataclass(frozen=True)
class Notation:
    """How a number is written where it has a name.

    Attributes:
        write: the words for a number.
        read: the number of words; a ValueError where they are none. Arithmetic is tried then.
    """

    write: Callable[[float], str]
    read: Callable[[str], float]


class NumberField(QLineEdit):
    """Shows a number; what is typed counts on Enter or when the field is left.

    Signals:
        edited: a person chose this value (within the range, rounded to ``decimals``).
    """

    edited = Signal(float)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        decimals: int = 0,
        step: float = 1.0,
        unit: str = "",
        parent: QWidget | None = None,
        notation: Notation | None = None,
    ) -> None:
        super().__init__(parent)
        self._notation = notation
        self._minimum, self._maximum = minimum, maximum
        self._decimals, self._step, self._unit = decimals, step, unit
        self._value = minimum
        self.setFont(tabular(ui_font()))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setFixedHeight(28)
        if unit:
            self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(unit) + 4, 0)
        self.editingFinished.connect(self._take)
        self._show()

    def value(self) -> float:
        """The number shown last as valid."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a number without telling anybody."""
        self._value = value
        self._show()

    def _show(self) -> None:
        notation = self._notation
        plain = f"{self._value:.{self._decimals}f}"
        self.setText(notation.write(self._value) if notation is not None else plain)
        self.setProperty("invalid", "false")

    def _take(self) -> None:
        try:
            wanted = self._read(self.text())
        except ValueError:
            self._show()
            return
        self._choose(wanted)

    def _read(self, text: str) -> float:
        if self._notation is not None:
            with contextlib.suppress(ValueError):
                return self._notation.read(text)
        return evaluate(text)

    def _choose(self, wanted: float) -> None:
        rounded = round(wanted, self._decimals) if self._decimals else round(wanted)
        fresh = max(self._minimum, min(self._maximum, rounded))
        changed = fresh != self._value
        self.set_value(fresh)
        if changed:
            self.edited.emit(fresh)

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Escape for the field while it is typed in."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
            if event.key() in keys and self.isModified():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step (Shift: a tenth, Page: ten times); Escape takes typing back."""
        steps = {
            Qt.Key.Key_Up: 1.0,
            Qt.Key.Key_Down: -1.0,
            Qt.Key.Key_PageUp: 10.0,
            Qt.Key.Key_PageDown: -10.0,
        }
        if event.key() in steps:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            size = self._step * (0.1 if shift and self._decimals else 1.0)
            self._choose(self._value + steps[Qt.Key(event.key())] * size)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel steps only while the field has the focus."""
        if not self.hasFocus():
            event.ignore()
            return
        self._choose(self._value + self._step * (1 if event.angleDelta().y() > 0 else -1))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and its unit in quiet letters at the right end."""
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setPen(theme.color("muted" if self.isEnabled() else "control"))
            area = self.rect().adjusted(0, 0, -9, 0)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, align, self._unit)
