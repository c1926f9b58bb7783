"""Pictures of places in a latent space, and new directions through it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input
from engines.protocol.latent import NEIGHBOUR, Direction, Point, point, points
from engines.runtime import direction_notes, directions
from engines.runtime.backend import Session
from engines.runtime.context import Context
from engines.runtime.directions import Way
from engines.runtime.latent import SEEDS, LatentSpace, noise
from engines.runtime.results import Result
from engines.tasks.generate import to_pixels

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request
    from engines.runtime.library import Model

Floats = NDArray[np.float32]

#: Models whose space and directions are kept ready.
KEPT = 4
#: Latents that a direction of the user's own is measured on.
MEASURED = 2048
#: A user's own direction is not measured for plausibility: three deviations, as far as latents lie.
REACH = 3.0
#: Steps of the contact sheet of a direction.
SHEET = 7


@dataclass(frozen=True, slots=True)
class Studio:
    """What is needed to render places of one model.

    Attributes:
        model: which.
        session: its open network.
        space: its latent space.
        ways: its directions by name.
    """

    model: Model
    session: Session
    space: LatentSpace
    ways: dict[str, Way]

    def place(self, where: Point, seed: int, truncation: float) -> tuple[Floats, Floats]:
        """Where a point lies and how it is moved, (levels, width) each.

        Raises:
            EngineError: ``bad_input``, for an unknown direction or a place of another model.
        """
        shape = (self.space.levels, self.space.width)
        moved = directions.total(where.moves, self.ways, shape)
        return self.space.place(where, seed, truncation), moved

    def render(self, place: Floats, move: Floats, truncation: float) -> Pixels:
        """The picture (H, W, 3) there."""
        arrays = self.space.arrays(place, move, truncation)
        return to_pixels(self.session.run(**arrays)["image"][0])


class _Open:
    """The studios in use, by the folder and weights of their models."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[Session, Studio]] = OrderedDict()

    def get(self, name: str, context: Context) -> Studio:
        model, session = context.model(name), context.session(name)
        key = (str(model.path), model.card.weights)
        known = self._known.get(key)
        if known is None or known[0] is not session:
            studio = Studio(model, session, LatentSpace(model, session), directions.of_model(model))
            self._known[key] = known = (session, studio)
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known[1]

    def forget(self) -> None:
        self._known.clear()


_OPEN = _Open()


def studio_of(name: str, context: Context) -> Studio:
    """The model called ``name``, ready for its places to be rendered.

    Raises:
        EngineError: ``bad_input`` or ``bad_model``.
    """
    return _OPEN.get(name, context)


def latent(request: Request, context: Context) -> list[Result]:
    """Make the picture of a place, or ``count`` pictures of its neighbourhood.

    Neighbour ``i`` lies ``spread`` standard deviations of the latents from the place, in a way
    that the seed ``seed + i`` decides (the noise grid of Radford et al. 2016, figure 7).

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: told about every picture as it is made.
    """
    studio = studio_of(request.model, context)
    where, params = point(request.params["point"]), request.params
    truncation, spread, count = params["truncation"], params["spread"], params["count"]
    results: list[Result] = []
    for number in range(count):
        context.check_cancelled()
        single = request if count == 1 else _neighbour(request, where, number)
        place, moved = studio.place(where, request.seed, truncation)
        if spread:
            place = place + np.float32(spread) * _jitter(studio.space, single.seed ^ NEIGHBOUR)
        results.append(Result(single, pixels=studio.render(place, moved, truncation)))
        context.preview(results[-1])
        context.progress(number + 1, count)
    return results


def _neighbour(request: Request, where: Point, number: int) -> Request:
    """The request for the one neighbour alone: its anchor spelled out, its own seed."""
    from engines.protocol.latent import Anchor, plain

    fixed = where if where.anchors else msgspec.structs.replace(
        where, anchors=(Anchor(seed=request.seed),)
    )  # fmt: skip
    params = {**request.params, "count": 1, "point": plain(fixed)}
    seed = (request.seed + number) % SEEDS
    return msgspec.structs.replace(request, seed=seed, params=params)


def _jitter(space: LatentSpace, seed: int) -> Floats:
    """A random way from any place, as long as a latent's from the mean."""
    if space.codes:
        return noise(seed, space.z_width)
    return space.of_seed(seed) - space.mean


def direction(request: Request, context: Context) -> list[Result]:
    """Make a direction from pictures that have something and pictures that lack it.

    The difference of the two means (Radford et al. 2016, section 6.3.2, with as many pictures as
    there are), in units of the latents' standard deviation along it. It is kept in the user's
    folder and shown as a row of pictures from one end to the other.

    Raises:
        EngineError: ``bad_input``, when there is nothing to tell apart, or no name.
    """
    title = request.params["title"].strip()
    if not title:
        raise bad_input("The direction has no name.", "Type what it adds, for example: glasses.")
    plus, minus = points(request.params["plus"]), points(request.params["minus"])
    if not plus:
        raise bad_input("No picture is marked as having it.", "Mark at least one with plus.")
    studio = studio_of(request.model, context)
    if studio.space.codes:
        raise bad_input(
            "This model is steered by its codes and takes no other directions.",
            "Choose another model.",
        )
    context.check_cancelled()
    way = _between(studio, plus, minus, title, request)
    path = direction_notes.user_file(studio.model.card.name, way.info.name)
    directions.write(path, [way], studio.model)
    _OPEN.forget()  # the next request sees it
    return [Result(request, pixels=contact_sheet(studio, way, request.seed))]


def remove_direction(model: str, name: str) -> None:
    """Delete a direction of the user's own; one that is not there is no fault."""
    direction_notes.user_file(model, name).unlink(missing_ok=True)
    _OPEN.forget()


def _between(
    studio: Studio, plus: tuple[Point, ...], minus: tuple[Point, ...], title: str, request: Request
) -> Way:
    truncation = request.params["truncation"]

    def mean(those: tuple[Point, ...]) -> Floats:
        placed = [studio.place(one, request.seed, truncation) for one in those]
        return np.mean([place + moved for place, moved in placed], axis=0, dtype=np.float32)

    way = mean(plus) - (mean(minus) if minus else studio.space.mean)
    length = float(np.linalg.norm(way))
    if length < 1e-6:
        raise bad_input(
            "The two sides are the same place.", "Mark other pictures with plus or minus."
        )
    info = Direction(
        name=direction_notes.name_of(title, studio.ways),
        title=title,
        method="yours",
        low=-REACH,
        high=REACH,
    )
    return Way(info, in_deviations(studio.space, way / length))


def in_deviations(space: LatentSpace, unit: Floats) -> Floats:
    """A unit vector (levels, width) made as long as the latents' standard deviation along it."""
    z = np.concatenate([noise(seed, space.z_width) for seed in range(MEASURED)])
    along = (space.of_noise(z) - space.mean).reshape(MEASURED, -1) @ unit.ravel()
    return (unit * np.float32(along.std())).astype(np.float32)


def contact_sheet(studio: Studio, way: Way, seed: int, truncation: float = 1.0) -> Pixels:
    """One seed's picture at even steps along a direction, side by side: (H, steps * W, 3)."""
    place = studio.space.place(Point(), seed, truncation)
    info = way.info
    steps = range(len(info.choices)) if info.choices else np.linspace(info.low, info.high, SHEET)
    row = [studio.render(place, way.move(float(amount)), truncation) for amount in steps]
    return np.concatenate(row, axis=1)
