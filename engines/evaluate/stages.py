"""Progress of work that has several stages of unequal length."""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: Told how much is done, of how much, and what is being done.
Hook = Callable[[int, int, str], None]


class Stages:
    """Turns progress within each stage into progress of the whole."""

    def __init__(self, weights: Mapping[str, float], hook: Hook | None = None) -> None:
        """Plan the work.

        Args:
            weights: the stages in their order and how long each takes, in any unit.
            hook: told the progress of the whole in hundredths.
        """
        self.hook = hook
        self._weights = dict(weights)
        self._total = sum(self._weights.values())

    def begin(self, name: str) -> Callable[[float], None]:
        """Enter a stage; returns what to call with the share of it that is done."""
        names = list(self._weights)
        before = sum(self._weights[other] for other in names[: names.index(name)])

        def tick(part: float) -> None:
            if self.hook is not None:
                done = (before + part * self._weights[name]) / self._total
                self.hook(round(100 * done), 100, name)

        tick(0.0)
        return tick

    def end(self) -> None:
        """Everything is done."""
        if self.hook is not None:
            self.hook(100, 100, "")
