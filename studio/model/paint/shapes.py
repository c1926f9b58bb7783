"""Shapes as coverage, with soft edges where they cut through pixels."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF

from studio.model.paint.pixels import coverage_of, seen
from studio.model.plane import COVERAGE, Plane


def from_rect(rect: QRectF, within: QRect | None = None) -> Plane:
    """A rectangle, one pixel of the picture for one of its own; see :func:`from_path`."""
    path = QPainterPath()
    path.addRect(rect)
    return from_path(path, within)


def from_ellipse(rect: QRectF, within: QRect | None = None) -> Plane:
    """The ellipse that fills a rectangle; see :func:`from_path`."""
    path = QPainterPath()
    path.addEllipse(rect)
    return from_path(path, within)


def from_polygon(polygon: QPolygonF, within: QRect | None = None) -> Plane:
    """What a closed line goes around, once or more often; see :func:`from_path`."""
    path = QPainterPath()
    path.addPolygon(polygon)
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return from_path(path, within)


def from_path(path: QPainterPath, within: QRect | None = None) -> Plane:
    """The inside of a path.

    Args:
        path: in the picture's pixels.
        within: only here; a shape may reach far outside of the picture.
    """
    rect = path.boundingRect().toAlignedRect()
    if within is not None:
        rect = rect.intersected(within)
    if rect.isEmpty():
        return Plane(COVERAGE)
    image = QImage(rect.size(), COVERAGE)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-rect.topLeft())
    painter.fillPath(path, Qt.GlobalColor.black)
    painter.end()
    return coverage_of(seen(image), rect.topLeft())
