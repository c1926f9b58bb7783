"""The Latent tool as the stage of a walk: its sliders give keyframes, its canvas shows frames."""

from __future__ import annotations

from engines.protocol.latent import Key, plain
from engines.protocol.messages import Request
from engines.protocol.tools import LATENT
from studio.model.latent import LatentModel
from studio.model.picture import Picture
from studio.model.walk_state import Here


class LatentStage:
    """See :class:`studio.model.walk_state.Stage`."""

    def __init__(self, latent: LatentModel) -> None:
        self._latent = latent

    def here(self) -> Here | None:
        """See :class:`studio.model.walk_state.Stage`."""
        latent = self._latent
        if latent.reason_not_to_run() or latent.model_info is None:
            return None
        request, shown = latent.request(), latent.viewing.shown
        same = shown is not None and shown.request is not None and _same(shown.request, request)
        return Here(
            model=latent.model,
            point=latent.point(),
            seed=latent.state.seed,
            truncation=latent.state.truncation,
            image=shown.image if shown is not None and same else None,
        )

    def show(self, picture: Picture) -> None:
        """See :class:`studio.model.walk_state.Stage`."""
        self._latent.viewing.try_out(picture, "live")

    def load(self, model: str, key: Key) -> None:
        """See :class:`studio.model.walk_state.Stage`."""
        params = {"point": plain(key.point), "truncation": key.truncation}
        self._latent.steer(Request(task=LATENT.task, model=model, seed=key.seed, params=params))


def _same(shown: Request, wanted: Request) -> bool:
    """Whether a picture is the one that the sliders describe."""
    names = ("point", "truncation", "spread")
    return (shown.task, shown.model, shown.seed) == (
        wanted.task,
        wanted.model,
        wanted.seed,
    ) and all(shown.params.get(name) == wanted.params.get(name) for name in names)
