"""The Latent tool: a picture that is steered, re-made at every move of a slider."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from engines.protocol.latent import Anchor, Direction, Point, plain
from engines.protocol.messages import Request
from engines.protocol.params import Tool
from engines.protocol.tools import DIRECTION, GENERATE, LATENT
from studio.model.context import StudioContext
from studio.model.edits import Edit
from studio.model.job import Job
from studio.model.latent_state import LatentState, from_plain, point_of, state_of, to_plain
from studio.model.picture import Picture
from studio.model.picture_tool import PictureTool
from studio.model.seed import roll
from studio.model.viewing import Viewing

#: How many pictures of a neighbourhood are made, and how far they lie from the place.
NEIGHBOURS, SPREAD = 8, 0.5
#: Random amounts spread as latents do: a unit of a direction is their standard deviation.
_WILDNESS = 1.0


class LatentModel(PictureTool):
    """See :class:`PictureTool`. Every edit is one step of undo of a small state, not of pixels.

    Signals:
        stateChanged: the state, for whatever reason.
    """

    stateChanged = Signal()

    def __init__(
        self, context: StudioContext, viewing: Viewing, parent: QObject | None = None
    ) -> None:
        self._state = LatentState()
        self._following = False  # while the controls are set to the state, not the other way round
        self.snapshots: dict[str, LatentState] = {}
        super().__init__(context, viewing, LATENT, parent)
        self._live.shown.connect(self._on_frame)
        self.seed.chosen.connect(self._on_seed)
        self.values.changed.connect(self._on_param)
        self._follow()

    # --- the state -------------------------------------------------------------------------

    @property
    def state(self) -> LatentState:
        """Where it stands."""
        return self._state

    @property
    def directions(self) -> tuple[Direction, ...]:
        """What the chosen model can be moved along."""
        info = self.model_info
        return info.directions if info is not None else ()

    @property
    def levels(self) -> int:
        """How many styles a picture of the chosen model has."""
        info = self.model_info
        return info.levels if info is not None else 0

    def point(self) -> Point:
        """The place that the controls describe."""
        return self._state.point({one.name for one in self.directions}, self.levels)

    def edit(self, text: str, state: LatentState, merge: str = "") -> None:
        """Put another state in place, undoably.

        Args:
            text: what was done, for the undo menu.
            state: made from :attr:`state`.
            merge: edits with the same word that follow each other quickly are one step.
        """
        if state != self._state:
            self._context.undo.push(Edit(self._put, text, self._state, state, merge))

    def move(self, direction: Direction, amount: float | None) -> None:
        """Set a direction's slider, or its choice; None for not moved."""
        state = self._state.moved(direction.name, amount)
        self.edit(direction.title, state, merge=f"move {direction.name}")

    def unmuted_move(self, direction: Direction, amount: float | None) -> None:
        """Move a direction that may be switched off: it is on afterwards."""
        name = direction.name
        state = self._state.unmuted(name).moved(name, amount)
        self.edit(direction.title, state, merge=f"move {name}")

    def mute(self, name: str, muted: bool) -> None:
        """Switch a direction off, or on again with the amount it had."""
        others = self._state.muted - {name}
        self.edit("Mute", replace(self._state, muted=others | {name} if muted else others))

    def randomise(self, names: Sequence[str]) -> None:
        """Draw new amounts for some directions, within what each allows."""
        state, chosen = self._state, set(names)
        for one in self.directions:
            if one.name not in chosen:
                continue
            if one.choices:
                amount = float(random.randrange(len(one.choices)))
            else:
                amount = min(max(random.gauss(0.0, _WILDNESS), one.low), one.high)
            state = state.moved(one.name, round(amount, 2))
        self.edit("Random amounts", state)

    def clear_moves(self) -> None:
        """All sliders back to the middle."""
        self.edit("Reset the sliders", replace(self._state, amounts={}, muted=frozenset()))

    def start_from(self, anchors: tuple[Anchor, ...], text: str = "Start here") -> None:
        """Blend from these in place of the seed; () goes back to the seed."""
        self.edit(text, replace(self._state, anchors=anchors, corners=()))

    # --- the seed plane, mixing and snapshots ----------------------------------------------

    def set_plane(self, on: bool) -> None:
        """Work between four seeds, the first of which is the present one; or at the seed again."""
        corners = (self._state.seed, *(roll() for _ in range(3))) if on else ()
        self.edit("Seed plane", replace(self._state, corners=corners, at=(0.0, 0.0)))

    def set_corner(self, number: int, seed: int) -> None:
        """Put another seed into one corner (0 to 3)."""
        corners = list(self._state.corners)
        corners[number] = seed
        self.edit("Corner", replace(self._state, corners=tuple(corners)))

    def go_to(self, x: float, y: float) -> None:
        """Move on the seed plane, 0 to 1 to the right and down."""
        at = (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.edit("Seed plane", replace(self._state, at=at), merge="plane")

    def mix(self, seed: int | None, split: int | None = None) -> None:
        """Take the fine styles from another seed, from a level on; None for none."""
        wanted = self._state.split if split is None else split
        state = replace(self._state, fine_seed=seed, split=wanted)
        self.edit("Style mixing", state, merge="mix")

    def store(self, letter: str) -> None:
        """Keep the state under a letter, to compare with."""
        self.snapshots[letter] = self._state
        self.stateChanged.emit()

    def recall(self, letter: str) -> None:
        """Back to what a letter keeps; a letter that keeps nothing yet keeps this."""
        if letter in self.snapshots:
            self.edit(f"Snapshot {letter}", self.snapshots[letter])
        else:
            self.store(letter)

    # --- pictures --------------------------------------------------------------------------

    def request(self, **changes: Any) -> Request:
        """See :class:`PictureTool`."""
        changes = {"point": plain(self.point()), "spread": 0.0, "count": 1, **changes}
        return super().request(**changes)

    def reason_not_to_run(self) -> str:
        """See :class:`PictureTool`."""
        models = self._context.models
        if not models.known or self.model_info is not None:
            return ""
        return "No model with a latent space is installed."

    def run(self) -> None:
        """Keep the picture in view as a layer; show it first where it is not."""
        if self.viewing.source == "live":
            self.viewing.keep()
        else:
            self.preview()

    def neighbours(self) -> None:
        """Lay out pictures of the neighbourhood as candidates."""
        if self.reason_not_to_run():
            return
        self._collect(self.request(count=NEIGHBOURS, spread=SPREAD))

    def _collect(self, request: Request) -> None:
        self._live.stop()
        job = self._context.jobs.add(request)
        self.viewing.collect(job)
        self.watch(job)

    def steer(self, request: Request) -> None:
        """Go on from a picture that was made."""
        state = state_of(request)
        if state is None:
            return
        if self._context.models.get(request.model) is not None:
            self.choose_model(request.model)
        self.edit("Steer", state)

    def apply(self, request: Request) -> str:
        """See :class:`PictureTool`."""
        note = super().apply(request)
        self.steer(request)
        return note

    def strangers(self, count: int) -> None:
        """Lay out pictures of new seeds as candidates."""
        params = {"truncation": self._state.truncation, "count": count}
        self._collect(self._request(GENERATE, params, roll()))

    def make_direction(self, title: str, plus: Sequence[Request], minus: Sequence[Request]) -> Job:
        """Make a direction from pictures that have something and pictures that lack it."""

        def places(requests: Sequence[Request]) -> list[Any]:
            return [plain(where) for where in map(point_of, requests) if where is not None]

        params = {"title": title, "plus": places(plus), "minus": places(minus)}
        job = self._context.jobs.add(self._request(DIRECTION, params, self._state.seed))
        self.watch(job)
        return job

    def _request(self, tool: Tool, params: dict[str, Any], seed: int) -> Request:
        """A request of another tool for the chosen model."""
        info = self.model_info
        weights = info.weights if info is not None else ""
        return Request(task=tool.task, model=self.model, weights=weights, seed=seed, params=params)

    def remove_direction(self, name: str) -> None:
        """Delete a direction of the user's own."""
        self._context.client.remove_direction(self.model, name)

    def preview(self) -> None:
        """See :class:`PictureTool`."""
        if self._active and self.model_info is not None:
            self._live.ask(self.request())

    def set_active(self, active: bool) -> None:
        """See :class:`PictureTool`; coming into view shows the picture."""
        came = active and not self._active
        super().set_active(active)
        if came:
            self.preview()

    def choose_model(self, name: str) -> None:
        """See :class:`PictureTool`; places found in another model mean nothing here."""
        if name != self.model and any(anchor.vector for anchor in self._state.anchors):
            self.edit("Another model", replace(self._state, anchors=()))
        super().choose_model(name)
        self.stateChanged.emit()

    # --- controls and state follow each other ----------------------------------------------

    def _put(self, state: LatentState) -> None:
        self._state = state
        self._follow()
        self.stateChanged.emit()
        self.preview()

    def _follow(self) -> None:
        """Let the seed and the variety show the state."""
        self._following = True
        self.seed.load(self._state.seed, self.seed.locked)
        self.values.set("truncation", self._state.truncation)
        self._following = False

    def _on_seed(self) -> None:
        if not self._following:
            state = replace(self._state, seed=self.seed.value, anchors=(), corners=())
            self.edit("Seed", state, merge="seed")

    def _on_param(self, name: str) -> None:
        if name == "truncation" and not self._following:
            state = replace(self._state, truncation=float(self.values[name]))
            self.edit("Variety", state, merge="truncation")

    def _on_value(self, name: str) -> None:
        """The state's edit shows it: see :meth:`_on_param`."""

    def _on_frame(self, picture: Picture) -> None:
        self.viewing.try_out(picture, "live")

    def _on_library(self) -> None:
        super()._on_library()
        self.stateChanged.emit()
        if self._active and self.viewing.source == "live":
            self.preview()

    # --- the last session ------------------------------------------------------------------

    def remember(self) -> None:
        """See :class:`PictureTool`."""
        self._context.settings.remember(
            self._memory,
            {
                "model": self.model,
                "state": to_plain(self._state),
                "snapshots": {key: to_plain(state) for key, state in self.snapshots.items()},
            },
        )

    def _recall(self) -> None:
        kept = self._context.settings.recall(self._memory, {})
        self._model = str(kept.get("model", self._model))
        self._state = from_plain(kept["state"]) if "state" in kept else LatentState(seed=roll())
        snapshots = kept.get("snapshots", {})
        self.snapshots = {str(key): from_plain(value) for key, value in snapshots.items()}
