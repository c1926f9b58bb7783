"""A plane seen through a transform."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from studio.model.paint.pixels import seen, writable
from studio.model.plane import Plane, opaque_box

_HALF = 0.5
#: A transform of whole pixels is one whose numbers are this close to whole ones.
_WHOLE = 1e-9


def warped(plane: Plane, transform: QTransform, within: QRect) -> Plane:
    """The plane moved, scaled, turned or mirrored.

    Moves by whole pixels, mirrorings and quarter turns keep every pixel as it is. Anything else
    is drawn smoothly, from a smaller copy when it shrinks to less than half.

    Args:
        plane: of either format.
        transform: from where pixels are to where they shall be.
        within: what is drawn smoothly is drawn only here, however large it would become; the
            tiles of this are what memory has to hold.
    """
    if transform.isIdentity():
        return plane
    if _is_whole(transform):
        return _turned(plane, transform)
    bounds = plane.bounds()
    target = transform.mapRect(QRectF(bounds)).toAlignedRect().intersected(within)
    if bounds.isEmpty() or target.isEmpty() or not transform.isInvertible():
        return Plane(plane.kind)
    image, scale = _halved(plane.image(bounds), transform, QRectF(bounds))
    whole = QTransform.fromScale(*scale) * QTransform.fromTranslate(bounds.x(), bounds.y())

    def draw(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(whole * transform, combine=True)
        painter.drawImage(QPointF(), image)

    return pruned(Plane(plane.kind).painted(target, draw))


def pruned(plane: Plane) -> Plane:
    """The plane without tiles in which there is nothing."""
    tiles = {key: tile for key, tile in plane.tiles.items() if not opaque_box(tile).isEmpty()}
    return plane if len(tiles) == len(plane.tiles) else plane.with_tiles(tiles)


def _is_whole(transform: QTransform) -> bool:
    """Whether pixels land on pixels, each as it was."""
    if not transform.isAffine():
        return False
    straight = (transform.m11(), transform.m22()), (transform.m12(), transform.m21())
    moves = (transform.dx(), transform.dy())
    if any(abs(move - round(move)) > _WHOLE for move in moves):
        return False
    for ones, zeros in (straight, straight[::-1]):
        if all(abs(abs(one) - 1) < _WHOLE for one in ones) and not any(map(_counts, zeros)):
            return True
    return False


def _counts(value: float) -> bool:
    return abs(value) > _WHOLE


def _turned(plane: Plane, transform: QTransform) -> Plane:
    if transform.type() == QTransform.TransformationType.TxTranslate:
        return plane.moved(QPoint(round(transform.dx()), round(transform.dy())))
    bounds = plane.bounds()
    if bounds.isEmpty():
        return Plane(plane.kind)
    image = plane.image(bounds)
    pixels = seen(image)
    if _counts(transform.m12()):
        pixels = pixels.swapaxes(0, 1)
        across, down = transform.m21(), transform.m12()
    else:
        across, down = transform.m11(), transform.m22()
    pixels = pixels[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
    result = QImage(pixels.shape[1], pixels.shape[0], plane.kind)
    writable(result)[:] = pixels
    corner = transform.mapRect(QRectF(bounds)).toRect().topLeft()
    return Plane(plane.kind).with_image(result, corner)


def _halved(
    image: QImage, transform: QTransform, box: QRectF
) -> tuple[QImage, tuple[float, float]]:
    """A copy small enough that drawing it loses no pixels, and how much it has to be enlarged."""
    across, down = _scales(transform, box)
    size = QSize(
        max(1, math.ceil(image.width() * _share(across))),
        max(1, math.ceil(image.height() * _share(down))),
    )
    if size == image.size():
        return image, (1.0, 1.0)
    small = image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return small, (image.width() / size.width(), image.height() / size.height())


def _scales(transform: QTransform, box: QRectF) -> tuple[float, float]:
    """How long the box's upper and left sides become, as a share."""
    corner = transform.map(box.topLeft())
    right, lower = transform.map(box.topRight()) - corner, transform.map(box.bottomLeft()) - corner
    return (
        math.hypot(right.x(), right.y()) / box.width(),
        math.hypot(lower.x(), lower.y()) / box.height(),
    )


def _share(scale: float) -> float:
    """The share of pixels to keep: two for each that is drawn at most."""
    return 1.0 if scale > _HALF else max(scale * 2, 1e-6)
