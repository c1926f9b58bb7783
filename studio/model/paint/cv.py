"""OpenCV, brought in when it is first needed."""

from __future__ import annotations

from types import ModuleType


def opencv() -> ModuleType:
    """The library, on one thread: the window's process shares the machine with the engine's."""
    import cv2  # late: the window opens without it

    if cv2.getNumThreads() != 1:
        cv2.setNumThreads(1)
    return cv2
