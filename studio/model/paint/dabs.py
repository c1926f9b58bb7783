"""The round marks a stroke is made of, drawn once for each size, hardness and place in a pixel."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Dab = ndarray[Any, Any]

#: Up to this size a dab's place counts to a quarter of a pixel. Beyond it, whole pixels do: the
#: steps between dabs are larger than that.
_FINE_UP_TO = 256.0
_PHASES = 4
#: What is kept: a brush of 2,000 px at some pressures, or every dab of ordinary ones.
_KEPT_BYTES = 48 << 20


class _Dabs:
    """Dabs that were needed lately."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[float, float, int, int], Dab] = OrderedDict()
        self._bytes = 0

    def get(self, size: float, hardness: float, column: int, row: int) -> Dab:
        key = (size, hardness, column, row)
        dab = self._kept.get(key)
        if dab is None:
            dab = self._kept[key] = _drawn(size, hardness, column, row)
            self._bytes += dab.nbytes
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                _key, old = self._kept.popitem(last=False)
                self._bytes -= old.nbytes
        else:
            self._kept.move_to_end(key)
        return dab


_dabs = _Dabs()


def dab_at(x: float, y: float, size: float, hardness: float) -> tuple[Dab, int, int]:
    """The dab around a point.

    Args:
        x: in pixels; a pixel's middle is at .5.
        y: likewise.
        size: the diameter in pixels.
        hardness: the share of the radius that is fully covered; 1 has an edge of one pixel.

    Returns:
        coverage 0 .. 255 as ``uint8`` (H, W), and the column and row of its first pixel.
    """
    phases = _PHASES if size <= _FINE_UP_TO else 1
    across, down = round(x * phases), round(y * phases)
    dab = _dabs.get(size, hardness, across % phases, down % phases)
    half = dab.shape[0] // 2
    return dab, across // phases - half, down // phases - half


def _drawn(size: float, hardness: float, column: int, row: int) -> Dab:
    """Coverage around the middle, moved right and down by quarters of a pixel."""
    import numpy as np  # late: the window opens without it

    radius = size / 2
    # One pixel more than the radius and its edge, so that a moved dab has room too.
    half = math.ceil(radius + 0.5) + 1
    centred = not (column or row)
    # A centred dab is one quarter, mirrored: large ones are always centred.
    places = np.arange(half if centred else 2 * half, dtype=np.float32) + np.float32(0.5)
    across, down = places - (half + column / _PHASES), places - (half + row / _PHASES)
    inwards = np.sqrt(down[:, None] ** 2 + across**2)  # (H, W)
    soft = radius * (1 - hardness)
    np.subtract(np.float32(radius + 0.5), inwards, out=inwards)
    if soft > 1:
        inwards /= np.float32(soft + 0.5)
    np.clip(inwards, 0, 1, out=inwards)
    if soft > 1:
        inwards *= inwards * (3 - 2 * inwards)  # smooth at both ends
    dab: Dab = np.rint(inwards * 255).astype(np.uint8)
    return np.pad(dab, (0, half), "symmetric") if centred else dab
