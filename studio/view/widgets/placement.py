"""Where a picture lies in a view: zoom, pan, turn and fit as plain geometry."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

ZOOM_MIN, ZOOM_MAX = 0.03, 64.0
#: Room around a fitted picture; the lower edge has a line of text over it.
_MARGIN, _MARGIN_BELOW = 24, 56


class Placement:
    """A picture in a view. Zoom 1.0 is one picture pixel on one screen pixel.

    Attributes:
        zoom: between :data:`ZOOM_MIN` and :data:`ZOOM_MAX`.
        angle: how far the view is turned, clockwise in degrees.
        fitted: whether the picture follows the size of the view.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.angle = 0.0
        self.fitted = True
        self._center = QPointF()  # the point of the picture in the middle of the view
        self._picture, self._view, self._ratio = QSizeF(), QSizeF(), 1.0
        self._left = self._top = 0.0  # room that something floats over

    @property
    def scale(self) -> float:
        """Logical pixels of the view for one of the picture."""
        return self.zoom / self._ratio

    @property
    def _middle(self) -> QPointF:
        return QPointF(self._view.width() / 2, self._view.height() / 2)

    def set_picture(self, size: QSizeF) -> None:
        """Another picture; one of the same size keeps its place."""
        if size != self._picture:
            self._picture, self.fitted = size, True
            self._center = QPointF(size.width() / 2, size.height() / 2)
        self._refit()

    def set_view(self, size: QSizeF, ratio: float) -> None:
        """The view has this size in logical pixels, ``ratio`` screen pixels each."""
        self._view, self._ratio = size, ratio
        self._refit()

    def keep_free(self, left: float, top: float) -> None:
        """Keep this much free beside and over a fitted picture."""
        if (left, top) != (self._left, self._top):
            self._left, self._top = left, top
            self._refit()

    def fit(self) -> None:
        """The whole picture, as large as it goes, upright."""
        self.fitted, self.angle = True, 0.0
        self._refit()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the point ``at`` (the view's middle by default) stays where it is."""
        anchor = at if at is not None else self._middle
        before = self.to_picture(anchor)
        self.fitted = False
        self.zoom = max(ZOOM_MIN, min(ZOOM_MAX, zoom))
        self._center += before - self.to_picture(anchor)
        self._keep_in_view()

    def turn(self, degrees: float) -> None:
        """Turn the view around its middle."""
        self.fitted = False
        self.angle = (self.angle + degrees + 180.0) % 360.0 - 180.0

    def pan(self, by: QPointF) -> None:
        """Move the picture by logical pixels of the view."""
        self.fitted = False
        self._center -= self._unturned(by) / self.scale
        self._keep_in_view()

    def transform(self) -> QTransform:
        """From the picture's pixels to the view's logical pixels."""
        turned = QTransform()
        turned.translate(self._middle.x(), self._middle.y())
        turned.rotate(self.angle)
        turned.scale(self.scale, self.scale)
        turned.translate(-self._center.x(), -self._center.y())
        return turned

    def to_picture(self, point: QPointF) -> QPointF:
        """The picture's point under a point of the view."""
        return self._unturned(point - self._middle) / self.scale + self._center

    def to_view(self, point: QPointF) -> QPointF:
        """The view's point over a point of the picture."""
        return self.transform().map(point)

    def target(self) -> QRectF:
        """The box of the whole picture, in the view's logical pixels."""
        return self.transform().mapRect(QRectF(QPointF(), self._picture))

    def source(self, visible: QRectF) -> QRectF:
        """The box of the picture under a part of the view."""
        inverse, _possible = self.transform().inverted()
        return inverse.mapRect(visible)

    def overflows(self) -> bool:
        """Whether some of the picture is out of sight."""
        size = self.target().size()
        return size.width() > self._view.width() or size.height() > self._view.height()

    def _unturned(self, by: QPointF) -> QPointF:
        if not self.angle:
            return by
        radians = math.radians(-self.angle)
        cosine, sine = math.cos(radians), math.sin(radians)
        return QPointF(by.x() * cosine - by.y() * sine, by.x() * sine + by.y() * cosine)

    def _refit(self) -> None:
        if not self.fitted or self._picture.isEmpty() or self._view.isEmpty():
            return
        left = self._left + _MARGIN
        wide = max(1.0, self._view.width() - left - _MARGIN) / self._picture.width()
        above = self._top or _MARGIN
        high = max(1.0, self._view.height() - above - _MARGIN_BELOW) / self._picture.height()
        self.zoom = max(ZOOM_MIN, min(ZOOM_MAX, min(wide, high) * self._ratio))
        moved = QPointF(-self._left / 2, (_MARGIN_BELOW - above) / 2) / self.scale
        half = QPointF(self._picture.width() / 2, self._picture.height() / 2)
        self._center = half + moved

    def _keep_in_view(self) -> None:
        """Some of the picture always stays in the view."""
        x = max(0.0, min(self._picture.width(), self._center.x()))
        y = max(0.0, min(self._picture.height(), self._center.y()))
        self._center = QPointF(x, y)
