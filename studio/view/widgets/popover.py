"""A panel that floats over the window; a press elsewhere or Escape closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QWidget

from studio.view.bind import look


class Popover(QFrame):
    """A child of the window, never a window of its own: it moves and scales with it.

    Signals:
        closed: it is no longer shown.
    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        look(self, "floating")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 60))
        self.setGraphicsEffect(shadow)
        self.setVisible(False)
        self._opener: QWidget | None = None

    def open_below(self, opener: QWidget, align_right: bool = True) -> None:
        """Show it under a button, inside the window."""
        self.adjustSize()
        self._set_opener(opener)
        corner = opener.mapTo(self._over, QPoint(0, opener.height() + 4))
        x = corner.x() + (opener.width() - self.width() if align_right else 0)
        self._place(QPoint(x, corner.y()))

    def open_above(self, opener: QWidget) -> None:
        """Show it over a button at the window's lower edge, left edges in line."""
        self.adjustSize()
        self._set_opener(opener)
        corner = opener.mapTo(self._over, QPoint(0, 0))
        self._place(QPoint(corner.x(), corner.y() - self.height() - 4))

    def open_beside(self, opener: QWidget) -> None:
        """Show it to the right of a button, lower edges in line."""
        self.adjustSize()
        self._set_opener(opener)
        corner = opener.mapTo(self._over, QPoint(opener.width() + 12, opener.height()))
        self._place(QPoint(corner.x(), corner.y() - self.height()))

    def open_centred(self, top: int) -> None:
        """Show it in the middle of the window, ``top`` pixels down."""
        self.adjustSize()
        self._opener = None
        self._place(QPoint((self._over.width() - self.width()) // 2, top))

    def _set_opener(self, opener: QWidget) -> None:
        """Remember it for as long as it is there: a list may be built anew meanwhile."""
        self._opener = opener
        opener.destroyed.connect(self._forget_opener)

    def _forget_opener(self) -> None:
        self._opener = None

    def _place(self, corner: QPoint) -> None:
        room = self._over.rect().adjusted(8, 8, -8, -8)
        rect = QRect(corner, self.size())
        rect.moveRight(min(rect.right(), room.right()))
        rect.moveLeft(max(rect.left(), room.left()))
        rect.moveTop(max(rect.top(), room.top()))
        rect.setBottom(min(rect.bottom(), room.bottom()))
        self.setGeometry(rect)
        self.show()
        self.raise_()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def close_popover(self) -> None:
        """Hide it and give the keyboard back."""
        if not self.isVisible():
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()
        if self._opener is not None:
            self._opener.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on Escape and on a press outside; a press on the opener is the opener's to use."""
        if isinstance(event, QKeyEvent) and self._own(watched, event):
            event.accept()  # typed here: no shortcut of the window
            return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.close_popover()
                return True
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and not self._inside(event.globalPosition().toPoint())
        ):
            opener = self._opener
            at = event.globalPosition().toPoint()
            on_opener = opener is not None and opener.rect().contains(opener.mapFromGlobal(at))
            if watched.window() is self.window() and not on_opener:
                self.close_popover()
        return False

    def _own(self, watched: QObject, event: QKeyEvent) -> bool:
        typed = event.type() == QEvent.Type.ShortcutOverride
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        within = isinstance(watched, QWidget) and self.isAncestorOf(watched)
        return typed and plain and within

    def _inside(self, point: QPoint) -> bool:
        return self.rect().contains(self.mapFromGlobal(point))
