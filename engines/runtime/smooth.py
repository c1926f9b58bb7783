"""Fills a hole without a network: the colours around it, drawn in from the edge.

The method is that of Telea 2004, "An Image Inpainting Technique Based on the Fast Marching Method",
as OpenCV has it.
"""

from __future__ import annotations

import numpy as np

from engines.protocol.frames import Pixels
from engines.runtime.holes import Box, Mask, shrunk
from engines.runtime.opencv import opencv

#: How far around a pixel colours are taken from, and how much of the picture that takes.
RADIUS, MARGIN = 3, 16

#: More pixels of hole than this are filled at a smaller size: it takes 0.6 µs a pixel, and nothing
#: finer than the smaller size could show would come of it.
MOST_PIXELS = 300_000


def smooth_fill(image: Pixels, holes: Mask, box: Box) -> tuple[Box, Pixels]:
    """Fill one hole.

    Args:
        image: (H, W, 3 or 4), the picture.
        holes: (H, W), every hole in it.
        box: around this one.

    Returns:
        the area of the picture that was worked on, and its pixels (h, w, 3).
    """
    cv2 = opencv()
    area = box.grown(MARGIN, MARGIN).within(image.shape[1], image.shape[0])
    part = np.ascontiguousarray(image[area.slices][..., :3])
    mask = np.ascontiguousarray(holes[area.slices])
    many = np.count_nonzero(mask)
    if many <= MOST_PIXELS:
        return area, cv2.inpaint(part, mask, RADIUS, cv2.INPAINT_TELEA)
    scale = (MOST_PIXELS / many) ** 0.5
    size = max(1, round(area.width * scale)), max(1, round(area.height * scale))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    filled = cv2.inpaint(small, shrunk(mask, *size), RADIUS, cv2.INPAINT_TELEA)
    return area, cv2.resize(filled, (area.width, area.height), interpolation=cv2.INTER_CUBIC)
