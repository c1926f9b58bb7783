"""A person's own picture, brought into a model's latent space."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.latent import Anchor, Point, plain, point
from engines.protocol.messages import Request
from engines.protocol.params import resolve
from engines.protocol.paths import advice_for_training
from engines.protocol.tools import LATENT
from engines.runtime import device
from engines.runtime.encoder import Encoder, distance, fitted, open_encoder
from engines.runtime.files import check_writable
from engines.runtime.results import Result
from engines.runtime.variants import keep_variant
from engines.tasks.generate import to_pixels
from engines.tasks.latent import Studio, studio_of

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.runtime.context import Context

Floats = NDArray[np.float32]

#: Significant digits of the numbers of a place: as many as half precision has.
DIGITS = 4
#: Steps between two pictures of a search.
EVERY = 10
#: Seeds that are tried for a start where a model has no encoder.
TRIED = 128
#: Encoders kept open.
KEPT = 4

NO_TORCH = f"Only the encoder was used: searching further needs PyTorch. {advice_for_training()}"


def project(request: Request, context: Context) -> list[Result]:
    """Find the place whose picture is most like a given one.

    The model's encoder guesses; where steps are asked for, a descent goes on from there. The
    result is a picture of the model, and its request one of the task "latent": with the place
    spelled out, it can be moved, mixed and walked to like any other.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: has the input ``image`` (H, W, 3 or 4); shown the guess and every few steps.

    Raises:
        EngineError: ``bad_input``, for a picture with nothing to find in it or a model that is
            steered by codes.
    """
    studio, params = placed_studio(request.model, context), request.params
    if params["tuning"]:
        check_writable(context.library.home)
    box = (params["left"], params["top"], params["side"]) if params["side"] else None
    picture = fitted(context.input(request, "image"), studio.model.card.size, box)
    context.check_cancelled()
    place, note = first_place(studio, picture, context)
    steps, truncation = params["steps"], params["truncation"]
    if steps:
        context.preview(result_at(studio, request, place, note), False)
        try:
            place = _searched(studio, request, context, picture, place, note)
        except EngineError as error:
            if not _is_missing_torch(error):
                raise
            note = f"{note} {NO_TORCH}".strip()
    result = result_at(studio, request, place, note, truncation)
    context.preview(result, not params["tuning"])
    if params["tuning"]:
        result = _tuned(studio, request, context, picture, result)
        context.preview(result)
    total = steps + params["tuning"] or 1
    context.progress(total, total)
    return [result]


def placed_studio(name: str, context: Context) -> Studio:
    """The model called ``name``, if its pictures have places that can be found.

    Raises:
        EngineError: ``bad_input`` or ``bad_model``.
    """
    studio = studio_of(name, context)
    if studio.space.codes:
        raise bad_input(
            "This model is steered by its codes: its pictures have no places to find.",
            "Choose another model.",
        )
    return studio


def _searched(
    studio: Studio, request: Request, context: Context, picture: Pixels, place: Floats, note: str
) -> Floats:
    """Where a descent from ``place`` ends."""
    from engines.runtime import torch_latent  # Takes seconds, and needs torch.

    steps, truncation = request.params["steps"], request.params["truncation"]
    total = steps + request.params["tuning"]
    land = torch_latent.landscape(studio.model, studio.space)
    for step in torch_latent.descent(land, place, picture, steps, truncation):
        context.check_cancelled()
        context.progress(step.number, total)
        place = step.place
        if step.number % EVERY == 0 and step.number < steps:
            context.preview(result_at(studio, request, place, note), False)
    return place


def _tuned(
    studio: Studio, request: Request, context: Context, picture: Pixels, found: Result
) -> Result:
    """The picture as a variant of the model makes it, which is tuned to it and kept.

    Its request names the variant.

    Raises:
        EngineError: ``bad_input``, without torch, or when the variant cannot be written.
    """
    from engines.runtime import torch_latent, torch_tuning  # Takes seconds, and needs torch.

    begun, searched, steps = time.perf_counter(), request.params["steps"], request.params["tuning"]
    land = torch_latent.landscape(studio.model, studio.space)
    psi = found.request.params["truncation"]
    place, _ = studio.place(point(found.request.params["point"]), request.seed, 1.0)
    pivot = studio.space.mean + psi * (place - studio.space.mean)
    for bent in torch_tuning.tuning(land, pivot, picture, steps, request.seed):
        context.check_cancelled()
        context.progress(searched + bent.number, searched + steps)
    seconds = time.perf_counter() - begun
    shown = to_pixels(torch_latent.picture_at(bent.land, pivot))
    made = keep_variant(
        context.library,
        studio.model,
        steps,
        seconds,
        shown,
        lambda folder: torch_tuning.write_networks(bent.land.generator, studio.model, folder),
    )
    again = replace(request, model=made.card.name, weights=made.card.weights)
    return result_at(studio_of(made.card.name, context), again, place, found.note, psi)


def _is_missing_torch(error: EngineError) -> bool:
    """Whether torch is missing, and not something wrong with what it was given."""
    return isinstance(error.__cause__, ImportError)


def first_place(studio: Studio, picture: Pixels, context: Context) -> tuple[Floats, str]:
    """A first guess of a picture's place, (levels, width), and what is to be said of it.

    The encoder's; of a model that has none, the place of the nearest of some seeds.
    """
    space = studio.space
    encoder = _ENCODERS.get(studio, threads_of(context))
    if encoder is not None:
        place = encoder(picture)
        shown = studio.render(place, np.zeros_like(place), 1.0)
        return place, far_note(distance(picture, shown), encoder.notes.within)
    still = np.zeros((space.levels, space.width), np.float32)

    def far(seed: int) -> float:
        context.check_cancelled()
        return distance(picture, studio.render(space.of_seed(seed), still, 1.0))

    return space.of_seed(min(range(TRIED), key=far)), ""


def far_note(apart: float, within: float) -> str:
    """What to say of a picture that its first guess does not resemble, or ""."""
    if not within or apart <= within:
        return ""
    return (
        f"This picture is far from what this model knows (distance {apart:.2f}; its own pictures "
        f"lie within {within:.2f})."
    )


def result_at(
    studio: Studio, request: Request, place: Floats, note: str = "", truncation: float | None = None
) -> Result:
    """The picture of a place, as what its numbers in a request give.

    Args:
        studio: of the model.
        request: names the model, the weights and the seed.
        place: (levels, width), before truncation.
        note: of the result.
        truncation: of the picture; by default the request's.
    """
    psi = request.params["truncation"] if truncation is None else truncation
    vector = tuple(float(f"{number:.{DIGITS}g}") for number in place.ravel().tolist())
    where = Point(anchors=(Anchor(vector=vector),))
    again = Request(
        task=LATENT.task,
        model=request.model,
        weights=request.weights,
        seed=request.seed,
        params=resolve(LATENT, {"point": plain(where), "truncation": psi}),
    )
    pixels = studio.render(*studio.place(where, request.seed, psi), psi)
    return Result(again, pixels=pixels, note=note)


def threads_of(context: Context) -> int:
    """How many threads a job may use."""
    return getattr(context.backend, "threads", None) or device.default_threads()


class _Encoders:
    """Open encoders, by the open model they belong to."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Encoder | None] = OrderedDict()

    def get(self, studio: Studio, threads: int) -> Encoder | None:
        card, space = studio.model.card, studio.space
        key = (str(studio.model.path), repr(sorted(card.files.items())))
        if key not in self._known:
            shape = (space.levels, space.width)
            self._known[key] = open_encoder(studio.model, shape, threads)
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[key]


_ENCODERS = _Encoders()
