"""The composited picture in tiles, at full size and halved again and again for small views."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QRegion

from studio.model.layers import BLENDS, State
from studio.model.plane import COLOUR, TILE, Key, keys_in, tile_rect

#: Half, quarter, ... down to tiles of 8 px, at which 16,384 px are 512.
LEVELS = 5
_Mode = QPainter.CompositionMode


class Compositor:
    """Keeps what layers look like together, and redraws only what changed.

    A tile is drawn when it is asked for. What a brush touches is redrawn inside the touched
    rectangle; a halved tile is made again from the tile it halves.
    """

    def __init__(self) -> None:
        self._state = State()
        self._tiles: dict[Key, QImage] = {}
        self._dirty: dict[Key, QRect] = {}
        self._small: dict[tuple[int, Key], QImage] = {}

    @property
    def state(self) -> State:
        """What is shown."""
        return self._state

    def show(self, state: State, region: QRegion) -> None:
        """Show another state, which looks different inside ``region``."""
        resized = state.size != self._state.size
        self._state = state
        if resized:
            self._tiles.clear()
            self._dirty.clear()
            self._small.clear()
            return
        for rect in region:  # type: ignore[attr-defined]  # missing in the stubs
            self._spoil(rect)

    def _spoil(self, rect: QRect) -> None:
        for key in keys_in(rect.intersected(self._state.rect)):
            if key in self._tiles:
                part = tile_rect(key).intersected(rect)
                self._dirty[key] = self._dirty.get(key, QRect()).united(part)
            for level in range(1, LEVELS + 1):
                self._small.pop((level, key), None)

    def image(self, rect: QRect, level: int = 0) -> QImage:
        """A part of the picture, halved ``level`` times.

        Args:
            rect: in the picture's pixels; its sides are rounded to whole pixels of the result.
            level: 0 .. :data:`LEVELS`.

        Returns:
            the part whose corner is ``rect.topLeft()`` rounded down to a multiple of 2**level.
        """
        step = 1 << level
        left, top = rect.left() // step, rect.top() // step
        right, bottom = -(-(rect.right() + 1) // step), -(-(rect.bottom() + 1) // step)
        result = QImage(QSize(max(1, right - left), max(1, bottom - top)), COLOUR)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        painter.setCompositionMode(_Mode.CompositionMode_Source)
        side = TILE // step
        for key in keys_in(rect.intersected(self._state.rect)):
            at = QPoint(key[0] * side - left, key[1] * side - top)
            painter.drawImage(at, self.tile(key, level))
        painter.end()
        return result

    def tile(self, key: Key, level: int = 0) -> QImage:
        """One tile, up to date; halved tiles are smaller."""
        if level:
            return self._halved(key, level)
        tile = self._tiles.get(key)
        if tile is None:
            tile = QImage(TILE, TILE, COLOUR)
            self._tiles[key] = tile
            self._dirty[key] = tile_rect(key)
        rect = self._dirty.pop(key, None)
        if rect is not None:
            self._draw(tile, key, rect)
        return tile

    def _halved(self, key: Key, level: int) -> QImage:
        small = self._small.get((level, key))
        if small is None:
            large = self.tile(key, level - 1)
            # Exactly half: the smooth filter averages 2x2 pixels.
            small = large.scaled(
                large.size() / 2,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._small[level, key] = small
        return small

    def _draw(self, tile: QImage, key: Key, rect: QRect) -> None:
        corner = tile_rect(key).topLeft()
        target = rect.translated(-corner)
        painter = QPainter(tile)
        painter.setCompositionMode(_Mode.CompositionMode_Source)  # a quarter of Clear's time
        painter.fillRect(target, Qt.GlobalColor.transparent)
        inside = rect.intersected(self._state.rect)  # nothing is seen outside the picture
        where = inside.translated(-corner)
        for layer in self._state.layers:
            source = layer.plane.tiles.get(key)
            if source is None or not layer.visible or layer.opacity <= 0:
                continue
            painter.setOpacity(layer.opacity)
            painter.setCompositionMode(BLENDS[layer.mode].qt)
            painter.drawImage(where, source, where)
        painter.end()
