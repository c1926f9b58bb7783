"""Paint to latent: the model's picture follows what is painted on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.protocol.errors import bad_input
from engines.protocol.latent import Point, point
from engines.runtime.latent import SEEDS
from engines.runtime.results import Result
from engines.tasks.latent import Studio
from engines.tasks.project import placed_studio, result_at

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request
    from engines.runtime.context import Context

Floats = NDArray[np.float32]

#: Starts that are looked at for each alternative asked for, of which the best are kept.
LOOKED_AT = 6
#: How far from the place other starts lie: 0 is the place itself, 1 any seed's.
AWAY = 0.7
#: Steps between two pictures of a search.
EVERY = 10
#: Less paint than this share of the picture is none.
LEAST_PAINT = 1e-4


def sketch(request: Request, context: Context) -> list[Result]:
    """Find places near the given one whose pictures follow the paint, best first.

    Nothing is remembered from one request to the next: who follows a brush gives the place of the
    last result as ``last``, and so goes on from there. The results' requests are of the task
    "latent", as those of :func:`engines.tasks.project.project`.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: has the input ``image``, the paint: (H, W, 4), transparent where there is none.

    Raises:
        EngineError: ``bad_input``, without paint, without torch, or for a model that is steered
            by codes.
    """
    studio, params = placed_studio(request.model, context), request.params
    paint = fitted_paint(context.input(request, "image"), studio.model.card.size)
    from engines.runtime import torch_latent  # Takes seconds, and needs torch.
    from engines.runtime.torch_sketch import Wish, follow, losses

    land = torch_latent.landscape(studio.model, studio.space)
    place, moved = studio.place(point(params["point"]), request.seed, params["truncation"])
    where = place + moved
    wish = Wish.of(land, where, paint, params["strength"], params["edges"])
    context.check_cancelled()
    starts = [_start(studio, request, where)]
    if params["count"] > 1:
        others = _others(studio, request, where)
        order = np.argsort(losses(land, wish, others), kind="stable")
        starts += list(others[order[: params["count"] - 1]])
    # The place has its truncation, and the results are told there is none left to do.
    plain = msgspec.structs.replace(request, params={**params, "truncation": 1.0})
    for found in follow(land, wish, np.stack(starts), params["steps"]):
        context.check_cancelled()
        context.progress(found.number, params["steps"])
        if found.number % EVERY == 0 and found.number < params["steps"]:
            best = found.places[int(np.argmin(found.losses))]
            context.preview(result_at(studio, plain, best), False)
    ranked = [found.places[i] for i in np.argsort(found.losses, kind="stable")]
    results = [result_at(studio, plain, each) for each in ranked]
    for result in results:
        context.preview(result)
    return results


def _start(studio: Studio, request: Request, where: Floats) -> Floats:
    """Where the first search begins: where the last one ended, or at the place itself."""
    last: Point = point(request.params["last"])
    if not last.anchors:
        return where
    place, moved = studio.place(last, request.seed, 1.0)
    return place + moved


def _others(studio: Studio, request: Request, where: Floats) -> Floats:
    """Other places to begin at, (N, levels, width): part of the way to other seeds."""
    count = LOOKED_AT * (request.params["count"] - 1)
    seeds = [(request.seed + 1 + number) % SEEDS for number in range(count)]
    theirs = np.stack([studio.space.of_seed(seed) for seed in seeds])
    return (where + np.float32(AWAY) * (theirs - where)).astype(np.float32)


def fitted_paint(paint: Pixels, size: int) -> Pixels:
    """The square in the middle of what is painted, at a model's size: (size, size, 4).

    Args:
        paint: (H, W, 4), or (H, W, 3) for paint everywhere.
        size: pixels along one side.

    Raises:
        EngineError: ``bad_input``, when there is none.
    """
    height, width = paint.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    square = paint[top : top + side, left : left + side]
    if square.shape[2] == 3:
        square = np.dstack([square, np.full(square.shape[:2], 255, np.uint8)])
    if square[..., 3].mean() < 255 * LEAST_PAINT:
        raise bad_input("Nothing is painted.", "Paint on the picture first.")
    if side == size:
        return np.ascontiguousarray(square)
    # Pillow weighs colours by alpha itself only in the premultiplied mode.
    image = Image.fromarray(square).convert("RGBa").resize((size, size), Image.Resampling.BOX)
    return np.asarray(image.convert("RGBA"))
