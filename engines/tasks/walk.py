"""Walks through a latent space: from keyframes to a film, or to the picture of one moment."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engines.protocol.errors import bad_input
from engines.protocol.latent import Key, keys
from engines.runtime import film
from engines.runtime.context import Context
from engines.runtime.curves import Course, Curve, Timeline, with_length
from engines.runtime.results import Result
from engines.tasks.latent import Studio, studio_of

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request

#: Ten minutes at thirty frames a second.
MOST_FRAMES = 18_000
#: Seconds between two looks at a film that is being made.
LOOK_EVERY = 0.5
#: The value of ``moment`` that asks for the whole film.
WHOLE = -1.0


class Route:
    """The way that some keyframes describe in one model's latent space."""

    def __init__(self, studio: Studio, request: Request) -> None:
        """Place the keyframes of a request that has passed :func:`check`.

        Raises:
            EngineError: ``bad_input``, for places or directions of another model.
        """
        params = request.params
        self._studio = studio
        given: tuple[Key, ...] = keys(params["keys"])
        timeline = Timeline(
            tuple(key.at for key in given),
            tuple(key.ease for key in given),
            params["seconds"] if params["loop"] else 0.0,
        )
        placed = [studio.place(key.point, key.seed, 1.0) for key in given]
        space = studio.space
        path: Course = params["path"]
        # Ways from the mean, before truncation: it has a curve of its own.
        self._centre = np.zeros(space.z_width, np.float32) if space.codes else space.mean
        ways = [place.astype(np.float64) - self._centre for place, _move in placed]
        self._way = Curve(timeline, ways, path)
        straight: Course = "spline" if path == "spline" else "linear"
        self._move = Curve(timeline, [move.astype(np.float64) for _p, move in placed], straight)
        truncations = [np.array([[key.truncation]]) for key in given]
        self._truncation = Curve(timeline, truncations, "linear")
        # Where places are noise itself, a curve must not cut short through the average picture.
        self._length: Curve | None = None
        if path == "spline" and not self._centre.any():
            lengths = [np.linalg.norm(way, axis=1, keepdims=True) for way in ways]
            self._length = Curve(timeline, lengths, path)

    def picture(self, moment: float) -> Pixels:
        """The picture (H, W, 3) at a moment, in seconds."""
        way = self._way.at(moment)
        if self._length is not None:
            way = with_length(way, self._length.at(moment))
        truncation = float(self._truncation.at(moment)[0, 0])
        scale = 1.0 if self._studio.space.codes else truncation  # a network of codes truncates z
        place = (self._centre + scale * way).astype(np.float32)
        move = self._move.at(moment).astype(np.float32)
        return self._studio.render(place, move, truncation)


def walk(request: Request, context: Context) -> list[Result]:
    """Make a film of a walk, or with ``moment`` at 0 or more the one picture of that moment.

    A loop of N frames holds the frames 0 to N - 1; frame N would be frame 0 again.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: told about every frame; asked before each whether to stop.

    Raises:
        EngineError: ``bad_input``, for keyframes, sizes or files that cannot be; ``cancelled``.
            Nothing is left on the disk then.
    """
    check(request)
    studio = studio_of(request.model, context)
    route = Route(studio, request)
    if request.params["moment"] >= 0:
        return [Result(request, pixels=route.picture(request.params["moment"]))]
    return [_film(request, route, studio.model.card.size, context)]


def frames_of(request: Request) -> int:
    """How many frames a film has."""
    return max(1, round(request.params["seconds"] * request.params["fps"]))


def check(request: Request) -> None:
    """Find out whether a walk can be gone, before anything is computed.

    Raises:
        EngineError: ``bad_input``.
    """
    params = request.params
    given, seconds = keys(params["keys"]), params["seconds"]
    if not given:
        raise bad_input("The walk has no keyframe.", "Add at least one.")
    last = given[-1].at
    if last > seconds or (params["loop"] and last >= seconds):
        end = "where the loop begins again" if last == seconds else "after the end"
        raise bad_input(
            f"The keyframe at {last:g} s lies {end}, at {seconds:g} s.",
            "Make the walk longer, or move the keyframe.",
        )
    count = frames_of(request)
    if params["moment"] < 0 and count > MOST_FRAMES:
        raise bad_input(
            f"{seconds:g} s at {params['fps']} frames a second are {count:,} frames; a film has "
            f"at most {MOST_FRAMES:,}.",
            "Make it shorter, or with fewer frames a second.",
        )


def _film(request: Request, route: Route, native: int, context: Context) -> Result:
    params, count = request.params, frames_of(request)
    size = params["size"] or native
    if size < native:
        raise bad_input(
            f"This model makes pictures of {native} px; a film of {size} px would lose detail.",
            f"Choose at least {native} px, or 0 for the model's own size.",
        )
    path, told = Path(params["file"]), 0.0
    form = film.Form(size=(size, size), fps=params["fps"], request=request)
    with film.writing(path, form) as writer:
        for number in range(count):
            context.check_cancelled()
            moment = number * params["seconds"] / count  # even where the last frame would be cut
            pixels = route.picture(moment)
            writer.write(film.enlarged(pixels, size))
            if time.monotonic() - told > LOOK_EVERY:
                told = time.monotonic()
                context.preview(Result(_at(request, moment), pixels=pixels), finished=False)
            context.progress(number + 1, count)
        context.check_cancelled()
    return Result(request, file=str(path))


def _at(request: Request, moment: float) -> Request:
    """The request for the picture of one moment."""
    return msgspec.structs.replace(request, params={**request.params, "moment": moment})
