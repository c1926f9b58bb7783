"""The pictures that requests work on: how they are named, and how long the engine keeps them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

from engines.protocol.frames import Pixels

#: Begins the key of a picture that is meant for a live look only: a serial follows, not a hash,
#: because hashing a big picture at every move of a brush would be felt.
LIVE = "live:"

#: Begins the key of a live picture that only the next request names. It is shared through memory
#: that newer ones overwrite; any other picture has a file of its own.
PASSING = "live:passing:"

#: What a shelf holds in bytes before the least recently used picture leaves it...
SHELF_BYTES = 256 * 2**20
#: ...except for this many of the newest: the inputs of one request, however big.
NEWEST = 4

#: A picture of more pixels than this is refused.
MOST_PIXELS = 100_000_000

Value = TypeVar("Value")


def content_key(pixels: Pixels) -> str:
    """The lasting name of a picture: a hash of its size, channels and pixels.

    Args:
        pixels: (H, W) or (H, W, channels), 8 bits each.
    """
    import numpy as np

    height, width, channels = shape_of(pixels)
    digest = hashlib.sha256(f"{width}x{height}x{channels}:".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return f"sha256:{digest.hexdigest()}"


def shape_of(pixels: Pixels) -> tuple[int, int, int]:
    """Height, width and channels, of a mask (H, W) too."""
    height, width = pixels.shape[:2]
    return height, width, pixels.shape[2] if pixels.ndim == 3 else 1


class Shelf(Generic[Value]):
    """Something for each of the newest pictures, within a number of bytes.

    The engine keeps the pixels on one. The window runs one beside it, over the same messages and
    with the same rules, and so knows what the engine still has without asking. Live pictures have
    a row of their own: a long stroke of a brush pushes no job's picture out.
    """

    def __init__(self, most: int = SHELF_BYTES) -> None:
        """An empty shelf that holds ``most`` bytes of lasting and as many of live pictures."""
        self._most = most
        self._rows: dict[bool, OrderedDict[str, tuple[int, Value]]] = {
            True: OrderedDict(),
            False: OrderedDict(),
        }

    def put(self, key: str, size: int, value: Value) -> None:
        """Keep a value, in place of the one before; it counts for ``size`` bytes."""
        row = self._row(key)
        row[key] = (size, value)
        row.move_to_end(key)
        taken = sum(each for each, _ in row.values())
        while len(row) > NEWEST and taken > self._most:
            taken -= row.popitem(last=False)[1][0]

    def get(self, key: str) -> Value | None:
        """What is kept, which makes it the newest; None when it has left."""
        row = self._row(key)
        if key not in row:
            return None
        row.move_to_end(key)
        return row[key][1]

    def peek(self, key: str) -> Value | None:
        """What is kept, without anything becoming newer by it."""
        return self._row(key).get(key, (0, None))[1]

    def replace(self, key: str, value: Value) -> None:
        """Change a value where it stands, if it is there."""
        row = self._row(key)
        if key in row:
            row[key] = (row[key][0], value)

    def _row(self, key: str) -> OrderedDict[str, tuple[int, Value]]:
        return self._rows[key.startswith(LIVE)]
