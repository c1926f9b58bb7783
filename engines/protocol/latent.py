"""Where in a model's latent space a picture lies: what sliders, boards and timelines make.

A point is blended from anchors, then moved along named directions. It is small, it is plain data,
and with the model's name it is the whole of a picture: what is stored is the point, never pixels.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec

from engines.protocol.errors import bad_input

#: What tells a neighbour's noise from that of the anchor with the same seed.
NEIGHBOUR = 0x9E3779B9

Seed = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Vector = Annotated[tuple[float, ...], msgspec.Meta(max_length=65_536)]


class Anchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place to blend from: a seed's, or one that was found and is spelled out.

    Attributes:
        seed: of :func:`engines.tasks.generate.latent`; ignored where there is a vector.
        vector: levels times width numbers, coarsest level first; () for the seed's.
        weight: its share; may be negative. Shares need not add up to 1.
    """

    seed: Seed = 0
    vector: Vector = ()
    weight: float = 1.0


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in a latent space.

    Attributes:
        anchors: what it is blended from; () for the request's own seed.
        fine: what the levels from ``split`` on are blended from (style mixing, StyleGAN, section
            3.1); () for the same as the coarse ones. Of use where a model has several levels.
        split: the first level that ``fine`` decides.
        moves: how far along each direction, by its name, in the direction's own unit.
    """

    anchors: Annotated[tuple[Anchor, ...], msgspec.Meta(max_length=256)] = ()
    fine: Annotated[tuple[Anchor, ...], msgspec.Meta(max_length=256)] = ()
    split: Annotated[int, msgspec.Meta(ge=0, le=64)] = 2
    moves: Annotated[dict[str, float], msgspec.Meta(max_length=256)] = {}


Method = Literal["closed_form", "pca", "supervised", "yours", "code", "inherited"]


class Direction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way through a latent space that changes one thing, as a slider shows it.

    One unit is one standard deviation of the latents along it; of a code, the code's own unit.

    Attributes:
        name: the key in :attr:`Point.moves`.
        title: what people see.
        method: how it was found: "closed_form" (SeFa, Shen and Zhou 2021), "pca" (GANSpace,
            Härkönen et al. 2020), "supervised" (InterFaceGAN, Shen et al. 2020), "yours",
            "code" (InfoGAN), or "inherited" from the model that this one learned on from.
        low: the least a slider allows, below 0.
        high: the most: beyond, pictures are not plausible any more.
        choices: names, where it is no slider but a choice: a move by ``i`` chooses number ``i``.
        effect: how much the attribute changes from low to high, 0 to 1; None where it was not
            measured.
        leakage: how much the other attributes change meanwhile, 0 to 1.
        monotony: share of steps along it in which the attribute does not turn back, 0 to 1.
        note: a sentence worth telling, or "".
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    title: str
    method: Method
    low: float = -3.0
    high: float = 3.0
    choices: tuple[str, ...] = ()
    effect: float | None = None
    leakage: float | None = None
    monotony: float | None = None
    note: str = ""


class Examples(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"having": "with", "lacking": "without"},
):
    """Pictures found by an attribute, for arithmetic and for directions of one's own.

    Attributes:
        title: what the attribute is called.
        having: seeds of pictures that show it, the clearest first.
        lacking: for each of these, the seed of one that lacks it and is like it in other things.
    """

    title: str
    having: tuple[Seed, ...]
    lacking: tuple[Seed, ...]


Ease = Literal["linear", "in_out", "hold"]


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A keyframe of a walk.

    Attributes:
        at: when, in seconds from the start.
        point: where; without anchors, at the seed of ``seed``.
        seed: see ``point``.
        truncation: of this keyframe; in between it changes evenly.
        ease: how the way from here to the next keyframe is gone.
    """

    at: Annotated[float, msgspec.Meta(ge=0, le=3600)]
    point: Point = Point()
    seed: Seed = 0
    truncation: Annotated[float, msgspec.Meta(ge=0, le=2)] = 1.0
    ease: Ease = "linear"


def point(value: Any) -> Point:
    """A point from plain values.

    Raises:
        EngineError: kind ``bad_input``, saying what is wrong where.
    """
    found: Point = _convert(value, Point, "point in a latent space")
    return found


def keys(value: Any) -> tuple[Key, ...]:
    """Keyframes from plain values, sorted by time.

    Raises:
        EngineError: kind ``bad_input``, saying what is wrong where, or that two are at one time.
    """
    found: tuple[Key, ...] = _convert(value, tuple[Key, ...], "row of keyframes")
    ordered = tuple(sorted(found, key=lambda key: key.at))
    for one, other in pairwise(ordered):
        if one.at == other.at:
            raise bad_input(
                f"Two keyframes lie at {one.at:g} s.", "Move one of them, or remove it."
            )
    return ordered


def points(value: Any) -> tuple[Point, ...]:
    """Several points from plain values.

    Raises:
        EngineError: kind ``bad_input``, saying what is wrong where.
    """
    found: tuple[Point, ...] = _convert(value, tuple[Point, ...], "list of points")
    return found


def plain(value: Any) -> Any:
    """As plain values, without what is left at its default: what requests and files hold.

    Args:
        value: a point, a keyframe, or a tuple of either.
    """
    if isinstance(value, msgspec.Struct):
        pairs = ((field, getattr(value, field.name)) for field in _fields(type(value)))
        return {field.name: plain(held) for field, held in pairs if held != _default(field)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return dict(value) if isinstance(value, dict) else value


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Looking fields up takes a millisecond, and a slider asks for every frame."""
    return msgspec.structs.fields(kind)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    """The default; msgspec itself leaves out only what is the very object of it."""
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _convert(value: Any, kind: Any, words: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise bad_input(
            f"This is no {words}: {error}.", "Give it as Duet writes it in a request."
        ) from error
