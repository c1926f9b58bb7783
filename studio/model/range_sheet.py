"""A direction's contact sheet: the place in view, moved from one end of its range to the other."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.protocol.latent import Direction, plain
from engines.protocol.messages import Request
from studio.model.latent import LatentModel
from studio.model.latent_state import LatentState
from studio.model.renderings import Renderings

#: Pictures from the middle to either end of a slider.
STEPS = 3


@dataclass(frozen=True)
class Cell:
    """One picture of the sheet.

    Attributes:
        amount: how far along the direction; None for not moved.
        title: what stands under it.
        image: None while it is on its way, null where it cannot be made.
        here: whether the direction stands there now.
    """

    amount: float | None
    title: str
    image: QImage | None
    here: bool


class RangeSheet(QObject):
    """Shows what a direction does to the picture in view, before it is done.

    Signals:
        changed: the cells; while it is open only.
    """

    changed = Signal()

    def __init__(
        self, latent: LatentModel, renderings: Renderings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._latent, self._renderings = latent, renderings
        self._direction: Direction | None = None
        self._wanted: list[Request] = []
        latent.stateChanged.connect(self._on_change)
        renderings.ready.connect(self._on_change)

    @property
    def direction(self) -> Direction | None:
        """What it is of; None while it is closed."""
        return self._direction

    def open(self, direction: Direction) -> None:
        """Make the sheet of a direction, at the place in view."""
        self._direction = direction
        self.changed.emit()

    def close(self) -> None:
        """No picture of it is wanted any more."""
        self._want([])
        self._direction = None

    def cells(self) -> list[Cell]:
        """From one end to the other; what is missing is asked for."""
        direction = self._direction
        if direction is None:
            return []
        state, name = self._latent.state, direction.name
        now = None if name in state.muted else state.amounts.get(name)
        places = places_of(direction)
        requests = [self._request(state, name, amount) for amount, _title in places]
        self._want(requests)
        return [
            Cell(amount, title, self._renderings.get(request), amount == now)
            for (amount, title), request in zip(places, requests, strict=True)
        ]

    def choose(self, amount: float | None) -> None:
        """Move the direction to where a picture of the sheet stands."""
        if self._direction is not None:
            self._latent.unmuted_move(self._direction, amount)

    def _request(self, state: LatentState, name: str, amount: float | None) -> Request:
        latent = self._latent
        moved = state.unmuted(name).moved(name, amount)
        known = {one.name for one in latent.directions}
        return latent.request(point=plain(moved.point(known, latent.levels)))

    def _want(self, requests: list[Request]) -> None:
        for old in self._wanted:
            if old not in requests:
                self._renderings.drop(old)
        self._wanted = requests

    def _on_change(self) -> None:
        if self._direction is not None:
            self.changed.emit()


def places_of(direction: Direction) -> list[tuple[float | None, str]]:
    """The amounts that a sheet shows, and what stands under each.

    Every choice where there are choices; else evenly from the low end to the middle and from there
    to the high end, which need not be as far away.
    """
    if direction.choices:
        return [(float(number), title) for number, title in enumerate(direction.choices)]
    below = (round(direction.low * step / STEPS, 2) for step in range(STEPS, 0, -1))
    above = (round(direction.high * step / STEPS, 2) for step in range(1, STEPS + 1))
    # A short end may come to the same amount twice, or to none.
    amounts = dict.fromkeys((*below, 0.0, *above))
    return [(amount or None, f"{amount:+g}" if amount else "0") for amount in amounts]
