"""Where times lie on a timeline, and how its ruler is divided."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

RULER, TRACK = 26, 76
HEIGHT = RULER + TRACK
#: Edge of a keyframe's picture, and of the room at both ends: half a picture and a margin.
PICTURE, MARGIN = 56, 44
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)
_LABEL_ROOM = 56.0
_TICK_ROOM = 7.0


@dataclass(frozen=True)
class TimelineScale:
    """Seconds to pixels and back.

    Attributes:
        width: of the widget.
        seconds: what fits between the margins.
    """

    width: float
    seconds: float

    @property
    def room(self) -> float:
        """Pixels between the margins."""
        return max(1.0, self.width - 2 * MARGIN)

    def x(self, moment: float) -> float:
        """Where a time lies."""
        return MARGIN + self.room * moment / self.seconds

    def moment(self, x: float) -> float:
        """The time at a place."""
        return (x - MARGIN) / self.room * self.seconds

    def picture(self, moment: float) -> QRectF:
        """Where the picture of a keyframe lies."""
        top = RULER + (TRACK - PICTURE) / 2
        return QRectF(round(self.x(moment)) - PICTURE / 2, top, PICTURE, PICTURE)

    def label_step(self) -> float:
        """Seconds between two numbers of the ruler."""
        pixels = self.room / self.seconds
        return next((step for step in _STEPS if step * pixels >= _LABEL_ROOM), _STEPS[-1])

    def tick_step(self, fps: int) -> float:
        """Seconds between two ticks: frames where there is room."""
        pixels, labels = self.room / self.seconds, self.label_step()
        if pixels / fps >= _TICK_ROOM:
            return 1 / fps
        fitting = [labels / part for part in (10, 5, 2) if labels / part * pixels >= _TICK_ROOM]
        return fitting[0] if fitting else labels
