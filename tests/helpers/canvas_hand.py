"""A hand at the canvas: a picture to work on, a brush to take up, strokes with the mouse."""

from __future__ import annotations

from bench import Bench
from fake_engine import flat_picture
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from engines.protocol.messages import Submit
from studio.view.panels.image_page import ImagePage
from studio.view.widgets.canvas.view import CanvasView

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
GREY, RED = 120, QColor("#d02020")


def grey_document(bench: Bench) -> ImagePage:
    """The Image page with a document of one grey layer of 64 x 64."""
    page = bench.window.page("image")
    page.model.values.set("count", 1)
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(64, GREY)])
    bench.window.registry.trigger("image.keep")
    page.toolbox.set_colour(RED)
    page.view.setFocus()
    return page


def drag(view: CanvasView, *points: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
    """Press at the first point of the picture, move over the others, release at the last."""
    spots = [view.picture.placement.to_view(QPointF(*point)).toPoint() for point in points]
    QTest.mousePress(view, LEFT, keys, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(view, spot)
    QTest.mouseRelease(view, LEFT, keys, spots[-1])


def brush(page: ImagePage, tool: str = "brush", size: int = 8) -> None:
    """Take a hard brush in hand."""
    page.toolbox.choose(tool)
    page.toolbox.settings.set("size", size)
    page.toolbox.settings.set("hardness", 1.0)
