"""Pixels without a border: sparse tiles that are shared until they are painted on.

A plane is a value. Painting on it gives another plane that shares every tile it did not touch, so
that an undo step costs the tiles of a stroke and nothing else, and a copy of a layer costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QRegion

#: Pixels along a tile's side: small enough to redraw for every move of a brush, large enough that
#: a picture of 4,096 px is 256 of them.
TILE = 256
#: Colour with alpha multiplied in, as Qt composites it.
COLOUR = QImage.Format.Format_ARGB32_Premultiplied
#: One byte of coverage a pixel: masks and selections.
COVERAGE = QImage.Format.Format_Alpha8

Key = tuple[int, int]
Draw = Callable[[QPainter], None]


def tile_rect(key: Key) -> QRect:
    """Where the tile (column, row) lies."""
    return QRect(key[0] * TILE, key[1] * TILE, TILE, TILE)


def keys_in(rect: QRect) -> Iterator[Key]:
    """The tiles that a rectangle touches, row by row."""
    if rect.isEmpty():
        return
    for row in range(rect.top() // TILE, rect.bottom() // TILE + 1):
        for column in range(rect.left() // TILE, rect.right() // TILE + 1):
            yield column, row


def empty_tile(kind: QImage.Format = COLOUR) -> QImage:
    """A tile of nothing."""
    image = QImage(TILE, TILE, kind)
    image.fill(Qt.GlobalColor.transparent)
    return image


@dataclass(frozen=True, eq=False)
class Plane:
    """Pixels of one format; what has no tile is transparent.

    Attributes:
        kind: :data:`COLOUR` or :data:`COVERAGE`.
        tiles: by (column, row). They are never painted on again: take a copy.
    """

    kind: QImage.Format = COLOUR
    tiles: Mapping[Key, QImage] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, image: QImage, at: QPoint | None = None, kind: QImage.Format = COLOUR) -> Plane:
        """A plane that shows ``image`` with its corner at ``at`` (0, 0 by default)."""
        return cls(kind).with_image(image, at or QPoint())

    # --- reading -----------------------------------------------------------------------------

    def image(self, rect: QRect) -> QImage:
        """A copy of the pixels in a rectangle."""
        result = QImage(rect.size(), self.kind)
        if rect.isEmpty():
            return result
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        self.draw(painter, rect, -rect.topLeft())
        painter.end()
        return result

    def draw(self, painter: QPainter, rect: QRect, offset: QPoint | None = None) -> None:
        """Draw what lies in ``rect``, moved by ``offset``, in the painter's composition mode."""
        for key in keys_in(rect):
            tile = self.tiles.get(key)
            if tile is not None:
                part = tile_rect(key).intersected(rect)
                target = part.translated(offset) if offset is not None else part
                painter.drawImage(target, tile, part.translated(-key[0] * TILE, -key[1] * TILE))

    def extent(self) -> QRect:
        """The tiles' bounding box: all pixels lie in it, not every row of it holds some."""
        rect = QRect()
        for key in self.tiles:
            rect = rect.united(tile_rect(key))
        return rect

    def bounds(self) -> QRect:
        """The smallest rectangle that holds every pixel with any alpha."""
        found = QRect()
        for key, tile in self.tiles.items():
            found = found.united(opaque_box(tile).translated(key[0] * TILE, key[1] * TILE))
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there."""
        return self.bounds().isEmpty()

    def changes(self, other: Plane) -> QRegion:
        """Where two planes do not share their tiles."""
        region = QRegion()
        for key in self.tiles.keys() | other.tiles.keys():
            if self.tiles.get(key) is not other.tiles.get(key):
                region += tile_rect(key)
        return region

    # --- planes made from it -----------------------------------------------------------------

    def painted(self, rect: QRect, draw: Draw) -> Plane:
        """What ``draw`` makes of the tiles that ``rect`` touches; it paints inside ``rect`` only.

        Args:
            rect: in the plane's coordinates.
            draw: called once a tile with a painter in the plane's coordinates.
        """
        tiles = dict(self.tiles)
        for key in keys_in(rect):
            old = tiles.get(key)
            tile = QImage(old) if old is not None else empty_tile(self.kind)
            painter = QPainter(tile)  # detaches: the old tile stays as it is
            painter.translate(-key[0] * TILE, -key[1] * TILE)
            painter.setClipRect(rect)
            draw(painter)
            painter.end()
            tiles[key] = tile
        return self.with_tiles(tiles)

    def with_image(self, image: QImage, at: QPoint) -> Plane:
        """The image's pixels in place of those that were there."""
        rect = QRect(at, image.size())
        same = image if image.format() == self.kind else image.convertToFormat(self.kind)

        def draw(painter: QPainter) -> None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(at, same)

        return self.painted(rect, draw)

    def cleared(self, rect: QRect) -> Plane:
        """Nothing inside the rectangle any more."""

        def draw(painter: QPainter) -> None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(QRectF(rect), Qt.GlobalColor.transparent)

        inside = [key for key in keys_in(rect) if key in self.tiles]
        whole = {key for key in inside if rect.contains(tile_rect(key))}
        kept = {key: tile for key, tile in self.tiles.items() if key not in whole}
        plane = self.with_tiles(kept)
        for key in inside:
            if key not in whole:
                plane = plane.painted(rect.intersected(tile_rect(key)), draw)
        return plane

    def moved(self, by: QPoint) -> Plane:
        """The same pixels elsewhere."""
        if by.isNull():
            return self
        tiles: dict[Key, QImage] = {}
        for key in keys_in(self.bounds().translated(by)):
            corner = tile_rect(key).topLeft()
            tile = empty_tile(self.kind)
            painter = QPainter(tile)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            self.draw(painter, tile_rect(key).translated(-by), by - corner)
            painter.end()
            tiles[key] = tile
        return self.with_tiles(tiles)

    def with_tiles(self, tiles: dict[Key, QImage]) -> Plane:
        """A plane of the same format with other tiles."""
        return Plane(self.kind, MappingProxyType(tiles))


def opaque_box(tile: QImage) -> QRect:
    """The smallest rectangle of an image that holds every pixel with any alpha."""
    import numpy as np  # late: the window opens without it

    rows = np.frombuffer(tile.constBits(), np.uint8).reshape(tile.height(), tile.bytesPerLine())
    if tile.format() == COVERAGE:
        alpha = rows[:, : tile.width()]
    else:
        alpha = rows[:, : 4 * tile.width()].reshape(tile.height(), tile.width(), 4)[..., 3]
    down, across = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not down.size:
        return QRect()
    left, top = int(across[0]), int(down[0])
    return QRect(left, top, int(across[-1]) - left + 1, int(down[-1]) - top + 1)
