"""Painting in the real canvas: from a move of the pointer to the end of the paint that shows it."""

from __future__ import annotations

import math
import statistics
import time

import bench_paint
from results import Figure
from screen import screen

MOVES = 300
#: A frame at 60 a second.
FRAME_MS = 1000 / 60
#: Brush in pixels of the picture, and zoom.
CASES = ((100, 1.0), (200, 0.2))


def time_moves(size: int, zoom: float) -> list[float]:
    """Milliseconds of every move of a brush over the document of eight full layers."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QUndoStack
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from studio.model.document import Document
    from studio.model.settings import Settings
    from studio.model.toolbox import Toolbox
    from studio.view.widgets.canvas.view import CanvasView

    undo = QUndoStack()
    document, toolbox = Document(undo), Toolbox(Settings())
    document.load(bench_paint.document())
    toolbox.choose("brush")
    toolbox.settings.set("size", size)
    view = CanvasView(document, toolbox)
    view.resize(1280, 800)
    view.show()
    view.set_zoom(zoom)
    view.grab()
    QApplication.processEvents()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, left, none, QPoint(640, 400))
    taken = []
    for index in range(MOVES):
        x, y = 640 + 260 * math.sin(index / 9), 400 + 200 * math.sin(index / 7)
        started = time.perf_counter()
        QTest.mouseMove(view, QPoint(round(x), round(y)))
        QApplication.processEvents()  # paints
        taken.append((time.perf_counter() - started) * 1e3)
    QTest.mouseRelease(view, left, none, QPoint(640, 400))
    view.close()
    return sorted(taken)


def measure() -> list[Figure]:
    """Median and slow tail of a move, as frames a second too."""
    figures = []
    with screen():
        from studio.app import application

        app = application([])
        for size, zoom in CASES:
            taken = time_moves(size, zoom)
            middle, slow = statistics.median(taken), taken[int(len(taken) * 0.99)]
            figures.append(
                Figure(
                    f"canvas, a move of a {size} px brush at {zoom:.0%}, 4,096 px, 8 full layers",
                    f"{middle:.1f} ms (99%: {slow:.1f} ms), {1000 / middle:.0f} frames/s",
                    "99% below 16.7 ms",
                    slow < FRAME_MS,
                )
            )
        app.processEvents()
    return figures
