"""Holes in pictures, filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import EngineError
from engines.protocol.frames import Pixels
from engines.runtime.context import Context
from engines.runtime.holes import Box, Mask, around, find_holes, hole_mask, soft_edge
from engines.runtime.painter import Painter, Site
from engines.runtime.results import Result
from engines.runtime.smooth import smooth_fill

if TYPE_CHECKING:
    from engines.protocol.messages import Request

SEEDS = 2**32

#: How much of the picture around what was filled a result shows, as a share of its size: enough to
#: recognise the place in a small picture of it, and small beside the whole.
SHOWN = 0.25

SMALLER_NOTE = "Memory ran short, so it was filled in smaller tiles."
ONE_NOTE = "A smooth fill is always the same, so one was made."

#: Filled parts of the picture, with where they belong and which hole in them is meant.
Fills = Iterator[tuple[Box, Box, Pixels]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with holes, as all fills of it share it.

    Attributes:
        image: (H, W, 3 or 4).
        holes: (H, W), with the soft edge around them: what is filled.
        frame: the piece of the picture that results are.
        alpha: of that piece, how much of the fill is seen.
        boxes: around the holes.
    """

    image: Pixels
    holes: Mask
    frame: Box
    alpha: NDArray[np.uint8]
    boxes: tuple[Box, ...]

    @classmethod
    def of(cls, image: Pixels, mask: Pixels, feather: int, context: float) -> Scene:
        """Look a picture over.

        Raises:
            EngineError: ``bad_input``, for a mask that does not go with the picture.
        """
        exact = hole_mask(image, mask)
        height, width = exact.shape
        near = around(exact).grown(feather, feather).within(width, height)
        edge = soft_edge(exact[near.slices], feather)
        holes = np.zeros_like(exact)
        holes[near.slices] = (edge > 0).astype(np.uint8) * np.uint8(255)
        if holes.all():  # the soft edge took all that was known
            return cls.of(image, mask, 0, context)
        frame = near.grown(round(near.width * SHOWN), round(near.height * SHOWN))
        frame = frame.within(width, height)
        alpha = np.zeros((frame.height, frame.width), np.uint8)
        alpha[_inside(near, frame).slices] = edge
        found = find_holes(holes[near.slices], context)
        boxes = tuple(
            box._replace(left=box.left + near.left, top=box.top + near.top) for box in found
        )
        return cls(image, holes, frame, alpha, boxes)

    def result(self, request: Request, fills: Fills, note: str) -> Result:
        """The piece of the picture with its holes filled."""
        piece = np.dstack([self.image[self.frame.slices][..., :3], self.alpha])
        for box, area, pixels in fills:
            here, there = _inside(box, self.frame).slices, _inside(box, area).slices
            seen = self.alpha[here] > 0
            piece[here][seen, :3] = pixels[there][seen]
        return Result(request, pixels=piece, note=note, box=self.frame)


def inpaint(request: Request, context: Context) -> list[Result]:
    """Make ``count`` fills, number ``i`` from the seed ``seed + i``.

    A result is a piece of the picture, see :class:`engines.protocol.messages.Output`; what it
    leaves of the rest is untouched.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: has the inputs ``image`` (H, W, 3 or 4) and ``mask`` (H, W); told about every fill
            as it is made, and about progress with every tile.

    Raises:
        EngineError: kind ``bad_input``, for a mask that does not go with the picture.
    """
    image, mask = (context.input(request, name) for name in ("image", "mask"))
    params = request.params
    scene = Scene.of(image, mask, params["feather"], params["context"])
    if params["method"] == "smooth":
        return _smooth(request, scene, context)
    return _with_network(request, scene, context)


def _smooth(request: Request, scene: Scene, context: Context) -> list[Result]:
    def fills() -> Fills:
        for number, box in enumerate(scene.boxes):
            context.check_cancelled()
            yield box, *smooth_fill(scene.image, scene.holes, box)
            context.progress(number + 1, len(scene.boxes))

    note = ONE_NOTE if request.params["count"] > 1 else ""
    result = scene.result(_single(request, 0), fills(), note)
    context.preview(result)
    return [result]


def _with_network(request: Request, scene: Scene, context: Context) -> list[Result]:
    model, session = context.model(request.model), context.session(request.model)
    painter: Painter | None = Painter.of(model, session, request.params["context"])
    note = ""
    while True:
        assert painter is not None
        try:
            return _fill_all(request, scene, context, painter, note)
        except (EngineError, MemoryError) as error:
            if isinstance(error, EngineError) and error.kind != "out_of_memory":
                raise
            painter = painter.smaller()
            if painter is None:
                raise
            note = SMALLER_NOTE


def _fill_all(
    request: Request, scene: Scene, context: Context, painter: Painter, note: str
) -> list[Result]:
    draft, count = request.params["detail"] == "draft", request.params["count"]
    sites = [painter.plan(scene.image, scene.holes, box, draft) for box in scene.boxes]
    step = _Steps(context, count * sum(site.steps for site in sites), note)
    results: list[Result] = []
    for number in range(count):
        single = _single(request, number)
        fills = _fills(painter, sites, single.seed, step)
        results.append(scene.result(single, fills, note))
        context.preview(results[-1])
    context.progress(step.total, step.total, note)
    return results


def _fills(painter: Painter, sites: list[Site], seed: int, step: Callable[[], None]) -> Fills:
    generator = np.random.Generator(np.random.PCG64(seed))
    for site in sites:
        yield site.box, site.area, painter.fill(site, painter.noise(generator), step)


class _Steps:
    """Called before every tile: lets a cancel through and counts."""

    def __init__(self, context: Context, total: int, note: str) -> None:
        self.total = total
        self._context = context
        self._note = note
        self._done = 0

    def __call__(self) -> None:
        self._context.check_cancelled()
        self._context.progress(self._done, self.total, self._note)
        self._done += 1


def _single(request: Request, number: int) -> Request:
    seed = (request.seed + number) % SEEDS
    return msgspec.structs.replace(request, seed=seed, params={**request.params, "count": 1})


def _inside(box: Box, outer: Box) -> Box:
    return Box(box.left - outer.left, box.top - outer.top, box.width, box.height)


def whole(image: Pixels, result: Result) -> Pixels:
    """The picture with a result laid over it: (H, W, 3), or (H, W, 4) where it stays transparent.

    Args:
        image: what was filled, (H, W, 3 or 4).
        result: of :func:`inpaint`.
    """
    assert result.pixels is not None
    assert result.box is not None
    here = Box(*result.box).slices
    piece, full = result.pixels, image.copy()
    share = piece[..., 3:].astype(np.float32) / np.float32(255)
    known = full[here][..., :3]
    full[here][..., :3] = np.rint(known * (1 - share) + piece[..., :3] * share).astype(np.uint8)
    if image.shape[2] == 3:
        return full
    full[here][..., 3] = np.maximum(full[here][..., 3], piece[..., 3])
    return full if (full[..., 3] < 255).any() else np.ascontiguousarray(full[..., :3])
