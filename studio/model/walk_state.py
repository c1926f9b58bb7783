"""What a walk is made of: keyframes as a value, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtGui import QImage

from engines.protocol.latent import Key, Point, plain
from engines.protocol.messages import Request
from engines.protocol.tools import LATENT
from studio.model.picture import Picture

#: Seconds between keyframes that are added one after the other.
STEP = 2.0


@dataclass(frozen=True)
class Here:
    """What a keyframe is made of: the place of the picture that is steered now.

    Attributes:
        model: the model's name.
        point: where.
        seed: of the point, where it has no anchors.
        truncation: ψ.
        image: the picture, if it is at hand: the keyframe's thumbnail.
    """

    model: str
    point: Point
    seed: int
    truncation: float
    image: QImage | None = None


class Stage(Protocol):
    """Where keyframes come from, and where frames are seen."""

    def here(self) -> Here | None:
        """The place of the picture in hand; None while there is none."""

    def show(self, picture: Picture) -> None:
        """Show a frame of the walk."""

    def load(self, model: str, key: Key) -> None:
        """Set the controls to a keyframe."""


@dataclass(frozen=True)
class WalkState:
    """What undo brings back.

    Attributes:
        keys: by time.
        model: whose places they are; "" while there are none.
        seconds: how long the walk is. Keyframes after its end are kept, and not part of it.
    """

    keys: tuple[Key, ...] = ()
    model: str = ""
    seconds: float = 8.0

    def with_key(self, key: Key, number: int = -1) -> WalkState:
        """With one more keyframe, or with another one in place of number ``number``."""
        others = tuple(old for n, old in enumerate(self.keys) if n != number)
        return replace(self, keys=tuple(sorted((*others, key), key=lambda one: one.at)))

    def without(self, number: int) -> WalkState:
        """With one keyframe less."""
        left = tuple(key for n, key in enumerate(self.keys) if n != number)
        return replace(self, keys=left, model=self.model if left else "")


@dataclass(frozen=True)
class Grid:
    """The frames of a walk: what times there are.

    Attributes:
        fps: frames a second.
        seconds: the length.
    """

    fps: int
    seconds: float

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return max(1, round(self.seconds * self.fps))

    @property
    def last(self) -> float:
        """The time of the last frame."""
        return self.time(self.frames - 1)

    def time(self, frame: int) -> float:
        """When a frame is seen, in seconds."""
        return round(frame / self.fps, 6)

    def snapped(self, moment: float) -> float:
        """The time of the nearest frame."""
        return self.time(min(max(round(moment * self.fps), 0), self.frames - 1))

    def free(self, moment: float, taken: frozenset[float]) -> float | None:
        """The time nearest to a moment that is not taken, or None."""
        wanted = round(moment * self.fps)
        for distance in range(self.frames):
            for frame in (wanted + distance, wanted - distance):
                if 0 <= frame < self.frames and self.time(frame) not in taken:
                    return self.time(frame)
        return None


def next_place(grid: Grid, keys: tuple[Key, ...], moment: float, loop: bool) -> tuple[float, float]:
    """Where the next keyframe goes, and how long the walk is then.

    Where the playhead was put; on a keyframe it has not been moved since that one was added, and
    the next lies :data:`STEP` behind the last: one after the other, and the walk grows.
    """
    times = {key.at for key in keys}
    if not times or (moment <= grid.last and grid.snapped(moment) not in times):
        return grid.snapped(moment), grid.seconds
    at = grid.time(round((max(times) + STEP) * grid.fps))
    if at <= grid.last:
        return at, grid.seconds
    return at, round(at + (STEP if loop else grid.time(1)), 6)


def picture_request(model: str, weights: str, key: Key) -> Request:
    """The request for the picture of a keyframe: neither its time nor its easing counts."""
    params = {"point": plain(key.point), "truncation": key.truncation, "spread": 0.0, "count": 1}
    return Request(task=LATENT.task, model=model, weights=weights, seed=key.seed, params=params)
