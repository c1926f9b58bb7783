"""Paint to steer: the part of the Latent panel that begins and ends it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from studio.model.sketch import SketchModel
from studio.view.bind import OFF, describe, label, set_reason
from studio.view.param_controls import build_controls
from studio.view.widgets.section import Section
from studio.view.widgets.switch import Switch

_TIP = "Paint on the picture, and it follows your colours."
_HOW = "Paint with the brush (B). The picture follows when the brush rests."


class SketchSection(Section):
    """A switch, what to follow, and what to do with the paint."""

    def __init__(self, model: SketchModel) -> None:
        super().__init__("sketchSection", "Paint to steer", _TIP, model.on)
        self._model = model
        self.switch = describe(Switch(), "sketchSwitch", "Paint to steer", _TIP)
        self.add_button(self.switch)
        hidden = ("truncation", "count", "steps")
        self.form = build_controls(model.values.tool, model.values, hidden, prefix="sketch.")
        self.more = describe(
            QPushButton("Alternatives"), "sketchAlternatives", "Alternatives",
            "Look for six pictures that fit the paint; the best comes first.",
        )  # fmt: skip
        self.clear = describe(
            QPushButton("Clear"), "sketchClear", "Clear the paint", "Take all paint away."
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.more, 1)
        row.addWidget(self.clear, 1)
        self.column.addWidget(label(_HOW, "muted", wrap=True))
        self.column.addWidget(self.form)
        self.column.addLayout(row)
        self.switch.clicked.connect(self._toggle)
        self.more.clicked.connect(lambda: model.alternatives())
        self.clear.clicked.connect(model.clear)
        model.changed.connect(self.refresh)
        self.refresh()

    def _toggle(self, on: bool) -> None:
        if on:
            self._model.start()
            self.heading.setChecked(True)
        else:
            self._model.stop()
        self.refresh()

    def refresh(self) -> None:
        """Show whether it is on, and why it cannot be."""
        model = self._model
        self.switch.setChecked(model.on)
        set_reason(self.switch, model.reason_not_to_start())
        reason = "" if model.on else OFF
        for widget in (self.form, self.more, self.clear):
            set_reason(widget, reason)
