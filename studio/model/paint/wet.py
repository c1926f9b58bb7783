"""A tile that a stroke is being painted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from studio.model.paint.layering import Paint
from studio.model.paint.pixels import box_of, seen, writable
from studio.model.plane import TILE, empty_tile

if TYPE_CHECKING:
    from studio.model.paint.pixels import Array

#: Marks of fewer pixels are laid on faster than they are looked at.
_WORTH_A_LOOK = 48 * 48
_Replace = QPainter.CompositionMode.CompositionMode_Source


class WetTile:
    """The stroke's coverage in a tile, and the tile with the stroke on it.

    Attributes:
        image: what the tile looks like now.

    Args:
        base: the tile below, or None where nothing is.
        kind: the plane's format.
        paint: what the stroke lays on.
        gathers: whether marks add up in steps too fine for a byte.
        limit: the selection's tile, or None for no selection.
    """

    def __init__(
        self,
        base: QImage | None,
        kind: QImage.Format,
        paint: Paint,
        gathers: bool,
        limit: QImage | None,
    ) -> None:
        import numpy as np  # late: the window opens without it

        self._base = base if base is not None else empty_tile(kind)
        self.image = self._base.copy()
        self._mode, self._layer = paint.mode, paint.layer()
        self._laid = writable(self._layer)
        # An untouched selection tile is the common case: then nothing is multiplied.
        self._limit = None if limit is None or bool((seen(limit) == 255).all()) else limit
        # Without steps too fine for a byte, and without a selection, what gathers is what is laid.
        if gathers:
            self._cover = np.zeros((TILE, TILE), np.float32)
        else:
            self._cover = self._laid if self._limit is None else np.zeros_like(self._laid)

    def gather(self, mark: Array, left: int, top: int, flow: float) -> QRect:
        """Take the coverage under a mark towards the mark's own; none is taken away.

        Args:
            mark: coverage 0 .. 255 (H, W).
            left: its first column in the tile.
            top: its first row.
            flow: how far, 0 .. 1.

        Returns:
            where it took effect; a mark on top of others often does at its front only.
        """
        import numpy as np

        cover = self._cover[top : top + mark.shape[0], left : left + mark.shape[1]]
        if mark.size < _WORTH_A_LOOK:
            box = QRect(0, 0, mark.shape[1], mark.shape[0])
        else:
            box = box_of(mark > cover)
        if cover.dtype == np.uint8:
            np.maximum(cover, mark, out=cover)
        else:
            more = mark.astype(np.float32)
            more -= cover
            np.maximum(more, 0, out=more)
            more *= np.float32(flow)
            cover += more
        return box.translated(left, top)

    def show(self, part: QRect) -> None:
        """Lay a part of the coverage over the base, in place of what was shown there."""
        if self._cover is not self._laid:
            self._lay(part)
        painter = QPainter(self.image)
        painter.setCompositionMode(_Replace)
        painter.drawImage(part, self._base, part)
        painter.setCompositionMode(self._mode)
        painter.drawImage(part, self._layer, part)
        painter.end()

    def dried(self) -> QImage | None:
        """The tile as it is left, or None when it is as it was before the stroke."""
        return None if self.image == self._base else self.image

    def _lay(self, part: QRect) -> None:
        import numpy as np

        here = np.s_[
            part.top() : part.top() + part.height(), part.left() : part.left() + part.width()
        ]
        cover = self._cover[here]
        if self._limit is None:
            np.rint(cover, out=self._laid[here], casting="unsafe")
            return
        # Rounded division by 255 in whole numbers.
        product = np.rint(cover).astype(np.uint16) * seen(self._limit)[here]
        product += 128
        product += product >> 8
        product >>= 8
        self._laid[here] = product
