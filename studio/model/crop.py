"""A square of a picture: what is looked at when a picture is brought in."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: The least side, in pixels of the picture.
LEAST = 16


@dataclass(frozen=True, slots=True)
class Crop:
    """A square that lies inside a picture, in whole pixels.

    Attributes:
        width: of the picture.
        height: of the picture.
        left: of the square.
        top: of the square.
        side: of the square, from :data:`LEAST` (or the picture's shorter side) up.
    """

    width: int
    height: int
    left: int
    top: int
    side: int

    @classmethod
    def largest(cls, width: int, height: int) -> Crop:
        """The largest square in the middle."""
        side = min(width, height)
        return cls(width, height, (width - side) // 2, (height - side) // 2, side)

    @property
    def whole(self) -> bool:
        """Whether it is the whole picture."""
        return self.width == self.height == self.side

    def at(self, left: float, top: float) -> Crop:
        """Moved to a place, or as near to it as the picture's edges let it."""
        return replace(
            self,
            left=min(max(round(left), 0), self.width - self.side),
            top=min(max(round(top), 0), self.height - self.side),
        )

    def sized(self, side: float) -> Crop:
        """Of another size around the same middle, pushed in where it would hang over."""
        fresh = self._side(side, min(self.width, self.height))
        shift = (self.side - fresh) / 2
        return replace(self, side=fresh).at(self.left + shift, self.top + shift)

    def stretched(self, side: float, from_right: bool, from_bottom: bool) -> Crop:
        """Of another size with one corner held: the left or right one, at the top or bottom."""
        right, bottom = self.left + self.side, self.top + self.side
        room = min(
            right if from_right else self.width - self.left,
            bottom if from_bottom else self.height - self.top,
        )
        fresh = self._side(side, room)
        left = right - fresh if from_right else self.left
        top = bottom - fresh if from_bottom else self.top
        return replace(self, side=fresh, left=left, top=top)

    def _side(self, wanted: float, most: int) -> int:
        return max(min(round(wanted), most), min(LEAST, most))
