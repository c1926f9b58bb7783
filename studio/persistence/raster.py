"""A layered picture as files know it: neutral values between the document and its formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage


class Painting(Protocol):
    """Pixels without a border; the document's planes are such."""

    def image(self, rect: QRect) -> QImage:
        """A copy of the pixels in a rectangle."""

    def bounds(self) -> QRect:
        """The smallest rectangle that holds every pixel with any alpha."""


P = TypeVar("P", bound=Painting)

#: Makes pixels of a picture and the place of its corner.
Hold = Callable[[QImage, QPoint], P]


@dataclass(frozen=True, eq=False)
class RasterLayer(Generic[P]):
    """One layer.

    Attributes:
        name: as people read it.
        pixels: in the picture's coordinates; some may lie outside it.
        opacity: 0 .. 1.
        op: how it is laid over what is below, as OpenRaster's ``composite-op``.
        visible: whether it is seen.
        locked: whether painting on it is refused.
        src: its member in the file it was read from; "" before.
    """

    name: str
    pixels: P
    opacity: float = 1.0
    op: str = "svg:src-over"
    visible: bool = True
    locked: bool = False
    src: str = ""


@dataclass(frozen=True, eq=False)
class Raster(Generic[P]):
    """A picture of layers.

    Attributes:
        size: in pixels.
        layers: from the lowest to the highest.
        selected: the place of the layer that is worked on; -1 for none.
        flat: draws a part of the picture as it is seen; needed for writing only.
        notes: what was read otherwise than it was meant, one sentence each.
    """

    size: QSize
    layers: tuple[RasterLayer[P], ...]
    selected: int = -1
    flat: Callable[[QRect], QImage] | None = None
    notes: tuple[str, ...] = ()
