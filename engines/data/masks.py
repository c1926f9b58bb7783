"""Holes to fill: random, but the same for the same generator. No torch, no files.

A mask is (H, W) of bool, true in the hole. Strokes follow the brush of Yu et al. 2019, "Free-Form
Image Inpainting with Gated Convolution" (arXiv 1806.03589, section 3.4), with the share of the
hole held within limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engines.protocol.errors import bad_input

Mask = NDArray[np.bool_]

#: Least and most of a picture that a hole takes, unless told otherwise.
SHARE = (0.1, 0.4)
#: Limits closer than this cannot be met by strokes of whole pixels.
NARROWEST = 0.02
#: Scratches: hairlines as on an old print, where classical methods are at their best.
SCRATCH_SHARE, SCRATCH_WIDTH = (0.02, 0.05), 2


def strokes(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float] = SHARE
) -> Mask:
    """Brush strokes: bent lines of changing breadth with round ends."""
    return _painted(rng, height, width, share, max(2, round(0.16 * min(height, width))))


def scratches(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float] = SCRATCH_SHARE
) -> Mask:
    """Thin strokes only, as on a scratched print."""
    return _painted(rng, height, width, share, SCRATCH_WIDTH)


def boxes(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float] = SHARE
) -> Mask:
    """One to four rectangles, which may overlap."""
    wanted = _area(rng, height, width, share)
    mask = np.zeros((height, width), np.bool_)
    count = int(rng.integers(1, 5))
    for number in range(count):
        missing = wanted - int(mask.sum())
        if missing <= 0:
            break
        # The last one on its own brings what overlaps have cost; none brings more than is missing.
        area = missing if number == count - 1 else missing * rng.uniform(0.3, 0.8)
        tall = float(np.sqrt(area * rng.uniform(0.5, 2.0)))
        tall = float(np.clip(tall, area / width, height))
        h = int(np.clip(round(tall), 1, height))
        w = int(np.clip(area // h, 1, width))
        top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
        mask[top : top + h, left : left + w] = True
    return _topped_up(rng, mask, share)


def half(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float] = SHARE
) -> Mask:
    """A strip along one edge: a picture to be continued."""
    mask = np.zeros((height, width), np.bool_)
    turned = bool(rng.integers(2))
    view = mask.T if turned else mask  # rows of the view are lines along the edge
    lines = int(_area(rng, height, width, share) / view.shape[1])
    lines = max(lines, int(np.ceil(share[0] * len(view))))
    if rng.integers(2):
        view[:lines] = True
    else:
        view[len(view) - lines :] = True
    return mask


def centre(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float] = SHARE
) -> Mask:
    """The central square of half the side, a quarter of a square picture; nothing is random.

    Pathak et al. 2016 (Context Encoders), section 3.3: central region.
    """
    mask = np.zeros((height, width), np.bool_)
    side = min(height, width) // 2
    top, left = (height - side) // 2, (width - side) // 2
    mask[top : top + side, left : left + side] = True
    return mask


Kind = Callable[[np.random.Generator, int, int, tuple[float, float]], Mask]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {"strokes": strokes, "boxes": boxes, "half": half, "centre": centre, "scratches": scratches}
)


def draw_mask(
    rng: np.random.Generator,
    height: int,
    width: int,
    kinds: Sequence[str] = ("strokes", "boxes", "half", "centre"),
    share: tuple[float, float] = SHARE,
) -> Mask:
    """A mask of a kind chosen by chance.

    Args:
        rng: the same state gives the same mask.
        height: in pixels, at least 16.
        width: in pixels, at least 16.
        kinds: keys of :data:`KINDS`.
        share: least and most of the picture that the hole takes; not for "centre".

    Raises:
        EngineError: kind ``bad_input``, for limits that no hole can meet.
    """
    low, high = share
    if not (low > 0 and high < 1 and high - low >= NARROWEST):
        raise bad_input(
            f"A hole cannot take {low} to {high} of a picture.",
            f"Give two shares between 0 and 1, at least {NARROWEST} apart.",
        )
    name = kinds[int(rng.integers(len(kinds)))]
    return KINDS[name](rng, height, width, share)


def _area(rng: np.random.Generator, height: int, width: int, share: tuple[float, float]) -> int:
    return int(rng.uniform(*share) * height * width)


def _painted(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float], broadest: int
) -> Mask:
    """Strokes until the hole is as large as wanted; one that would make it too large is thinned."""
    canvas = Image.new("1", (width, height))
    wanted, most = _area(rng, height, width, share), share[1] * height * width
    area, thinning = 0, 1.0
    while area < wanted:
        tried = canvas.copy()
        _stroke(rng, tried, max(1, round(rng.uniform(0.3, 1.0) * broadest * thinning)), thinning)
        reached = int(np.asarray(tried).sum())
        if reached > most:
            thinning *= 0.7
        else:
            canvas, area = tried, reached
    return np.array(canvas)


def _stroke(rng: np.random.Generator, canvas: Image.Image, breadth: int, thinning: float) -> None:
    """One walk of a brush, with a round spot at every turn; thinned ones are shorter too."""
    pen = ImageDraw.Draw(canvas)
    width, height = canvas.size
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    angle = rng.uniform(0, 2 * np.pi)
    longest = max(1.0, 0.3 * min(width, height) * thinning)
    for _ in range(int(rng.integers(1, 2 + round(6 * thinning)))):
        angle += rng.normal(0, 0.7)
        length = rng.uniform(0.3, 1.0) * longest
        to_x, to_y = x + float(np.cos(angle)) * length, y + float(np.sin(angle)) * length
        pen.line((x, y, to_x, to_y), fill=1, width=breadth)
        if not (0 <= to_x < width and 0 <= to_y < height):
            angle += np.pi  # back, rather than along the edge
        if breadth > 2:
            r = breadth / 2
            pen.ellipse((to_x - r, to_y - r, to_x + r, to_y + r), fill=1)
        x, y = to_x, to_y


def _topped_up(rng: np.random.Generator, mask: Mask, share: tuple[float, float]) -> Mask:
    """Whole lines from one edge on, until the least share is met."""
    least = int(np.ceil(share[0] * mask.size))
    top = int(rng.integers(len(mask)))
    for row in range(len(mask)):
        missing = least - int(mask.sum())
        if missing <= 0:
            break
        free = np.flatnonzero(~mask[(top + row) % len(mask)])
        mask[(top + row) % len(mask), free[:missing]] = True
    return mask
