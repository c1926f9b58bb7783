"""Which gesture belongs to which tool."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from studio.view.widgets.canvas.move_gesture import Move
from studio.view.widgets.canvas.paint_gestures import Bucket, Eyedropper, Line, Painting
from studio.view.widgets.canvas.select_gestures import Crop, Lasso, RectangleSelection, Wand
from studio.view.widgets.canvas.spot import Bench, Gesture, Idle


class Hand(Idle):
    """The view itself pans."""

    cursor = Qt.CursorShape.OpenHandCursor


_GESTURES: dict[str, Callable[[Bench], Gesture]] = {
    "hand": Hand,
    "move": Move,
    "brush": Painting,
    "eraser": lambda bench: Painting(bench, erase=True),
    "mask": lambda bench: Painting(bench, "mask"),
    "fill": Bucket,
    "pick": Eyedropper,
    "line": Line,
    "rectangle": RectangleSelection,
    "lasso": Lasso,
    "wand": Wand,
    "crop": Crop,
}


def make_gesture(tool_id: str, bench: Bench) -> Gesture:
    """A fresh gesture for a tool."""
    return _GESTURES[tool_id](bench)
