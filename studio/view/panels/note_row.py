"""The slim row over the score: tools of the piano roll, grid, snapping, and what is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from studio.model.note_editor import NoteEditor
from studio.model.note_tools import GRIDS, SNAPS, TOOLS
from studio.view.bind import describe, hairline, label, look, set_reason, tool_button, with_keys
from studio.view.widgets.combo import Combo

HEIGHT = 36
#: What can be shown or not: its name in the model, icon, title, tooltip and key.
_SHOWN = (
    ("ghosts", "ghost", "Other takes", "See the other takes faintly behind this one.", "Shift+G"),
    ("follow", "person-simple-run", "Follow", "Turn pages with the playhead.", "F"),
    ("velocity", "chart-bar", "Velocity", "How hard every note is struck.", "Shift+V"),
)


class NoteRow(QWidget):
    """Buttons and lists for what the hand does.

    Signals:
        left: a choice was made; the keyboard should go to the roll.
    """

    left = Signal()

    def __init__(self, editor: NoteEditor) -> None:
        super().__init__()
        look(self, "window")
        self.setFixedHeight(HEIGHT)
        self._editor = editor
        self._tools = {tool.id: self._tool_button(tool.id) for tool in TOOLS}
        group = QButtonGroup(self)
        for button in self._tools.values():
            group.addButton(button)
        self._grid = self._grid_list()
        self._snap = self._snap_list()
        tip = with_keys("Bring the selected notes, or all, onto the grid.", "Q")
        self._quantise = tool_button("quantise", "magnet", "Quantise", tip)
        self._quantise.clicked.connect(editor.quantise)
        self._shown = {shown[0]: self._switch(*shown) for shown in _SHOWN}
        self._lay_out()
        editor.tools.changed.connect(self._refresh)
        editor.selectionChanged.connect(self._refresh)
        editor.changed.connect(self._refresh_reason)
        self._refresh()

    def _tool_button(self, tool_id: str) -> QToolButton:
        tool = next(tool for tool in TOOLS if tool.id == tool_id)
        tip = with_keys(tool.help, tool.shortcut)
        button = tool_button(f"{tool.id}Tool", tool.icon, tool.title, tip, checkable=True)
        button.clicked.connect(lambda: self._editor.tools.choose(tool.id))
        return button

    def _grid_list(self) -> Combo:
        box = describe(Combo(), "noteGrid", "Grid", "Where notes begin and end when you drag them.")
        for steps, title in GRIDS:
            box.addItem(title, steps)
        box.setFixedWidth(76)
        box.activated.connect(lambda row: self._editor.tools.set_grid(box.itemData(row)))
        box.activated.connect(self.left)
        return box

    def _snap_list(self) -> Combo:
        tip = "Which pitches drawn and moved notes take: any, the scale's, or the bar's chord's."
        box = describe(Combo(), "noteSnap", "Snap pitches", tip)
        for snap, title in SNAPS:
            box.addItem(title, snap)
        box.setFixedWidth(104)
        box.activated.connect(lambda row: self._editor.tools.set_snap(box.itemData(row)))
        box.activated.connect(self.left)
        return box

    def _switch(self, name: str, glyph: str, title: str, tip: str, key: str) -> QToolButton:
        button = tool_button(f"{name}Shown", glyph, title, with_keys(tip, key), checkable=True)
        button.clicked.connect(partial(self._editor.tools.show, name))
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        for button in self._tools.values():
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(hairline(vertical=True))
        row.addSpacing(4)
        row.addWidget(label("Grid", "muted"))
        row.addWidget(self._grid)
        row.addWidget(self._quantise)
        row.addSpacing(8)
        row.addWidget(label("Snap", "muted"))
        row.addWidget(self._snap)
        row.addStretch(1)
        for button in self._shown.values():
            row.addWidget(button)

    def _refresh(self) -> None:
        tools = self._editor.tools
        self._tools[tools.tool].setChecked(True)
        self._grid.setCurrentIndex(self._grid.findData(tools.grid))
        self._snap.setCurrentIndex(self._snap.findData(tools.snap))
        for name, button in self._shown.items():
            button.setChecked(bool(getattr(tools, name)))
        self._refresh_reason()

    def _refresh_reason(self) -> None:
        set_reason(self._quantise, self._editor.reason_no_notes())
