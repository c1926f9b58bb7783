"""OpenCV, loaded when it is first needed: an engine that never fills a hole does without."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def opencv() -> Any:
    """The module ``cv2``.

    It works in one thread: its own pool beside that of the back end would be one too many.
    """
    import cv2

    cv2.setNumThreads(1)
    return cv2
