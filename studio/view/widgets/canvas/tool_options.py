"""The settings of the tool in hand: a slim bar over the canvas, with the rest one press away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from engines.protocol.params import AnyParam
from studio.model.toolbox import CanvasTool, Toolbox
from studio.view.bind import describe, label, look, tool_button
from studio.view.param_controls import build_controls
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.popover import Popover
from studio.view.widgets.slider import Slider

#: Room that the bar takes at the top of the canvas, its margins included.
OPTIONS_HEIGHT = 52
_SHOWN = 3
_SLIDER, _FIELD = 80, 72


class ToolOptions(QFrame):
    """A bar that shows the first settings of the tool in hand."""

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look(self, "floating")
        self.setObjectName("toolOptions")
        self._toolbox = toolbox
        self._stack = QStackedLayout(self)
        self._pages: dict[str, QWidget] = {}
        self._groups: dict[str, list[list[QWidget]]] = {}
        self._popover: Popover | None = None
        toolbox.chosen.connect(lambda _id: self._show())
        self._show()

    @property
    def has_settings(self) -> bool:
        """Whether there is something to set."""
        return bool(self._toolbox.tool.params)

    def fit(self, room: int) -> None:
        """Take no more than so many pixels: the last settings are then only in the panel."""
        tool = self._toolbox.tool
        if not self.has_settings:
            return
        groups, page = self._groups[tool.id], self._pages[tool.id]
        for group in groups:
            for widget in group:
                widget.show()
        for group in reversed(groups[1:]):
            if page.sizeHint().width() <= room:
                break
            for widget in group:
                widget.hide()
        self.resize(page.sizeHint().boundedTo(QSize(room, self.height())))

    def _show(self) -> None:
        tool = self._toolbox.tool
        if tool.params and tool.id not in self._pages:
            page = self._page(tool)
            self._pages[tool.id] = page
            self._stack.addWidget(page)
        if tool.params:
            page = self._pages[tool.id]
            self._stack.setCurrentWidget(page)
            self.resize(page.sizeHint())

    def _page(self, tool: CanvasTool) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(label(tool.title, "section"))
        values = self._toolbox.values[tool.id]
        exclude = _names(tool.params[_SHOWN:])
        form = build_controls(values.tool, values, exclude, prefix=f"{tool.id}.")
        for param in tool.params[:_SHOWN]:
            self._groups.setdefault(tool.id, []).append(form.rows[param.name])
            for widget in form.rows[param.name]:
                widget.setMinimumWidth(0)
                row.addWidget(widget)
            for control in form.rows[param.name][1:]:
                if isinstance(control, Slider):
                    control.setFixedWidth(_SLIDER)
                elif isinstance(control, NumberField):
                    control.setFixedWidth(_FIELD)
        form.setParent(page)  # keeps the rows bound; itself it shows nothing
        form.hide()
        more = tool_button("toolMore", "dots-three-vertical", "More settings", "All settings.")
        more.setVisible(len(tool.params) > _SHOWN)
        more.clicked.connect(lambda: self._open(tool, more))
        row.addWidget(more)
        return page

    def _open(self, tool: CanvasTool, opener: QWidget) -> None:
        popover = Popover(self.window())
        describe(popover, "toolSettings", f"{tool.title} settings")
        column = QVBoxLayout(popover)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(tool.title, "title"))
        values = self._toolbox.values[tool.id]
        form = build_controls(values.tool, values, prefix=f"{tool.id}.all.")
        form.show_all()
        column.addWidget(form)
        popover.setFixedWidth(320)
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.closed.connect(popover.deleteLater)
        popover.open_below(opener)
        self._popover = popover


def _names(params: tuple[AnyParam, ...]) -> list[str]:
    return [param.name for param in params]
