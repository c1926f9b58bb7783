"""A - B + C over pictures: averages of places, as vectors are added and taken away.

Radford et al. 2016, section 6.3.2: single pictures give unstable results, averages of three give
consistent ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.protocol.latent import Anchor, Examples, Point, plain
from engines.protocol.messages import Request
from engines.protocol.tools import GENERATE
from studio.model.context import StudioContext
from studio.model.edits import Edit
from studio.model.latent import LatentModel
from studio.model.latent_places import why_no_place
from studio.model.latent_state import point_of
from studio.model.renderings import Renderings

#: Three wells of pictures, A, B and C.
Wells = tuple[tuple[Request, ...], ...]

LETTERS = ("A", "B", "C")
#: A - B + C.
SIGNS = (1.0, -1.0, 1.0)
EMPTY: Wells = ((), (), ())
#: Pictures that a well takes.
MOST = 12
#: Anchors that a place may have.
MOST_ANCHORS = 256
_MEMORY = "image.arithmetic"
#: Examples that are put into a well at once.
EXAMPLES = 3
#: Weights are told apart down to this.
_DIGITS = 6


@dataclass(frozen=True)
class Board:
    """What lies in the wells of one model's board.

    Attributes:
        model: the model's name.
        wells: requests of pictures.
    """

    model: str
    wells: Wells = EMPTY


def combined(wells: Wells, still: Iterable[str] = ()) -> Point:
    """Where A - B + C lies. An empty well counts nothing; without any picture, nowhere.

    Args:
        wells: requests of pictures that have a place.
        still: names of directions that are choices, and cannot be averaged.
    """
    weights: dict[tuple[int, tuple[float, ...]], float] = {}
    moves: dict[str, float] = {}
    left_out = set(still)
    for sign, well in zip(SIGNS, wells, strict=True):
        places = [place for place in map(point_of, well) if place is not None]
        for place in places:
            share = sign / len(places)
            for anchor in place.anchors:
                key = (0 if anchor.vector else anchor.seed, anchor.vector)
                weights[key] = weights.get(key, 0.0) + share * anchor.weight
            for name, amount in place.moves.items():
                moves[name] = moves.get(name, 0.0) + share * amount
    anchors = [
        Anchor(seed=seed, vector=vector, weight=round(weight, _DIGITS))
        for (seed, vector), weight in weights.items()
    ]
    # Where all cancel out, the average picture is left, not none.
    kept = tuple(anchor for anchor in anchors if anchor.weight) or tuple(anchors[:1])
    rounded = {name: round(amount, _DIGITS) for name, amount in moves.items()}
    moved = {name: amount for name, amount in rounded.items() if amount and name not in left_out}
    return Point(anchors=kept, moves=moved)


class BoardModel(QObject):
    """The board of the model that the Latent tool works with.

    Signals:
        changed: the wells, the model, or a picture that has arrived.
    """

    changed = Signal()

    def __init__(
        self,
        context: StudioContext,
        latent: LatentModel,
        renderings: Renderings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._latent, self._renderings = context, latent, renderings
        self._boards: dict[str, Board] = {}
        self._wish: Request | None = None  # for the picture of the result
        self._recall()
        latent.changed.connect(self.changed)
        latent.stateChanged.connect(self.changed)
        latent.viewing.shownChanged.connect(self._on_shown)
        renderings.ready.connect(self.changed)

    # --- what is there ---------------------------------------------------------------------

    @property
    def wells(self) -> Wells:
        """The pictures in A, B and C."""
        return self._board.wells

    @property
    def empty(self) -> bool:
        """Whether there is nothing to calculate with."""
        return not any(self.wells)

    def point(self) -> Point:
        """Where A - B + C lies."""
        return self._point(self.wells)

    def picture(self, request: Request) -> QImage | None:
        """A picture in a well; None while it is being made."""
        return self._renderings.get(request)

    def result(self) -> QImage | None:
        """The picture of A - B + C; None while there is none."""
        wish = None if self.empty else self._result()
        if self._wish is not None and self._wish != wish:
            self._renderings.drop(self._wish)
        self._wish = wish
        return self._renderings.get(wish) if wish is not None else None

    @property
    def _board(self) -> Board:
        model = self._latent.model
        return self._boards.get(model, Board(model))

    def _point(self, wells: Wells) -> Point:
        return combined(wells, [one.name for one in self._latent.directions if one.choices])

    def _result(self) -> Request:
        return self._latent.request(point=plain(self.point()))

    # --- what a person does ----------------------------------------------------------------

    def add_entries(self, well: int, entries: Sequence[str]) -> None:
        """Put results of the history into a well."""
        requests = []
        for entry in map(self._context.history.get, entries):
            if entry is not None:
                self._renderings.put(entry.request, self._context.history.image(entry))
                requests.append(entry.request)
        self.add(well, requests)

    def add_shown(self, well: int) -> None:
        """Put the picture in view into a well."""
        shown = self._latent.viewing.shown
        if shown is not None and shown.request is not None and not self.reason_not_to_add():
            self._renderings.put(shown.request, shown.image)
            self.add(well, [shown.request])

    def add_seeds(self, well: int, seeds: Sequence[int]) -> None:
        """Put pictures of seeds into a well."""
        info = self._latent.model_info
        weights = info.weights if info is not None else ""
        params = {"truncation": 1.0, "count": 1}
        make = (
            Request(
                task=GENERATE.task,
                model=self._latent.model,
                weights=weights,
                seed=seed,
                params=params,
            )
            for seed in seeds
        )
        self.add(well, list(make))

    @property
    def examples(self) -> tuple[Examples, ...]:
        """Attributes of the chosen model with seeds of pictures, by their titles."""
        info = self._latent.model_info
        found = info.examples.values() if info is not None else ()
        return tuple(sorted(found, key=lambda one: one.title))

    def add_examples(self, well: int, seeds: Sequence[int], _checked: bool = False) -> None:
        """Put the first of some seeds into a well that are not in it yet."""
        held = {request.seed for request in self.wells[well] if request.task == GENERATE.task}
        self.add_seeds(well, [seed for seed in seeds if seed not in held][:EXAMPLES])

    def add(self, well: int, requests: Sequence[Request]) -> None:
        """Put pictures into a well, or say why they cannot be there."""
        held = self.wells[well]
        fresh = [request for request in requests if request not in held]
        reason = next(filter(None, map(self._why_not, fresh)), "")
        wanted = self._with(well, (*held, *fresh))
        if not reason and len(held) + len(fresh) > MOST:
            reason = f"A well takes {MOST} pictures: remove one first."
        if not reason and len(self._point(wanted).anchors) > MOST_ANCHORS:
            reason = "These pictures are blends of too many others: use plainer ones."
        if reason:
            self._context.messages.show(reason, level="warn")
        else:
            self._edit(f"Add to {LETTERS[well]}", wanted)

    def remove(self, well: int, number: int) -> None:
        """Take one picture out of a well."""
        held = self.wells[well]
        if 0 <= number < len(held):
            self._edit(
                f"Remove from {LETTERS[well]}",
                self._with(well, (*held[:number], *held[number + 1 :])),
            )

    def clear(self, well: int) -> None:
        """Empty a well."""
        self._edit(f"Empty {LETTERS[well]}", self._with(well, ()))

    def show(self) -> None:
        """Go to A - B + C again, wherever the sliders stand."""
        if not self.empty:
            state, place = self._latent.state, self.point()
            plainly = replace(state, amounts={}, muted=frozenset(), fine_seed=None)
            self._latent.edit("Arithmetic", plainly.at_place(place))
            self._latent.preview()

    def nearby(self) -> None:
        """Lay out pictures around A - B + C (the noise grid of figure 7)."""
        if not self.empty:
            self.show()
            self._latent.neighbours()

    # --- reasons ---------------------------------------------------------------------------

    def reason_not_to_add(self) -> str:
        """Why the picture in view cannot be calculated with, or ""."""
        shown = self._latent.viewing.shown
        if shown is None:
            return "No picture is in view."
        return self._why_not(shown.request)

    def reason_not_to_show(self) -> str:
        """Why there is no result, or ""."""
        return "Put pictures into A first." if self.empty else self._latent.reason_not_to_run()

    def _why_not(self, request: Request | None) -> str:
        return why_no_place(request, self._latent.model, self._context.models)

    # --- undo ------------------------------------------------------------------------------

    def _with(self, well: int, requests: tuple[Request, ...]) -> Wells:
        return tuple(requests if at == well else held for at, held in enumerate(self.wells))

    def _edit(self, text: str, wells: Wells) -> None:
        """The board and the tool's place change together: one step of undo."""
        if wells == self.wells:
            return
        before, undo = self._point(self.wells), self._context.undo
        undo.beginMacro(text)
        undo.push(Edit(self._put, text, self._board, Board(self._latent.model, wells)))
        state = self._latent.state.at_place(self._point(wells), before)
        self._latent.edit(text, state)
        undo.endMacro()

    def _put(self, board: Board) -> None:
        self._boards[board.model] = board
        self.changed.emit()

    def _on_shown(self) -> None:
        """The tool's own live picture is the result's, when nothing was moved besides."""
        viewing = self._latent.viewing
        shown = viewing.shown if viewing.source == "live" else None
        if shown is not None and shown.request is not None and shown.request == self._wish:
            self._renderings.put(shown.request, shown.image)
        self.changed.emit()

    # --- the last session ------------------------------------------------------------------

    def remember(self) -> None:
        """Leave every board for the next session."""
        boards = {name: board for name, board in self._boards.items() if any(board.wells)}
        self._context.settings.remember(_MEMORY, msgspec.to_builtins(boards))

    def _recall(self) -> None:
        kept: Any = self._context.settings.recall(_MEMORY, {})
        try:
            boards = msgspec.convert(kept, dict[str, Board])
        except msgspec.ValidationError:
            return  # an older version's
        self._boards = {name: one for name, one in boards.items() if len(one.wells) == len(LETTERS)}
