"""The bar over the content: title, undo and redo, the page's tools, the queue, the manual."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from studio.actions.registry import ActionRegistry
from studio.model.jobs import JobsModel
from studio.view.bind import describe, look, set_reason, set_tip, tool_button, with_keys
from studio.view.icons import icon
from studio.view.theme import tabular, ui_font
from studio.view.widgets.elided_label import ElidedLabel

HEIGHT = 44


class TopBar(QWidget):
    """What is true of every mode."""

    def __init__(self, registry: ActionRegistry, jobs: JobsModel, undo: QUndoStack) -> None:
        super().__init__()
        look(self, "window")
        self.setFixedHeight(HEIGHT)
        self._registry, self._jobs, self._stack = registry, jobs, undo
        self._title = ElidedLabel(role="heading")
        self._title.setObjectName("documentTitle")
        self._undo = tool_button(
            "undoButton", "arrow-counter-clockwise", "Undo", with_keys("Undo", "Ctrl+Z")
        )
        self._redo = tool_button(
            "redoButton", "arrow-clockwise", "Redo", with_keys("Redo", "Ctrl+Shift+Z")
        )
        self._undo.clicked.connect(lambda: registry.trigger("edit.undo"))
        self._redo.clicked.connect(lambda: registry.trigger("edit.redo"))
        self._tools = QStackedWidget()
        self._tools.setSizePolicy(self.sizePolicy())
        self._nothing = QWidget()
        self._tools.addWidget(self._nothing)
        self.queue = self._queue_button()
        tip = with_keys("Read about what is in view.", "F1")
        self.manual = tool_button("manualButton", "question", "Manual", tip)
        self.manual.clicked.connect(lambda: registry.trigger("window.manual"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addSpacing(12)
        layout.addWidget(self._undo)
        layout.addWidget(self._redo)
        layout.addWidget(self._tools, 1)
        layout.addWidget(self.queue)
        layout.addWidget(self.manual)
        registry.refreshed.connect(self._refresh)
        for signal in (jobs.jobAdded, jobs.jobChanged, jobs.jobRemoved):
            signal.connect(lambda *_: self._count())
        self._count()

    def set_title(self, title: str) -> None:
        """The document's title."""
        self._title.setText(title)

    def set_tools(self, tools: QWidget | None) -> None:
        """The page's own tools."""
        if tools is not None and self._tools.indexOf(tools) < 0:
            self._tools.addWidget(tools)
        self._tools.setCurrentWidget(tools if tools is not None else self._nothing)

    def _queue_button(self) -> QToolButton:
        button = QToolButton()
        look(button, "text")
        button.setIcon(icon("queue", "muted", "text"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFont(tabular(ui_font()))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(28)
        describe(button, "queueButton", "Queue", with_keys("What waits and runs.", "Ctrl+J"))
        return button

    def _count(self) -> None:
        active = self._jobs.active_count()
        self.queue.setText(f" Queue {active}" if active else " Queue")
        waiting = "Nothing waits or runs" if not active else f"{active} waiting or running"
        self.queue.setAccessibleName(f"Queue: {waiting}")

    def _refresh(self) -> None:
        for button, name, verb, step in (
            (self._undo, "edit.undo", "Undo", self._stack.undoText()),
            (self._redo, "edit.redo", "Redo", self._stack.redoText()),
        ):
            action = self._registry.get(name)
            set_tip(button, with_keys(f"{verb}: {step}" if step else verb, action.shortcut))
            set_reason(button, action.enabled_reason())
