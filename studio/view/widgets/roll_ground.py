"""The still part of a piano roll as a picture that moves along when the view scrolls."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from studio.view.widgets.roll_grid import GridLook, paint_grid, paint_keyboard
from studio.view.widgets.roll_painter import KEYBOARD
from studio.view.widgets.roll_scale import RollScale


class RollGround:
    """Keeps the picture; scrolling paints only the rows and columns that come into view."""

    def __init__(self, scale: RollScale) -> None:
        self._scale = scale
        self._picture = QPixmap()
        self._made_for: tuple[object, ...] = ()
        self._corner = (0.0, 0.0)

    def forget(self) -> None:
        """Paint all of it the next time: the theme is another."""
        self._made_for = ()

    def picture(self, size: QSize, ratio: float, look: GridLook) -> QPixmap:
        """The picture for what is in view now.

        Args:
            size: of the view, in logical pixels.
            ratio: device pixels of a logical one.
            look: what the grid shows.
        """
        scale = self._scale
        grid = (scale.step_width, scale.row_height, scale.steps, scale.bar_steps)
        wanted = (size, ratio, look, *grid, scale.width, scale.height)
        corner = (scale.left, scale.top)
        if wanted != self._made_for:
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._paint(look, QRectF(0, 0, size.width(), size.height()))
        elif corner != self._corner:
            self._move(size, ratio, look)
        self._made_for, self._corner = wanted, corner
        return self._picture

    def _move(self, size: QSize, ratio: float, look: GridLook) -> None:
        """Shift what is there, and paint what came in."""
        wide, high = float(size.width()), float(size.height())
        right = self._corner[0] - self._scale.left
        down = self._corner[1] - self._scale.top
        whole = all((by * ratio).is_integer() for by in (right, down))
        if not whole or abs(right) >= wide - KEYBOARD or abs(down) >= high:
            self._paint(look, QRectF(0, 0, wide, high))
            return
        if right:
            beside = QRect(KEYBOARD, 0, int(wide) - KEYBOARD, int(high))
            self._shift(int(right * ratio), 0, beside, ratio)
        if down:
            self._shift(0, int(down * ratio), QRect(0, 0, int(wide), int(high)), ratio)
        # A pixel more on the side where new meets old: rows end at fractions of pixels.
        if right:
            left = KEYBOARD if right > 0 else wide + right - 1
            self._paint(look, QRectF(left, 0, abs(right) + 1, high))
        if down:
            top = 0.0 if down > 0 else high + down - 1
            self._paint(look, QRectF(0, top, wide, abs(down) + 1))

    def _shift(self, right: int, down: int, area: QRect, ratio: float) -> None:
        corner, size = area.topLeft() * ratio, area.size() * ratio
        self._picture.scroll(right, down, QRect(corner, size))

    def _paint(self, look: GridLook, area: QRectF) -> None:
        painter = QPainter(self._picture)
        if area.left() < KEYBOARD:
            keys = QRectF(0, area.top(), KEYBOARD, area.height())
            paint_keyboard(painter, self._scale, keys)
        painter.translate(KEYBOARD, 0)
        beside = area.translated(-KEYBOARD, 0)
        beside.setLeft(max(0.0, beside.left()))
        paint_grid(painter, self._scale, look, beside)
        painter.end()
