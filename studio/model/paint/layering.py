"""Coverage used on pixels: paint laid on through it, and pixels taken out through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QColor, QImage, QPainter

from studio.model.paint.pixels import seen, writable
from studio.model.plane import COVERAGE, TILE, Key, Plane, empty_tile, opaque_box

_Mode = QPainter.CompositionMode


@lru_cache(maxsize=8)
def _table(colour: int, opacity: float) -> list[int]:
    most, bare = opacity * (colour >> 24), colour & 0xFFFFFF
    return [(round(most * cover / 255) << 24) | bare for cover in range(256)]


@dataclass(frozen=True)
class Paint:
    """What is laid on, and how.

    Attributes:
        colour: its alpha counts too.
        opacity: 0 .. 1.
        erase: take away instead.
    """

    colour: QColor
    opacity: float = 1.0
    erase: bool = False

    @property
    def mode(self) -> QPainter.CompositionMode:
        """How Qt lays it on."""
        return (
            _Mode.CompositionMode_DestinationOut if self.erase else _Mode.CompositionMode_SourceOver
        )

    def layer(self) -> QImage:
        """A tile whose bytes are coverage and which Qt draws as paint, in one pass."""
        layer = QImage(TILE, TILE, QImage.Format.Format_Indexed8)
        layer.setColorTable(_table(self.colour.rgba(), self.opacity))
        layer.fill(0)
        return layer


def fill(
    plane: Plane,
    coverage: Plane,
    colour: QColor | None,
    opacity: float = 1.0,
    erase: bool = False,
) -> Plane:
    """Lay one colour on a plane.

    Args:
        plane: of colour, or of coverage.
        coverage: where, and how much.
        colour: None for planes of coverage.
        opacity: 0 .. 1.
        erase: take away instead.
    """
    paint = Paint(colour or QColor("black"), opacity, erase)
    layer = paint.layer()
    tiles = dict(plane.tiles)
    for key, cover in coverage.tiles.items():
        old = tiles.get(key)
        if old is None and erase:
            continue
        writable(layer)[:] = seen(cover)
        tile = QImage(old) if old is not None else empty_tile(plane.kind)
        painter = QPainter(tile)
        painter.setCompositionMode(paint.mode)
        painter.drawImage(0, 0, layer)
        painter.end()
        tiles[key] = tile
    return plane.with_tiles(tiles)


def inside(plane: Plane, coverage: Plane) -> Plane:
    """Only what is covered of a plane; half of it where that is half covered."""
    tiles: dict[Key, QImage] = {}
    for key in plane.tiles.keys() & coverage.tiles.keys():
        tile = _through(plane.tiles[key], coverage.tiles[key], _Mode.CompositionMode_DestinationIn)
        if not opaque_box(tile).isEmpty():
            tiles[key] = tile
    return plane.with_tiles(tiles)


def outside(plane: Plane, coverage: Plane) -> Plane:
    """What :func:`inside` leaves."""
    tiles = dict(plane.tiles)
    for key in plane.tiles.keys() & coverage.tiles.keys():
        tile = _through(tiles[key], coverage.tiles[key], _Mode.CompositionMode_DestinationOut)
        if opaque_box(tile).isEmpty():
            del tiles[key]
        else:
            tiles[key] = tile
    return plane.with_tiles(tiles)


def over(lower: Plane, upper: Plane) -> Plane:
    """One plane drawn over another of its format."""
    tiles = dict(lower.tiles)
    for key, tile in upper.tiles.items():
        old = tiles.get(key)
        if old is not None:
            both = QImage(old)
            painter = QPainter(both)
            painter.drawImage(0, 0, tile)
            painter.end()
            tiles[key] = both
        else:
            tiles[key] = tile
    return lower.with_tiles(tiles)


def _through(tile: QImage, cover: QImage, mode: QPainter.CompositionMode) -> QImage:
    assert cover.format() == COVERAGE
    result = QImage(tile)
    painter = QPainter(result)  # detaches: the old tile stays as it is
    painter.setCompositionMode(mode)
    painter.drawImage(0, 0, cover)
    painter.end()
    return result
