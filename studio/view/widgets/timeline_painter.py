"""How a timeline is drawn: ruler, the ways between keyframes, their pictures, the playhead."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from engines.protocol.latent import Ease
from studio.view.icons import paint_icon
from studio.view.theme import small_font, theme
from studio.view.widgets.timeline_scale import PICTURE, RULER, TRACK, TimelineScale

MIDDLE = RULER + TRACK / 2
_RADIUS = 4
_GLYPH = 18


@dataclass(frozen=True)
class KeyView:
    """One keyframe as it is drawn.

    Attributes:
        at: in seconds; where it is dragged to, while it is.
        ease: of the way to the next.
        image: its picture, or None.
        selected: outlined.
        loaded: marked as what K changes.
        outside: after the end of the walk.
        hovered: under the pointer.
    """

    at: float
    ease: Ease
    image: QImage | None
    selected: bool = False
    loaded: bool = False
    outside: bool = False
    hovered: bool = False


def paint_ruler(painter: QPainter, scale: TimelineScale, seconds: float, fps: int) -> None:
    """Numbers and ticks, and the ground of the walk from its start to its end."""
    width = int(scale.width)
    painter.fillRect(0, 0, width, RULER + TRACK, theme.color("window"))
    start, end = scale.x(0), scale.x(seconds)
    painter.fillRect(QRectF(start, RULER, end - start, TRACK), theme.color("surface"))
    step, labels = scale.tick_step(fps), scale.label_step()
    painter.setFont(small_font(11))
    for number in range(int(scale.seconds / step + 1e-6) + 1):
        x = round(scale.x(number * step))
        painter.fillRect(QRectF(x, RULER - 4, 1, 4), theme.color("hairline"))
    for number in range(int(scale.seconds / labels + 1e-6) + 1):
        x = round(scale.x(number * labels))
        painter.fillRect(QRectF(x, RULER - 8, 1, 8), theme.color("control"))
        painter.setPen(theme.color("muted" if number * labels <= seconds else "control"))
        area = QRectF(x - 40, 2, 80, RULER - 9)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{round(number * labels, 3):g} s")
    painter.fillRect(QRectF(0, RULER - 1, width, 1), theme.color("hairline"))
    for edge in (start, end):
        painter.fillRect(QRectF(round(edge), RULER, 1, TRACK), theme.color("hairline"))


def paint_ways(
    painter: QPainter, scale: TimelineScale, keys: list[KeyView], end: float, loop: bool
) -> None:
    """Lines between keyframes, with the sign of their easing; a loop's way back is dashed."""
    inside = [key for key in keys if not key.outside]
    if not inside:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.color("control"), 1.5)
    painter.setPen(pen)
    for one, other in pairwise(inside):
        painter.drawLine(QLineF(scale.x(one.at), MIDDLE, scale.x(other.at), MIDDLE))
        _paint_ease(painter, one.ease, scale.x(one.at), scale.x(other.at))
    if loop and len(inside) > 1:
        painter.setPen(QPen(theme.color("control"), 1.5, Qt.PenStyle.DotLine))
        last, stop = scale.x(inside[-1].at), scale.x(end)
        painter.drawLine(QLineF(last, MIDDLE, stop, MIDDLE))
        painter.drawLine(QLineF(scale.x(0), MIDDLE, scale.x(inside[0].at), MIDDLE))
        _paint_ease(painter, inside[-1].ease, last, stop)
        sign = QRect(round(stop) + 8, round(MIDDLE) - 9, _GLYPH, _GLYPH)
        paint_icon(painter, sign, "repeat", "muted", 16)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_ease(painter: QPainter, ease: Ease, left: float, right: float) -> None:
    """A small curve in the middle of a way, where it is not gone evenly and there is room."""
    if ease == "linear" or right - left < PICTURE + _GLYPH + 8:
        return
    x, y, half = (left + right) / 2, MIDDLE, _GLYPH / 2
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("surface"))
    painter.drawRect(QRectF(x - half - 3, y - half, _GLYPH + 6, _GLYPH))
    path = QPainterPath(QPointF(x - half, y + 5))
    if ease == "in_out":
        path.cubicTo(QPointF(x, y + 5), QPointF(x, y - 5), QPointF(x + half, y - 5))
    else:
        path.lineTo(x + half - 2, y + 5)
        path.lineTo(x + half - 2, y - 5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("text"), 1.5))
    painter.drawPath(path)
    painter.restore()


def paint_key(painter: QPainter, scale: TimelineScale, key: KeyView, ratio: float) -> None:
    """A keyframe's picture in its frame; it stands on its time."""
    rect = scale.picture(key.at)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.4 if key.outside else 1.0)
    x = round(scale.x(key.at)) + 0.5
    painter.setPen(QPen(theme.color("text" if key.selected else "control"), 1))
    painter.drawLine(QLineF(x, RULER - 8, x, rect.top()))
    outline = QPainterPath()
    outline.addRoundedRect(rect, _RADIUS, _RADIUS)
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(rect, theme.color("hover"))
    if key.image is not None and not key.image.isNull():
        edge = round(PICTURE * ratio)
        smooth = Qt.TransformationMode.SmoothTransformation
        keep = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        painter.drawImage(rect, key.image.scaled(edge, edge, keep, smooth))
    painter.restore()
    if key.image is None:
        paint_icon(painter, rect.toRect(), "dots-three", "muted", 18)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if key.selected or key.hovered:
        painter.setPen(QPen(theme.color("text" if key.selected else "control"), 2))
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), _RADIUS + 2, _RADIUS + 2)
    else:
        painter.setPen(QPen(theme.color("window"), 2))  # pictures that overlap stay apart
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
    if key.loaded:
        _paint_badge(painter, rect)
    painter.restore()


def _paint_badge(painter: QPainter, rect: QRectF) -> None:
    badge = QRect(round(rect.right()) - 19, round(rect.bottom()) - 19, 18, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("window", 0.86))
    painter.drawEllipse(badge)
    paint_icon(painter, badge, "pencil-simple", "text", 12)


def paint_playhead(painter: QPainter, x: float) -> None:
    """The line of the playhead; it goes behind the pictures."""
    painter.fillRect(QRectF(round(x), RULER, 1, TRACK), theme.color("text"))


def paint_head(painter: QPainter, x: float) -> None:
    """Its head, under the ruler's numbers and above the pictures."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x, top = round(x) + 0.5, RULER - 7
    painter.setPen(QPen(theme.color("window"), 1))
    painter.setBrush(theme.color("text"))
    head = [QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x + 6, top + 8)]
    painter.drawPolygon([*head, QPointF(x, top + 15), QPointF(x - 6, top + 8)])
    painter.restore()
