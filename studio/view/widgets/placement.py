"""Where a picture lies in a view: zoom, pan and fit as plain geometry."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

ZOOM_MIN, ZOOM_MAX = 0.03, 64.0
#: Room around a fitted picture; the lower edge has a line of text over it.
_MARGIN, _MARGIN_BELOW = 24, 56


class Placement:
    """A picture in a view. Zoom 1.0 is one picture pixel on one screen pixel.

    Attributes:
        zoom: between :data:`ZOOM_MIN` and :data:`ZOOM_MAX`.
        fitted: whether the picture follows the size of the view.
    """

    def __init__(self) -> None:
        self.zoom = 1.0
        self.fitted = True
        self._center = QPointF()  # the point of the picture in the middle of the view
        self._picture, self._view, self._ratio = QSizeF(), QSizeF(), 1.0

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

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self.fitted = True
        self._refit()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the point ``at`` (the view's middle by default) stays where it is."""
        anchor = at if at is not None else self._middle
        before = self.to_picture(anchor)
        self.fitted = False
        self.zoom = max(ZOOM_MIN, min(ZOOM_MAX, zoom))
        self._center += before - self.to_picture(anchor)
        self._keep_in_view()

    def pan(self, by: QPointF) -> None:
        """Move the picture by logical pixels of the view."""
        self.fitted = False
        self._center -= by / self.scale
        self._keep_in_view()

    def to_picture(self, point: QPointF) -> QPointF:
        """The picture's point under a point of the view."""
        return (point - self._middle) / self.scale + self._center

    def target(self) -> QRectF:
        """Where the whole picture lies, in the view's logical pixels."""
        corner = self._middle - self._center * self.scale
        size = self._picture * self.scale
        return QRectF(corner.x(), corner.y(), size.width(), size.height())

    def source(self, visible: QRectF) -> QRectF:
        """The part of the picture under a part of the view."""
        corner = self.to_picture(visible.topLeft())
        size = visible.size() / self.scale
        return QRectF(corner.x(), corner.y(), size.width(), size.height())

    def overflows(self) -> bool:
        """Whether some of the picture is out of sight."""
        size = self._picture * self.scale
        return size.width() > self._view.width() or size.height() > self._view.height()

    def _refit(self) -> None:
        if not self.fitted or self._picture.isEmpty() or self._view.isEmpty():
            return
        wide = max(1.0, self._view.width() - 2 * _MARGIN) / self._picture.width()
        high = max(1.0, self._view.height() - _MARGIN - _MARGIN_BELOW) / self._picture.height()
        self.zoom = max(ZOOM_MIN, min(ZOOM_MAX, min(wide, high) * self._ratio))
        lifted = QPointF(0, (_MARGIN_BELOW - _MARGIN) / 2) / self.scale
        half = QPointF(self._picture.width() / 2, self._picture.height() / 2)
        self._center = half + lifted

    def _keep_in_view(self) -> None:
        """Some of the picture always stays in the view."""
        x = max(0.0, min(self._picture.width(), self._center.x()))
        y = max(0.0, min(self._picture.height(), self._center.y()))
        self._center = QPointF(x, y)
