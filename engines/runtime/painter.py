"""Fills a hole with a network: from coarse to fine, in tiles that see their surroundings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engines.protocol.frames import Pixels
from engines.runtime.backend import Session, width
from engines.runtime.holes import Box, Mask, around, shrunk, thickness
from engines.runtime.opencv import opencv
from engines.runtime.tiles import cut, even_tiles, ramp, window

if TYPE_CHECKING:
    from engines.runtime.library import Model

#: Families that fill the central half of their picture and nothing else.
CENTRAL = frozenset({"context_encoder"})

#: Heights and widths a network takes are multiples of this, and at least so many pixels.
MULTIPLE, LEAST = 16, 64

#: A fill may be enlarged by up to this; a bigger hole is filled again at twice the size, with what
#: is there in view, until it need not be.
MOST_ENLARGED = 2.5

#: Neighbouring tiles overlap by this share of a tile, and fade into each other there.
OVERLAP = 1 / 8


@dataclass(frozen=True, slots=True)
class Level:
    """A hole and its surroundings at one scale.

    Attributes:
        canvas: (h, w, 3), what is known.
        holes: (h, w), every hole in it.
        mine: (h, w), the hole to be filled.
        tiles: where, in this order.
        average: (3,), the mean of what is known: for a tile from where nothing of it is in view.
    """

    canvas: Pixels
    holes: Mask
    mine: Mask
    tiles: tuple[Box, ...]
    average: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Site:
    """A hole, planned: the levels are made once and used for every fill of it.

    Attributes:
        box: around the hole, in the picture.
        area: what the levels show of the picture.
        levels: from coarse to fine.
    """

    box: Box
    area: Box
    levels: tuple[Level, ...]

    @property
    def steps(self) -> int:
        """How often the network runs for one fill."""
        return sum(len(level.tiles) for level in self.levels)


@dataclass(frozen=True, slots=True)
class Painter:
    """An open network, and how it wants its pictures.

    Attributes:
        session: takes image, mask and z.
        size: the side of the window it looks through.
        inner: the side of the tile in the middle that is filled at a time.
        fixed: whether every window has to be of that size.
        central: whether the middle is always filled whole, and nothing around it ever.
    """

    session: Session
    size: int
    inner: int
    fixed: bool
    central: bool

    @classmethod
    def of(cls, model: Model, session: Session, context: float) -> Painter:
        """A painter for an open model.

        Args:
            model: whose network.
            session: the network.
            context: how much around a tile it sees on each side, as a share of the tile.
        """
        given = session.inputs["image"][-1]
        size = given or max(LEAST, model.card.size // MULTIPLE * MULTIPLE)
        central = model.card.family in CENTRAL
        inner = size // 2 if central else _even(size / (1 + 2 * context))
        return cls(session, size, inner, given is not None, central)

    def smaller(self) -> Painter | None:
        """A painter that needs a quarter of the memory, or None when there is none."""
        size = self.size // 2 // MULTIPLE * MULTIPLE
        if self.fixed or size < LEAST:
            return None
        return replace(self, size=size, inner=_even(self.inner * size / self.size))

    def noise(self, generator: np.random.Generator) -> NDArray[np.float32]:
        """A latent: (1, width of z)."""
        return generator.standard_normal((1, width(self.session, "z")), dtype=np.float32)

    # --- planning --------------------------------------------------------------------------

    def plan(self, image: Pixels, holes: Mask, box: Box, draft: bool = False) -> Site:
        """How to fill one hole.

        The first scale is the one at which the network has the hole's thickest place whole in a
        tile with its surroundings: a scratch is filled as it is, however long, and a big hole is
        seen from afar first. Nothing is ever enlarged for the network.

        Args:
            image: (H, W, 3 or 4), the picture.
            holes: (H, W), every hole in it.
            box: around this one.
            draft: whether to leave it at the first scale.
        """
        scale = min(1.0, self.inner / self._extent(holes, box))
        reach = (self.size - self.inner) / 2 / scale
        area = box.grown(
            round(max(reach, (self.size / scale - box.width) / 2)),
            round(max(reach, (self.size / scale - box.height) / 2)),
        ).within(image.shape[1], image.shape[0])
        scales = [scale]
        while not draft and scales[-1] * MOST_ENLARGED < 1:
            scales.append(min(1.0, 2 * scales[-1]))
        part, mask = np.ascontiguousarray(image[area.slices][..., :3]), holes[area.slices]
        inside = Box(box.left - area.left, box.top - area.top, box.width, box.height)
        average = np.rint(opencv().mean(part, 255 - mask)[:3]).astype(np.uint8)
        levels = tuple(self._level(part, mask, inside, each, average) for each in scales)
        return Site(box, area, levels)

    def _extent(self, holes: Mask, box: Box) -> float:
        longest = max(box.width, box.height)
        if self.central:
            return longest
        near = box.grown(1, 1).within(holes.shape[1], holes.shape[0])
        return thickness(holes[near.slices], 2 * longest)

    def _level(
        self, image: Pixels, holes: Mask, box: Box, scale: float, average: NDArray[np.uint8]
    ) -> Level:
        cv2 = opencv()
        height, width = (max(1, round(length * scale)) for length in image.shape[:2])
        if scale < 1:
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
            holes = shrunk(holes, width, height)
        mine = np.zeros_like(holes)
        mine[_scaled(box, scale).slices] = holes[_scaled(box, scale).slices]
        tiles = even_tiles(around(mine), self.inner, _overlap(self.inner))
        some = tuple(tile for tile in tiles if mine[tile.slices].any())
        return Level(image, holes, mine, some, average)

    # --- filling ---------------------------------------------------------------------------

    def fill(self, site: Site, z: NDArray[np.float32], step: Callable[[], None]) -> Pixels:
        """The site's area with its hole filled, (H, W, 3); known pixels may be a little blurred.

        Args:
            site: planned by this painter.
            z: from :meth:`noise`.
            step: called before every run of the network; may raise to stop.
        """
        canvas: Pixels | None = None
        for level in site.levels:
            start, unknown = level.canvas.copy(), level.holes.copy()
            if canvas is not None:
                inside = level.mine > 0
                start[inside] = _resized(canvas, level.canvas.shape)[inside]
                unknown[inside] = 0
            canvas = self._over(level, start, unknown, z, step)
        assert canvas is not None
        return _resized(canvas, (site.area.height, site.area.width, 3))

    def _over(
        self,
        level: Level,
        canvas: Pixels,
        unknown: Mask,
        z: NDArray[np.float32],
        step: Callable[[], None],
    ) -> Pixels:
        """Fill a level's hole tile by tile, in place; each sees the ones before."""
        done = np.zeros(canvas.shape[:2], bool)
        for tile in level.tiles:
            step()
            here, mine = tile.slices, level.mine[tile.slices] > 0
            made = self._run(canvas, unknown, level, tile, z)
            share = np.where(done[here][..., None], ramp(tile, _overlap(self.inner)), 1)
            blended = np.rint(canvas[here] * (1 - share) + made * share).astype(np.uint8)
            canvas[here][mine] = blended[mine]
            unknown[here][mine] = 0
            done[here] |= mine
        return canvas

    def _run(
        self, canvas: Pixels, unknown: Mask, level: Level, tile: Box, z: NDArray[np.float32]
    ) -> Pixels:
        """What the network puts into a tile: (height, width, 3)."""
        view = self._window(tile, canvas.shape[1], canvas.shape[0])
        image, mask = cut(canvas, view), cut(unknown, view).copy()
        at = Box(tile.left - view.left, tile.top - view.top, tile.width, tile.height)
        if self.central:
            begin, end = self.size // 4, self.size // 4 + self.inner
            mask[begin:end, begin:end] = 255
        else:
            mask[at.slices] |= level.mine[tile.slices]
        if mask.all():
            return np.broadcast_to(level.average, (tile.height, tile.width, 3))
        hole = (mask > 0).astype(np.float32)[None, None]  # (1, 1, h, w)
        known = image.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(127.5) - 1
        made = self.session.run(image=known * (1 - hole), mask=hole, z=z)["filled"][0]  # (3, h, w)
        part = made[:, *at.slices].transpose(1, 2, 0)
        return np.clip(np.rint((part + 1) * 127.5), 0, 255).astype(np.uint8)

    def _window(self, tile: Box, width: int, height: int) -> Box:
        if self.central:  # also where that is partly outside: the middle is what it fills
            middle = tile.left + tile.width // 2, tile.top + tile.height // 2
            half = self.size // 2
            return Box(middle[0] - half, middle[1] - half, self.size, self.size)
        view = window(tile, self.size, width, height)
        if self.fixed:
            return view._replace(width=self.size, height=self.size)
        return view._replace(width=_padded(view.width), height=_padded(view.height))


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _padded(length: int) -> int:
    return max(LEAST, -(-length // MULTIPLE) * MULTIPLE)


def _overlap(inner: int) -> int:
    return max(1, round(inner * OVERLAP))


def _scaled(box: Box, scale: float) -> Box:
    """A box at another scale, with every pixel it has a part in."""
    left, top = int(box.left * scale), int(box.top * scale)
    return Box(left, top, _ceil(box.right * scale) - left, _ceil(box.bottom * scale) - top)


def _ceil(value: float) -> int:
    return int(np.ceil(value))


def _resized(pixels: Pixels, shape: tuple[int, ...]) -> Pixels:
    if pixels.shape == shape:
        return pixels
    cv2 = opencv()
    resized: Pixels = cv2.resize(pixels, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return resized
