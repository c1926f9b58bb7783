"""Draws a document into a view: ground, picture, mask, selection and pixel grid."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QRegion,
    QTransform,
)

from studio.model.compositor import LEVELS, Compositor
from studio.model.layers import Layer, State
from studio.model.plane import COLOUR, Plane
from studio.view.theme import theme
from studio.view.widgets.placement import Placement
from studio.view.widgets.resample import is_loaded, resample

#: Above this many device pixels, and while pictures follow each other quickly, the fine filter
#: (3 ms for half a megapixel) waits until the view rests.
AT_ONCE = 2_000_000
_GRID_FROM = 10.0
_CHECK = 8
#: Pixels up to which looking for transparency (0.13 ms for so many) takes less time than the ground
#: that need not be drawn (0.2 ms in a view of 880 x 560).
_LOOKED_THROUGH = 256 * 256
_MASK_STRENGTH = 0.55


class _Fine(NamedTuple):
    """A finely enlarged picture: what it belongs to, where it lies, and whether it hides all."""

    key: tuple[object, ...]
    visible: QRectF
    image: QImage
    opaque: bool


class PictureView:
    """What a view shows of a document; no widget, so that it can be drawn anywhere.

    Attributes:
        placement: where the picture lies in the view.
        precise: hard pixel edges instead of a smooth enlargement.
        ratio: screen pixels for one of the view's logical pixels.
    """

    def __init__(self) -> None:
        self.placement = Placement()
        self.precise = False
        self.ratio = 1.0
        self._picture, self._mask = Compositor(), Compositor()
        self._outline = QPainterPath()
        self._selection: Plane | None = None
        self._fine: _Fine | None = None

    @property
    def state(self) -> State:
        """What is shown."""
        return self._picture.state

    def show(self, state: State, region: QRegion) -> None:
        """Show another state that looks different inside ``region``."""
        self._picture.show(state, region)
        self._mask.show(_mask_state(state), region)
        if state.selection is not self._selection:
            self._selection = state.selection
            self._outline = _outline(state)
        self._fine = None

    def rect_of(self, region: QRegion) -> QRect:
        """The part of the view over a region of the picture."""
        box = self.placement.transform().mapRect(QRectF(region.boundingRect()))
        return box.adjusted(-2, -2, 2, 2).toAlignedRect()

    # --- drawing -----------------------------------------------------------------------------

    def covers(self) -> QRect:
        """The part of the view that the picture hides whole; empty where it is turned."""
        if self.placement.angle or self.state.is_empty:
            return QRect()
        frame = self.placement.transform().mapRect(QRectF(self.state.rect))
        return frame.adjusted(1, 1, -1, -1).toRect()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Draw what lies under a part of the view."""
        state = self.state
        transform = self.placement.transform()
        painter.save()
        self._clip(painter, transform)
        fine = self._fine_within(exposed)
        part = None if fine else self._part_within(self._picture, exposed)
        if not (fine.opaque if fine else part and is_opaque(part[0])):
            painter.fillRect(exposed, checkerboard())
        if fine:
            painter.drawImage(fine.visible, fine.image)
        else:
            self._paint_part(painter, part, transform)
        if state.mask.tiles:
            self._paint_mask(painter, exposed, transform)
        if self.precise and self.placement.scale * self.ratio >= _GRID_FROM:
            self._paint_grid(painter, exposed, transform)
        painter.restore()
        if not self._outline.isEmpty():
            dashed(painter, transform.map(self._outline))

    def _clip(self, painter: QPainter, transform: QTransform) -> None:
        """Keep to the picture. A rectangle where it is one: a path takes several times as long."""
        frame = QRectF(self.state.rect)
        if not self.placement.angle:
            painter.setClipRect(transform.mapRect(frame), Qt.ClipOperation.IntersectClip)
            return
        path = QPainterPath()
        path.addPolygon(transform.map(QPolygonF(frame)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)

    def _paint_mask(self, painter: QPainter, exposed: QRect, transform: QTransform) -> None:
        """The mask in the generator's colour: it is what the generator will draw."""
        layer = QImage(exposed.size() * self.ratio, COLOUR)
        layer.setDevicePixelRatio(self.ratio)
        layer.fill(Qt.GlobalColor.transparent)
        inner = QPainter(layer)
        inner.translate(-exposed.topLeft())
        self._paint_part(inner, self._part_within(self._mask, exposed), transform)
        inner.resetTransform()
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        inner.fillRect(QRect(0, 0, exposed.width(), exposed.height()), theme.color("generator"))
        inner.end()
        painter.setOpacity(_MASK_STRENGTH)
        painter.drawImage(exposed.topLeft(), layer)
        painter.setOpacity(1.0)

    def _part_within(self, source: Compositor, exposed: QRect) -> tuple[QImage, QRectF] | None:
        """What is seen of a picture in a part of the view, and where in the picture that is."""
        # Two pixels around, so that the smooth filter's edge is not seen.
        wanted = self.placement.source(QRectF(exposed)).adjusted(-2, -2, 2, 2).toAlignedRect()
        rect = wanted.intersected(self.state.rect)
        if rect.isEmpty():
            return None
        scale = self.placement.scale * self.ratio
        level = min(LEVELS, max(0, math.floor(math.log2(1 / scale)))) if scale < 1 else 0
        step = 1 << level
        image = source.image(rect, level)
        corner = QPointF(rect.left() // step * step, rect.top() // step * step)
        size = QSizeF(image.width() * step, image.height() * step)
        return image, QRectF(corner, size)

    def _paint_part(
        self, painter: QPainter, part: tuple[QImage, QRectF] | None, transform: QTransform
    ) -> None:
        if part is None:
            return
        image, where = part
        scale = self.placement.scale * self.ratio
        painter.save()
        painter.setTransform(transform, combine=True)
        smooth = not (self.precise and scale >= 1.0) and scale != 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(where, image)
        painter.restore()

    def _paint_grid(self, painter: QPainter, exposed: QRect, transform: QTransform) -> None:
        rect = self.placement.source(QRectF(exposed)).toAlignedRect().intersected(self.state.rect)
        painter.setPen(QPen(QColor(128, 128, 128, 90), 0))
        for x in range(rect.left(), rect.right() + 2):
            painter.drawLine(
                transform.map(QPointF(x, rect.top())), transform.map(QPointF(x, rect.bottom() + 1))
            )
        for y in range(rect.top(), rect.bottom() + 2):
            painter.drawLine(
                transform.map(QPointF(rect.left(), y)), transform.map(QPointF(rect.right() + 1, y))
            )

    # --- the fine filter ---------------------------------------------------------------------

    def wants_fine(self) -> bool:
        """Whether a better enlargement can be made than the one that was drawn."""
        enlarged = self.placement.scale * self.ratio > 1.0 and not self.precise
        return enlarged and not self.placement.angle and not self.state.is_empty

    def make_fine(self, view: QRect, at_once: bool = False) -> bool:
        """Enlarge what is in view with the fine filter; false when it has to wait."""
        visible = self.placement.target().intersected(QRectF(view))
        pixels = visible.width() * visible.height() * self.ratio**2
        if at_once and (not is_loaded() or pixels > AT_ONCE):
            return False
        if not self.wants_fine() or visible.isEmpty():
            return False
        source = self.placement.source(visible)
        part = source.adjusted(-4, -4, 4, 4).toAlignedRect().intersected(self.state.rect)
        size = QSize(
            max(1, round(visible.width() * self.ratio)),
            max(1, round(visible.height() * self.ratio)),
        )
        image = self._picture.image(part)
        fine = resample(image, source.translated(-QPointF(part.topLeft())), size)
        self._fine = _Fine(self._key(), visible, fine, is_opaque(image))
        return True

    def _key(self) -> tuple[object, ...]:
        here = self.placement
        return (here.zoom, here.target().getRect(), self.ratio, self.precise)

    def _fine_within(self, exposed: QRect) -> _Fine | None:
        """The fine enlargement, if it is of what is shown now and reaches across a part."""
        fine = self._fine
        if fine is None or fine.key != self._key():
            return None
        within = self.placement.target().intersected(QRectF(exposed))
        return fine if fine.visible.adjusted(-0.5, -0.5, 0.5, 0.5).contains(within) else None


def is_opaque(image: QImage) -> bool:
    """Whether nothing is seen through a picture; large ones are not looked through."""
    if image.width() * image.height() > _LOOKED_THROUGH:
        return False
    import numpy as np  # late: the window opens without it

    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return bool((pixels[:, 3 : 4 * image.width() : 4] == 255).all())


def checkerboard() -> QBrush:
    """What shows through where the picture is transparent."""
    pixmap = QPixmap(2 * _CHECK, 2 * _CHECK)
    pixmap.fill(theme.color("check"))
    painter = QPainter(pixmap)
    for x, y in ((0, 0), (_CHECK, _CHECK)):
        painter.fillRect(x, y, _CHECK, _CHECK, theme.color("check_other"))
    painter.end()
    return QBrush(pixmap)


def _mask_state(state: State) -> State:
    """The mask as a document of one layer, so that it is drawn as the picture is."""
    return State(size=state.size, layers=(Layer("mask", "mask", state.mask),))


def _outline(state: State) -> QPainterPath:
    if state.selection is None:
        return QPainterPath()
    from studio.model.paint.outline import outline  # late: it brings OpenCV with it

    return outline(state.selection, state.rect)


def dashed(painter: QPainter, path: QPainterPath) -> None:
    """A line that is seen on every picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, shift in ((QColor("white"), 0.0), (QColor("black"), 4.0)):
        pen = QPen(colour, 1)
        pen.setDashPattern([4.0, 4.0])
        pen.setDashOffset(shift)
        painter.setPen(pen)
        painter.drawPath(path)
