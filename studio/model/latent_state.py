"""Where the Latent tool stands: a small immutable value that undo, snapshots and files hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from engines.protocol.errors import EngineError
from engines.protocol.latent import NEIGHBOUR, Anchor, Point, plain, point
from engines.protocol.messages import Request


@dataclass(frozen=True)
class LatentState:
    """Everything that decides the picture, but for the model.

    Attributes:
        seed: where it starts, while there are neither anchors nor corners.
        truncation: ψ.
        anchors: what it is blended from instead: an answer of the arithmetic board, or a picture
            that was brought in.
        corners: seeds of the seed plane's corners, from the top left to the bottom right; () while
            the plane is off.
        at: where on the plane, from 0 to 1 to the right and down.
        fine_seed: whose styles the levels from ``split`` on take; None for their own.
        split: see above.
        amounts: how far along each direction that is moved, by name.
        muted: directions that are switched off and keep their amount.
    """

    seed: int = 0
    truncation: float = 1.0
    anchors: tuple[Anchor, ...] = ()
    corners: tuple[int, ...] = ()
    at: tuple[float, float] = (0.5, 0.5)
    fine_seed: int | None = None
    split: int = 2
    amounts: dict[str, float] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()

    def moved(self, name: str, amount: float | None) -> LatentState:
        """With another amount of one direction; None for not moved."""
        others = {key: value for key, value in self.amounts.items() if key != name}
        return replace(self, amounts=others if amount is None else {**others, name: amount})

    def unmuted(self, name: str) -> LatentState:
        """With one direction switched on."""
        return replace(self, muted=self.muted - {name})

    def at_place(self, place: Point, before: Point | None = None) -> LatentState:
        """At another place, sliders moved as it says.

        Args:
            place: one without anchors is the seed's.
            before: the place that was left: what it moved goes with it. Other sliders stay.
        """
        old = before.moves if before is not None else {}
        kept = {
            name: amount
            for name, amount in self.amounts.items()
            if name not in old or old[name] != amount
        }
        fresh = {name: amount for name, amount in place.moves.items() if old.get(name) != amount}
        again = {name: amount for name, amount in place.moves.items() if name not in kept}
        amounts = {**kept, **again, **fresh}
        return replace(self, anchors=place.anchors, corners=(), amounts=amounts)

    def point(self, known: Collection[str], levels: int = 1) -> Point:
        """The place, for a model that knows these directions and has so many levels."""
        mixed = self.fine_seed is not None and levels > 1
        return Point(
            anchors=self._blend(),
            fine=(Anchor(seed=self.fine_seed or 0),) if mixed else (),
            split=min(self.split, levels) if mixed else Point().split,
            moves={
                name: amount
                for name, amount in self.amounts.items()
                if name in known and name not in self.muted
            },
        )

    def _blend(self) -> tuple[Anchor, ...]:
        if not self.corners:
            return self.anchors
        x, y = self.at
        shares = ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
        pairs = zip(self.corners, shares, strict=True)
        return tuple(Anchor(seed=seed, weight=round(share, 6)) for seed, share in pairs if share)


def state_of(request: Request) -> LatentState | None:
    """The state that makes a request's picture, or None when it is none of a latent space."""
    truncation = float(request.params.get("truncation", 1.0))
    plain = LatentState(seed=request.seed, truncation=truncation)
    if request.task == "generate":
        return plain
    where = point_of(request)
    if where is None:
        return None
    fine = where.fine[0].seed if where.fine else None
    anchors = () if where.anchors == (Anchor(seed=request.seed),) else where.anchors
    return replace(
        plain,
        anchors=anchors,
        fine_seed=fine,
        split=where.split,
        amounts=dict(where.moves),
    )


def point_of(request: Request) -> Point | None:
    """Where a request's picture lies, its anchor spelled out; None for other pictures."""
    if request.task == "generate":
        return Point(anchors=(Anchor(seed=request.seed),))
    if request.task != "latent":
        return None
    try:
        where = point(request.params.get("point", {}))
    except EngineError:
        return None
    anchors = where.anchors or (Anchor(seed=request.seed),)
    aside = _aside(request)
    fine = (*where.fine, *aside) if where.fine else ()
    return msgspec.structs.replace(where, anchors=(*anchors, *aside), fine=fine)


def _aside(request: Request) -> tuple[Anchor, ...]:
    """How far a neighbour lies from the place it was made around, as a share of its own noise."""
    spread = float(request.params.get("spread", 0.0))
    truncation = float(request.params.get("truncation", 1.0))
    if not spread or not truncation:
        return ()
    return (Anchor(seed=request.seed ^ NEIGHBOUR, weight=round(spread / truncation, 6)),)


def to_plain(state: LatentState) -> dict[str, Any]:
    """As plain values, for the settings."""
    return {
        "seed": state.seed,
        "truncation": state.truncation,
        "anchors": plain(state.anchors),
        "corners": list(state.corners),
        "at": list(state.at),
        "fine_seed": state.fine_seed,
        "split": state.split,
        "amounts": dict(state.amounts),
        "muted": sorted(state.muted),
    }


def from_plain(value: Any) -> LatentState:
    """From plain values; what does not fit (an older version's) is the default."""
    try:
        return msgspec.convert(value, LatentState)
    except msgspec.ValidationError:
        return LatentState()
