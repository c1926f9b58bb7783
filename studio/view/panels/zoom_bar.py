"""The canvas's tools in the top bar: compare, pixel-precise, zoom out, percentage, zoom in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from studio.model.settings import Settings
from studio.view.bind import describe, look, set_reason, tool_button, with_keys
from studio.view.theme import tabular, ui_font
from studio.view.widgets.canvas.compare import CompareSlider
from studio.view.widgets.canvas.view import CanvasView


def percent(zoom: float) -> str:
    """A zoom as text: 437%, 3.5%."""
    value = zoom * 100
    return f"{value:.0f}%" if value >= 10 else f"{value:.1f}%"


class ZoomBar(QWidget):
    """Shows and sets the zoom of an :class:`CanvasView`, and how it is looked at."""

    def __init__(self, view: CanvasView, compare: CompareSlider, settings: Settings) -> None:
        super().__init__()
        self._settings, self._compare = settings, compare
        tip = with_keys("Compare the document with what is new, by a slider.", "Y")
        self.compare = tool_button("compare", "square-half", "Compare", tip, True)
        self.compare.clicked.connect(compare.set_on)
        compare.changed.connect(self.show_compare)
        out = tool_button("zoomOut", "minus", "Zoom out", with_keys("Zoom out.", "Ctrl+-"))
        out.clicked.connect(lambda: view.zoom_by(-1))
        into = tool_button("zoomIn", "plus", "Zoom in", with_keys("Zoom in.", "Ctrl++"))
        into.clicked.connect(lambda: view.zoom_by(1))
        self.value = look(QPushButton("100%"), "quiet")
        self.value.setFont(tabular(ui_font()))
        self.value.setFixedWidth(64)
        self.value.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = with_keys("Fit the picture into the view.", "Ctrl+0")
        describe(self.value, "zoomFit", "Fit", tip)
        self.value.clicked.connect(view.fit)
        precise = with_keys("Show hard pixel edges instead of a smooth enlargement.", "P")
        self._precise = tool_button("pixelPrecise", "grid-four", "Pixel-precise", precise, True)
        self._precise.clicked.connect(lambda on: settings.choose(pixel_precise=bool(on)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        self._buttons = (self._precise, out, self.value, into)
        for button in (self.compare, *self._buttons):
            layout.addWidget(button)
        view.zoomChanged.connect(self._show)
        settings.changed.connect(lambda _name: self._refresh())
        self._show(view.zoom)
        self.show_compare()
        self._refresh()

    def set_reason(self, reason: str) -> None:
        """Disable it for a reason, or enable it ("")."""
        for button in self._buttons:
            set_reason(button, reason)

    def show_compare(self) -> None:
        """Whether the slider is on, or why it cannot be."""
        self.compare.setChecked(self._compare.on)
        set_reason(self.compare, self._compare.reason_not_to_compare())

    def _show(self, zoom: float) -> None:
        self.value.setText(percent(zoom))
        self.value.setAccessibleName(f"Zoom {percent(zoom)}, press to fit")

    def _refresh(self) -> None:
        self._precise.setChecked(self._settings.choices.pixel_precise)
