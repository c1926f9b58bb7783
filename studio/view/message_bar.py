"""The one place where the studio says something: the foot of the right panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.model.messages import Message, Messages
from studio.view.bind import describe, hairline, label, look, tool_button
from studio.view.icons import icon

_GLYPHS = {"info": ("info", "muted"), "warn": ("warning", "warn"), "bad": ("warning-circle", "bad")}

#: What the panel's width leaves beside icon, close button and margins.
_TEXT_WIDTH = 230


class MessageBar(QWidget):
    """Shows the message of a :class:`Messages`; takes no room while there is none."""

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._icon = QLabel()
        self._icon.setFixedSize(18, 28)
        self._text = label("", wrap=True)
        self._text.setObjectName("messageText")
        self._text.setContentsMargins(0, 6, 0, 0)
        self._action = describe(QPushButton(), "messageAction", "Act on the message")
        self._close = tool_button("messageClose", "x", "Close the message")
        self._close.clicked.connect(messages.clear)
        self._action.clicked.connect(messages.act)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._text)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        box = look(QWidget(), "surface")
        column = QVBoxLayout(box)
        column.setContentsMargins(16, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(hairline())
        layout.addWidget(box)
        messages.changed.connect(self._show)
        self._show(messages.current)

    def _show(self, message: Message | None) -> None:
        if message is None:
            self.hide()
            return
        glyph, role = _GLYPHS[message.level]
        self._icon.setPixmap(icon(glyph, role).pixmap(18, 18))
        self._text.setText(message.text)
        # A wrapped label tells its height only when it knows its width.
        self._text.setMinimumHeight(0)
        self._text.setFixedSize(_TEXT_WIDTH, max(28, self._text.heightForWidth(_TEXT_WIDTH)))
        self._text.setAccessibleName(message.text)
        self._action.setVisible(message.action_label is not None)
        self._action.setText(message.action_label or "")
        self._action.setAccessibleName(message.action_label or "Act on the message")
        self._action.setToolTip(message.action_label or "")
        self.show()
        self._lay_out_now()

    def _lay_out_now(self) -> None:
        """Grow at once: layouts pass their wishes up one turn of the event loop at a time."""
        widget = self._text.parentWidget()
        while widget is not None:
            layout = widget.layout()
            if layout is not None:
                layout.activate()
            widget = widget.parentWidget()
