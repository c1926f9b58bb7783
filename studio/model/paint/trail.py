"""From the pointer's positions to evenly spaced places on a smooth path."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

#: How slowly a full stabiliser follows: a second of drawing is still a second of drawing.
_SLOWEST_S = 0.3
#: Chords that stay this close to their curve cannot be told from it.
_FLAT = 0.1
_MOST_CHORDS = 64
#: Places closer than this are the same.
_SAME = 1e-6


class Place(NamedTuple):
    """A point of the path in pixels, and the pen's pressure there, 0 .. 1."""

    x: float
    y: float
    pressure: float

    def towards(self, other: Place, share: float) -> Place:
        """The place that lies ``share`` of the way to another."""
        return Place(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.pressure + (other.pressure - self.pressure) * share,
        )

    def away(self, other: Place) -> float:
        """How far another place is."""
        return math.hypot(other.x - self.x, other.y - self.y)


class Trail:
    """Quadratic curves through the middles between positions, walked in even steps.

    The pointer's positions are the curves' control points. Such a path has no corners, never
    overshoots, and needs no position to come: it ends half a step of the pointer behind it, which
    :meth:`finish` draws.

    Args:
        stabiliser: 0 follows the pointer, 1 follows it slowly and evens out a shaking hand. It
            looks at time, so that a mouse that reports more often does not draw otherwise.
        step: the distance to the next place at a pressure.
    """

    def __init__(self, stabiliser: float, step: Callable[[float], float]) -> None:
        self._delay = _SLOWEST_S * stabiliser**2
        self._step = step
        self._time = 0.0
        self._pointer: Place | None = None
        self._control = self._at = Place(0.0, 0.0, 0.0)
        self._left = 0.0

    def add(self, x: float, y: float, pressure: float, time: float) -> list[Place]:
        """The places that a new position of the pointer adds; the first is where it goes down."""
        pointer = Place(x, y, min(1.0, max(0.0, pressure)))
        elapsed, self._time = max(0.0, time - self._time), time
        first, self._pointer = self._pointer is None, pointer
        if first:
            self._control = self._at = pointer
            self._left = self._step(pointer.pressure)
            return [pointer]
        follow = 1.0 - math.exp(-elapsed / self._delay) if self._delay > 0.0 else 1.0
        control = self._control.towards(pointer, follow)
        middle = self._control.towards(control, 0.5)
        places = list(self._walk(self._control, middle))
        self._control = control
        return places

    def finish(self) -> list[Place]:
        """The rest of the way to the pointer."""
        if self._pointer is None:
            return []
        places = [*self._walk(self._control, self._control)]
        places += self._walk(self._pointer, self._pointer)
        self._control = self._pointer
        return places

    def _walk(self, control: Place, end: Place) -> Iterator[Place]:
        start = self._at
        # How far the curve bulges from its chord; its parts bulge by the square of their share.
        bulge = start.towards(end, 0.5).away(control) / 2
        chords = min(_MOST_CHORDS, max(1, math.ceil(math.sqrt(bulge / _FLAT))))
        here = start
        for chord in range(1, chords + 1):
            share = chord / chords
            there = start.towards(control, share).towards(control.towards(end, share), share)
            yield from self._along(here, there)
            here = there
        self._at = end

    def _along(self, start: Place, end: Place) -> Iterator[Place]:
        length = start.away(end)
        if length < _SAME:
            return
        done = 0.0
        while self._left <= length - done:
            done += self._left
            place = start.towards(end, done / length)
            self._left = self._step(place.pressure)
            yield place
        self._left -= length - done
