"""The layers under the tools: blend mode and opacity of the active one, the list, and its verbs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.model.document import Document
from studio.model.layer_edits import LayerEdits
from studio.model.layers import BLEND_MODES
from studio.view.bind import describe, hairline, label, look, set_reason, tool_button, with_keys
from studio.view.widgets.combo import Combo
from studio.view.widgets.layer_list import ROW, LayerList
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.slider import Slider

_ROWS = 4

#: Name, icon, what it says, key and action of every button below the list.
_BUTTONS = (
    ("addLayer", "plus", "Add a layer", "Ctrl+Shift+N", "layer.add"),
    ("duplicateLayer", "copy", "Duplicate the layer", "Ctrl+Shift+D", "layer.duplicate"),
    ("mergeLayer", "arrow-line-down", "Merge with the layer below", "Ctrl+Shift+E", "layer.merge"),
    ("lockLayer", "lock-simple", "Lock or unlock the layer", "", "layer.lock"),
    ("raiseLayer", "caret-up", "Move the layer up", "Ctrl+]", "layer.raise"),
    ("lowerLayer", "caret-down", "Move the layer down", "Ctrl+[", "layer.lower"),
    ("deleteLayer", "trash", "Delete the layer", "Shift+Delete", "layer.delete"),
)


class LayersPanel(QWidget):
    """What lies over what.

    Signals:
        acted: the id of an action.
    """

    acted = Signal(str)

    def __init__(self, document: Document, edits: LayerEdits) -> None:
        super().__init__()
        look(self, "surface")
        self._document, self._edits = document, edits
        self.list = LayerList(document)
        self.list.setFixedHeight(_ROWS * ROW + 8)
        self.list.eyeClicked.connect(edits.toggle_visible)
        self.list.lockClicked.connect(edits.toggle_locked)
        self.mode = describe(Combo(), "blendMode", "Blend mode", "How the layer is laid over.")
        for mode in BLEND_MODES:
            self.mode.addItem(mode.title, mode.id)
        self.mode.activated.connect(lambda row: edits.set_mode(str(self.mode.itemData(row))))
        self.opacity = Slider(0, 100, 100, 1)
        describe(self.opacity, "layerOpacity", "Opacity", "How much of the layer is seen.")
        self.opacity.edited.connect(lambda value: edits.set_opacity(value / 100))
        self.percent = NumberField(0, 100, 0, 1, "%")
        describe(self.percent, "layerOpacityField", "Opacity", "How much of the layer is seen.")
        self.percent.setFixedWidth(64)
        self.percent.edited.connect(lambda value: edits.set_opacity(value / 100))
        self._buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(self._head())
        column.addWidget(self.list)
        column.addLayout(self._foot())
        document.edited.connect(self.refresh)
        self.refresh()

    def set_compact(self, compact: bool) -> None:
        """Leave room for a tool with many settings: one layer at a time is seen then."""
        self.list.setFixedHeight((1 if compact else _ROWS) * ROW + 8)

    def _head(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(label("Layers", "section"), 0, 0)
        grid.addWidget(self.mode, 0, 1, 1, 2)
        grid.addWidget(label("Opacity", "muted"), 1, 0)
        grid.addWidget(self.opacity, 1, 1)
        grid.addWidget(self.percent, 1, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def _make_buttons(self) -> dict[str, QWidget]:
        buttons: dict[str, QWidget] = {}
        for name, glyph, words, key, action in _BUTTONS:
            button = tool_button(name, glyph, words, with_keys(f"{words}.", key))
            button.clicked.connect(lambda _on=False, wanted=action: self.acted.emit(wanted))
            buttons[action] = button
        return buttons

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 2, 12, 6)
        row.setSpacing(2)
        for action, button in self._buttons.items():
            if action == "layer.delete":
                row.addStretch(1)
            row.addWidget(button)
        return row

    def refresh(self) -> None:
        """Show the active layer's mode and opacity, and what can be done with it."""
        layer = self._document.state.layer
        reason = "" if layer is not None else "There is no layer yet."
        for widget in (self.mode, self.opacity, self.percent):
            set_reason(widget, reason)
        if layer is not None:
            self.mode.setCurrentIndex(self.mode.findData(layer.mode))
        percent = round(layer.opacity * 100) if layer is not None else 100
        self.opacity.set_number(percent)
        self.percent.set_value(percent)
        for action, button in self._buttons.items():
            set_reason(button, self._edits.reason(action))
