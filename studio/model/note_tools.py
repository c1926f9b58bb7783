"""What the hand holds over the piano roll: tool, grid, snapping, and what is shown around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engines.music.note_picks import Snap

Tool = Literal["select", "draw", "erase"]


@dataclass(frozen=True)
class ToolKind:
    """One tool as its button and its action show it."""

    id: Tool
    title: str
    icon: str
    shortcut: str
    help: str


TOOLS: tuple[ToolKind, ...] = (
    ToolKind("select", "Select", "cursor", "V", "Drag a box to select; drag notes to move them."),
    ToolKind("draw", "Pencil", "pencil-simple", "P", "Press on the grid and drag for the length."),
    ToolKind("erase", "Eraser", "eraser", "X", "Drag over notes to erase them (or right button)."),
)
#: Steps of the grids, with the words on the list; a sixteenth is the smallest step.
GRIDS: tuple[tuple[int, str], ...] = ((4, "1/4"), (2, "1/8"), (1, "1/16"))
SNAPS: tuple[tuple[Snap, str], ...] = (
    ("off", "Any pitch"),
    ("scale", "Scale"),
    ("chord", "Chord"),
)


class NoteTools(QObject):
    """Choices that are no part of the song.

    Signals:
        changed: any of them.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tool: Tool = "select"
        self._snap: Snap = "off"
        self._grid = 2
        self._shown = {"follow": True, "ghosts": False, "velocity": True}

    @property
    def tool(self) -> Tool:
        """What a press on the grid does."""
        return self._tool

    @property
    def snap(self) -> Snap:
        """Which pitches drawn and moved notes may have."""
        return self._snap

    @property
    def grid(self) -> int:
        """Steps between the places where notes may begin."""
        return self._grid

    @property
    def follow(self) -> bool:
        """Whether the view turns its pages with the playhead."""
        return self._shown["follow"]

    @property
    def ghosts(self) -> bool:
        """Whether the other takes are seen behind this one."""
        return self._shown["ghosts"]

    @property
    def velocity(self) -> bool:
        """Whether the velocity lane is seen."""
        return self._shown["velocity"]

    def choose(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self._set("_tool", tool)

    def set_snap(self, snap: Snap) -> None:
        """Snap pitches to the scale, to the bar's chord, or not."""
        self._set("_snap", snap)

    def set_grid(self, steps: int) -> None:
        """Choose the grid: 4, 2 or 1 steps."""
        self._set("_grid", steps)

    def show(self, what: str, on: bool) -> None:
        """Switch "follow", "ghosts" or "velocity"."""
        self._set("_shown", {**self._shown, what: on})

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()
