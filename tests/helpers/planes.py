"""Small planes, and what they hold as arrays, for the tests of painting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage

from studio.model.layers import State, new_layer
from studio.model.paint.pixels import coverage_of, covered, seen
from studio.model.plane import COLOUR, Plane


def plain(colour: str, rect: QRect) -> Plane:
    """A plane of one colour in a rectangle."""
    image = QImage(rect.size(), COLOUR)
    image.fill(QColor(colour))
    return Plane.of(image, rect.topLeft())


def mask(rows: list[list[int]], x: int = 0, y: int = 0) -> Plane:
    """A plane of coverage from its bytes."""
    return coverage_of(np.array(rows, np.uint8), QPoint(x, y))


def bytes_of(plane: Plane, rect: QRect) -> np.ndarray:
    """A plane's bytes: (H, W) of coverage, (H, W, 4) of colour (blue first)."""
    return seen(plane.image(rect)) if plane.kind == COLOUR else covered(plane, rect)


def digest(planes: Iterable[Plane | None]) -> str:
    """A hash of every tile and its place."""
    found = hashlib.sha256()
    for plane in planes:
        for key, tile in sorted(plane.tiles.items()) if plane is not None else ():
            found.update(repr(key).encode() + bytes(tile.constBits()))
        found.update(b"|")
    return found.hexdigest()


def digest_of(state: State) -> str:
    """A hash of everything that a state is."""
    told = [
        (layer.id, layer.name, layer.opacity, layer.mode, layer.visible, layer.locked)
        for layer in state.layers
    ]
    pixels = digest([*(layer.plane for layer in state.layers), state.selection, state.mask])
    return repr((state.size.toTuple(), told, state.active, state.selection is None, pixels))


def two_layers(width: int = 300, height: int = 280) -> State:
    """A document of more than one tile: a full layer, and a smaller one over it."""
    state = State(QSize(width, height))
    state = state.added(new_layer("ground", plain("#3366cc", state.rect)))
    return state.added(new_layer("patch", plain("#cc6633", QRect(200, 100, 90, 90))))
