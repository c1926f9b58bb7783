"""The compare slider: the document on its left, what is tried out on its right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from studio.model.document import Document
from studio.model.layers import State
from studio.model.plane import COVERAGE, Plane
from studio.view.bind import describe
from studio.view.theme import small_font, theme
from studio.view.widgets.canvas.picture import PictureView
from studio.view.widgets.canvas.view import CanvasView

_GRIP, _MARGIN, _CAPTION = 10, 8, 20
_STEP = 0.05
_TIP = "Drag to see more of the document on the left, or of the new picture on the right."


class CompareSlider(QWidget):
    """Lies over a canvas from when it is switched on until nothing is tried out any more.

    Signals:
        changed: it is seen now, or no longer.
    """

    changed = Signal()

    def __init__(self, view: CanvasView, document: Document) -> None:
        super().__init__(view)
        self._view, self._document = view, document
        self._on, self._share = False, 0.5  # of what is seen of the picture
        self._before = PictureView()
        self._before.placement = view.picture.placement
        describe(self, "compareSlider", "Compare slider", _TIP)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()
        view.installEventFilter(self)
        document.changed.connect(self._refresh)
        theme.changed.connect(self.update)

    @property
    def on(self) -> bool:
        """Whether it is seen."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Compare what is tried out with the document, or no longer."""
        if on != self._on and not (on and self.reason_not_to_compare()):
            self._on = on
            self._refresh()
            self.changed.emit()

    def reason_not_to_compare(self) -> str:
        """Why there is nothing to compare, or ""."""
        if not self._document.trying:
            return "Nothing new is in view to compare with the document."
        return "" if not self._document.state.is_empty else "There is no document yet to compare."

    def _refresh(self, _region: QRegion | None = None) -> None:
        if self._on and not self._document.trying:
            self.set_on(False)
            return
        if self._on:
            state = plain(self._document.state)
            if (
                state.layers is not self._before.state.layers
                or state.size != self._before.state.size
            ):
                self._before.show(state, QRegion(state.rect))
            self.setGeometry(self._view.rect())
        self.setVisible(self._on)
        self.update()

    # --- drawing ---------------------------------------------------------------------------

    def _frame(self) -> QRectF:
        """What is seen of the picture, in the view."""
        picture = QRectF(self._before.state.rect)
        frame = self._view.picture.placement.transform().mapRect(picture)
        return frame.intersected(QRectF(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The document up to the divider, and the divider."""
        frame = self._frame()
        x = frame.left() + self._share * frame.width()
        left = QRect(0, 0, round(x), self.height())
        painter = QPainter(self)
        painter.save()
        painter.setClipRect(left)
        painter.fillRect(left, theme.color("canvas"))
        self._before.precise, self._before.ratio = (
            self._view.picture.precise,
            self.devicePixelRatio(),
        )
        if self._before.wants_fine():
            self._before.make_fine(self.rect())
        self._before.paint(painter, left)
        painter.restore()
        self._paint_divider(painter, x, frame)

    def _paint_divider(self, painter: QPainter, x: float, frame: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((QColor(0, 0, 0, 150), 4), (QColor("white"), 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        painter.setBrush(QColor("white"))
        ring = QPen(theme.color("control"), 3) if self.hasFocus() else QPen(QColor(0, 0, 0, 150), 1)
        painter.setPen(ring)
        painter.drawEllipse(QPointF(x, frame.center().y()), _GRIP, _GRIP)
        painter.setFont(small_font(11))
        for text, to_left in (("Document", True), ("New", False)):
            width = painter.fontMetrics().horizontalAdvance(text) + 2 * _MARGIN
            at = x - _MARGIN - width if to_left else x + _MARGIN
            box = QRectF(at, frame.bottom() - _CAPTION - _MARGIN, width, _CAPTION)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 150))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(QColor("white"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # --- pointer ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button moves the divider; what moves the view goes on to it."""
        if event.button() != Qt.MouseButton.LeftButton or self._view.moving_view:
            event.ignore()
            return
        self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The divider follows."""
        if event.buttons() & Qt.MouseButton.LeftButton and not self._view.moving_view:
            self._move_to(event.position().x())
        else:
            event.ignore()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen moves the divider as the left button does."""
        if event.type() != QEvent.Type.TabletRelease and event.pressure() > 0:
            self._move_to(event.position().x())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the divider while the keyboard is here."""
        step = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._share = min(max(self._share + step, 0.0), 1.0)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The grip shows it."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The grip shows it."""
        super().focusOutEvent(event)
        self.update()

    def _move_to(self, x: float) -> None:
        frame = self._frame()
        if frame.width() > 0:
            self._share = min(max((x - frame.left()) / frame.width(), 0.0), 1.0)
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the view."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return super().eventFilter(watched, event)


def plain(state: State) -> State:
    """A document without the areas that are drawn over it."""
    return replace(state, mask=Plane(COVERAGE), selection=None)
