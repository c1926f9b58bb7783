"""The picture tools side by side: a switch, the panel of the tool in use, and its button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.model.picture_tool import PictureTool
from studio.view.bind import describe, hairline, look, set_reason, with_keys
from studio.view.widgets.progress_row import ProgressRow


class ToolSwitch(QWidget):
    """Which tool's settings are shown.

    Signals:
        chosen: the place of a tool.
    """

    chosen = Signal(int)

    def __init__(self, tools: list[PictureTool], keys: dict[str, str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        for place, model in enumerate(tools):
            button = look(QPushButton(model.tool.title), "tab")
            button.setCheckable(True)
            tip = with_keys(f"The {model.tool.title} tool.", keys.get(model.tool.task, ""))
            describe(button, f"{model.tool.task}Tab", model.tool.title, tip)
            self._group.addButton(button, place)
            row.addWidget(button, 1)
        self._group.idClicked.connect(self.chosen)

    def show_tool(self, place: int) -> None:
        """Mark a tool as the one in use."""
        self._group.button(place).setChecked(True)


class PictureTools(QWidget):
    """The panel: switch over settings."""

    def __init__(self, switch: ToolSwitch, panels: list[QWidget], below: QWidget) -> None:
        super().__init__()
        self.stack = _Stack()
        for panel in panels:
            self.stack.addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(switch)
        self.stack.currentChanged.connect(lambda _place: self.stack.updateGeometry())
        column.addWidget(self.stack)
        column.addWidget(below)
        column.addStretch(1)


class _Stack(QStackedWidget):
    """As high as the panel in view, not as the highest of all."""

    def sizeHint(self) -> QSize:
        """The panel's."""
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The panel's."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()


class ToolFooter(QWidget):
    """Progress of a tool's running job, and its primary button at the bottom right."""

    def __init__(self, model: PictureTool, key: str, tip: str) -> None:
        super().__init__()
        self._model = model
        self.progress = ProgressRow("Ctrl+.", f"{model.tool.task}.")
        self.progress.cancelled.connect(model.cancel)
        self.button = look(QPushButton(model.tool.verb), "primary")
        name = f"{model.tool.task}Button"
        describe(self.button, name, model.tool.verb, with_keys(tip, key))
        self.button.clicked.connect(model.run)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 12)
        inner.addLayout(row)
        column.addLayout(inner)
        model.changed.connect(self._refresh)
        model.viewing.document.edited.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.progress.show_job(self._model.job)
        set_reason(self.button, self._model.reason_not_to_run())
