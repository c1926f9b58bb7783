"""The canvas with what lies over it: an invitation while it is empty, else tools and a hint."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.model.document import Document
from studio.model.toolbox import Toolbox
from studio.view.bind import describe, label, look, set_reason
from studio.view.widgets.canvas.tool_options import OPTIONS_HEIGHT, ToolOptions
from studio.view.widgets.canvas.tool_rail import RAIL_WIDTH, ToolRail
from studio.view.widgets.canvas.view import CanvasView

_TEASER = 256
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


class CanvasArea(QWidget):
    """The document, and what floats over it.

    Signals:
        invited: the button of the empty canvas was pressed.
    """

    invited = Signal()

    def __init__(
        self, document: Document, toolbox: Toolbox, sentence: str, verb: str, tip: str
    ) -> None:
        super().__init__()
        look(self, "canvas")
        self.view = CanvasView(document, toolbox)
        describe(self.view, "canvas", "Picture", "")
        self.view.setToolTip("")
        self.view.picture.placement.keep_free(RAIL_WIDTH, OPTIONS_HEIGHT)
        self._invitation = self._empty_state(sentence, verb, tip)
        self._hint_box = look(QFrame(self), "floating")
        self._hint = label("", "muted")
        hint_layout = QHBoxLayout(self._hint_box)
        hint_layout.setContentsMargins(12, 4, 12, 4)
        hint_layout.addWidget(self._hint)
        self._hint_box.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        layout.addWidget(self._invitation)
        self.view.hide()
        self.rail = ToolRail(toolbox, self)
        self.options = ToolOptions(toolbox, self)
        toolbox.chosen.connect(lambda _id: self._place())

    def _empty_state(self, sentence: str, verb: str, tip: str) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setSpacing(16)
        column.addStretch(1)
        self._sentence = label(sentence, "lead")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._invite = look(QPushButton(verb), "primary")
        describe(self._invite, "emptyInvite", verb, tip)
        self._invite.clicked.connect(self.invited)
        self._teaser = QLabel()
        self._teaser.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._teaser)
        column.addWidget(self._sentence)
        column.addWidget(self._invite, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return box

    def set_empty(self, empty: bool, reason: str = "") -> None:
        """Show the invitation (disabled for a reason) or the picture."""
        had_focus = self._invite.hasFocus()
        self._invitation.setVisible(empty)
        self.view.setVisible(not empty)
        self.rail.setVisible(not empty)
        self._place()
        if had_focus and not empty:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        set_reason(self._invite, reason)

    def set_teaser(self, picture: QImage) -> None:
        """A picture over the invitation: what may come of it."""
        self._teaser.setVisible(not picture.isNull())
        if not picture.isNull():
            ratio = self.devicePixelRatioF()
            edge = round(_TEASER * ratio)
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = QPixmap.fromImage(picture.scaled(edge, edge, _KEEP, smooth))
            pixmap.setDevicePixelRatio(ratio)
            self._teaser.setPixmap(pixmap)

    def set_hint(self, text: str) -> None:
        """A line at the canvas's lower edge; "" takes it away."""
        self._hint.setText(text)
        self._hint_box.setVisible(bool(text))
        self._place()

    def _place(self) -> None:
        """The rail in the middle of the left edge, the options over the picture, the hint below."""
        self.rail.fit(self.height() - 16)
        self.rail.adjustSize()
        beside = max(RAIL_WIDTH, self.rail.width() + 16)
        self.view.picture.placement.keep_free(beside, OPTIONS_HEIGHT)
        self.rail.move(8, max(8, (self.height() - self.rail.height()) // 2))
        self.options.setVisible(self.view.isVisibleTo(self) and self.options.has_settings)
        self.options.fit(self.width() - beside - 16)
        self.options.move(beside + 8, 8)
        self._hint_box.adjustSize()
        x = (self.width() - self._hint_box.width()) // 2
        self._hint_box.move(x, self.height() - self._hint_box.height() - 12)
        for floating in (self.rail, self.options, self._hint_box):
            floating.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What floats keeps its place."""
        super().resizeEvent(event)
        self._place()
