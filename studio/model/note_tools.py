"""What the hand holds over the piano roll: tool, grid, snapping, and what is shown around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from engines.music.note_picks import Snap
from studio.model.settings import Settings

Tool = Literal["select", "draw", "erase"]

_MEMORY = "music.roll"


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


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    """The choices, as they are remembered."""

    tool: Tool = "select"
    snap: Snap = "off"
    grid: Literal[1, 2, 4] = 2
    follow: bool = True
    ghosts: bool = False
    velocity: bool = True


class NoteTools(QObject):
    """Choices that are no part of the song, remembered from one session to the next.

    Signals:
        changed: any of them.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        try:
            self._held = msgspec.convert(settings.recall(_MEMORY, {}), _Held)
        except msgspec.ValidationError:
            self._held = _Held()

    @property
    def tool(self) -> Tool:
        """What a press on the grid does."""
        return self._held.tool

    @property
    def snap(self) -> Snap:
        """Which pitches drawn and moved notes may have."""
        return self._held.snap

    @property
    def grid(self) -> int:
        """Steps between the places where notes may begin."""
        return self._held.grid

    @property
    def follow(self) -> bool:
        """Whether the view turns its pages with the playhead."""
        return self._held.follow

    @property
    def ghosts(self) -> bool:
        """Whether the other takes are seen behind this one."""
        return self._held.ghosts

    @property
    def velocity(self) -> bool:
        """Whether the velocity lane is seen."""
        return self._held.velocity

    def choose(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self._hold(tool=tool)

    def set_snap(self, snap: Snap) -> None:
        """Snap pitches to the scale, to the bar's chord, or not."""
        self._hold(snap=snap)

    def set_grid(self, steps: int) -> None:
        """Choose the grid: 4, 2 or 1 steps."""
        self._hold(grid=steps)

    def show(self, what: str, on: bool) -> None:
        """Switch "follow", "ghosts" or "velocity"."""
        self._hold(**{what: on})

    def _hold(self, **changes: Any) -> None:
        fresh = msgspec.structs.replace(self._held, **changes)
        if fresh != self._held:
            self._held = fresh
            self._settings.remember(_MEMORY, msgspec.to_builtins(fresh))
            self.changed.emit()
