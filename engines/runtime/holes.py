"""Holes in pictures: which pixels they are, the boxes they lie in, and their soft edge.

Only sizes and masks here, no colours.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input
from engines.protocol.frames import Pixels
from engines.protocol.inputs import MOST_PIXELS
from engines.runtime.opencv import opencv

#: (H, W), 255 in the hole and 0 where the picture is known.
Mask = NDArray[np.uint8]

#: More holes than this are looked at more coarsely, so that a mask of dust takes no minutes.
MOST_HOLES = 256


class Box(NamedTuple):
    """A rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.top + self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to cut it out of an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grown(self, across: int, down: int) -> Box:
        """Wider by ``across`` on the left and on the right, higher by ``down`` twice."""
        return Box(
            self.left - across, self.top - down, self.width + 2 * across, self.height + 2 * down
        )

    def within(self, width: int, height: int) -> Box:
        """The part of it inside a picture of that size."""
        left, top = max(0, self.left), max(0, self.top)
        right, bottom = min(width, self.right), min(height, self.bottom)
        return Box(left, top, right - left, bottom - top)

    def meets(self, other: Box) -> bool:
        """Whether the two have a pixel in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(left, top, right - left, bottom - top)


def hole_mask(image: Pixels, mask: Pixels) -> Mask:
    """Where to fill: where the mask is at least half white, and where the picture is transparent.

    Args:
        image: (H, W, 3 or 4).
        mask: (H, W) or (H, W, 1).

    Raises:
        EngineError: ``bad_input``: sizes that differ, nothing to fill, or nothing to fill it from.
    """
    height, width = image.shape[:2]
    one_plane = mask.size == mask.shape[0] * mask.shape[1]
    if image.ndim != 3 or image.shape[2] not in (3, 4) or not one_plane:
        raise bad_input(
            f"The picture has the shape {image.shape} and the mask {mask.shape}.",
            "Give a picture in RGB or RGBA and a mask in shades of grey.",
        )
    if height * width > MOST_PIXELS:
        raise bad_input(
            f"The picture has {height * width / 1e6:.0f} megapixels.",
            f"Fill a part of it: up to {MOST_PIXELS // 1_000_000} megapixels work.",
        )
    if mask.shape[:2] != (height, width):
        raise bad_input(
            f"The mask is {mask.shape[1]}x{mask.shape[0]} pixels and the picture {width}x{height}.",
            "Give a mask of the picture's size.",
        )
    holes = mask.reshape(height, width) >= 128
    if image.shape[2] == 4:
        holes |= image[..., 3] == 0
    if not holes.any():
        raise bad_input("There is nothing to fill: the mask is empty.", "Paint over a part of it.")
    if holes.all():
        raise bad_input(
            "There is nothing to fill it from: the mask covers the whole picture.",
            "Leave a part of the picture free.",
        )
    return holes.astype(np.uint8) * np.uint8(255)


def around(mask: Mask) -> Box:
    """The smallest box around all holes of a mask that has some."""
    return Box(*opencv().boundingRect(mask))


def soft_edge(mask: Mask, feather: int) -> NDArray[np.uint8]:
    """How much of the fill is seen: all of it in the hole, fading in ``feather`` pixels around it.

    Args:
        mask: the holes; what lies beyond its edges is taken to be known.
        feather: 0 for a hard edge.

    Returns:
        (H, W): 255 in the hole, 0 from ``feather`` + 1 pixels off it.
    """
    if feather == 0:
        return mask
    cv2 = opencv()
    distance = cv2.distanceTransform(255 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    share = np.clip(1 - distance / (feather + 1), 0, 1)
    return np.rint(255 * share).astype(np.uint8)


def shrunk(mask: Mask, width: int, height: int) -> Mask:
    """The holes at a smaller size; whatever a hole has a part in is a hole.

    So the colours of what is to be replaced are never mixed into what is known.
    """
    cv2 = opencv()
    shares = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return (shares > 0).astype(np.uint8) * np.uint8(255)


def thickness(mask: Mask, most: int) -> float:
    """The diameter of the biggest circle that fits into the holes, in pixels.

    A hole that touches the mask's edge is open there, as one at the edge of a picture is.

    Args:
        mask: the holes, with something known among them.
        most: the result for a mask in which nothing is known.
    """
    cv2 = opencv()
    if mask.all():
        return most
    return 2 * float(cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())


def find_holes(mask: Mask, context: float) -> list[Box]:
    """Boxes around the holes, from top to bottom.

    Holes whose surroundings overlap are taken together: what fills one has to know of the other.

    Args:
        mask: the holes.
        context: how much around a hole belongs to it, as a share of its size.
    """
    boxes = _pieces(mask)
    while True:
        fewer = _merged(boxes, context)
        if len(fewer) == len(boxes):
            return sorted(fewer, key=lambda box: (box.top, box.left))
        boxes = fewer


def _pieces(mask: Mask) -> list[Box]:
    """A box around every connected hole; around groups of them when there are very many."""
    height, width = mask.shape
    coarse, step = mask, 1
    while True:
        count, _, table, _ = opencv().connectedComponentsWithStats(coarse, connectivity=8)
        if count - 1 <= MOST_HOLES:
            break
        coarse, step = _halved(coarse), step * 2
    rows = (Box(*(int(value) * step for value in row[:4])) for row in table[1:])
    return [row.within(width, height) for row in rows]


def _halved(mask: Mask) -> Mask:
    """Half the size; a pixel is a hole when one of the four was."""
    padded = np.pad(mask, ((0, mask.shape[0] % 2), (0, mask.shape[1] % 2)))
    pairs = np.maximum(padded[::2], padded[1::2])
    return np.ascontiguousarray(np.maximum(pairs[:, ::2], pairs[:, 1::2]))


def _merged(boxes: list[Box], context: float) -> list[Box]:
    """One pass of joining what is close; the result may be close again."""
    left, done = list(boxes), list[Box]()
    while left:
        box = left.pop()
        near = _surroundings(box, context)
        close = [near.meets(_surroundings(other, context)) for other in left]
        for other, is_close in zip(left, close, strict=True):
            box = box.joined(other) if is_close else box
        left = [other for other, is_close in zip(left, close, strict=True) if not is_close]
        done.append(box)
    return done


def _surroundings(box: Box, context: float) -> Box:
    return box.grown(round(box.width * context), round(box.height * context))
