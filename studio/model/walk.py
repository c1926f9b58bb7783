"""The Walk tool: keyframes of a latent space on a timeline, played live and exported as a film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.protocol.latent import Ease, Key, plain
from engines.protocol.messages import Request
from studio.model.context import StudioContext
from studio.model.keyframes import record_of_settings
from studio.model.own_job import OwnJob
from studio.model.renderings import Renderings
from studio.model.walk_player import WalkPlayer
from studio.model.walk_state import Grid, Stage, WalkState, next_place, picture_request

_MEMORY = "image.walk"


class WalkModel(OwnJob):
    """A row of keyframes. Every edit is one step of undo.

    Signals:
        changed: keyframes, settings, the chosen keyframe, the film that is made, or the player.
        thumbnailsChanged: the picture of a keyframe may be there.
    """

    thumbnailsChanged = Signal()

    def __init__(
        self,
        context: StudioContext,
        stage: Stage,
        renderings: Renderings,
        parent: QObject | None = None,
    ) -> None:
        """Begin with the last session's walk.

        Args:
            context: the shared models.
            stage: where keyframes come from, and where frames are shown.
            renderings: where the keyframes' own pictures come from.
            parent: Qt's owner of this object.
        """
        super().__init__(context, parent)
        self._stage, self._renderings = stage, renderings
        self._keyframes = context.keyframes
        self.tool, self.values = self._keyframes.tool, self._keyframes.values
        self._selected = -1
        self._loaded = -1  # the keyframe that the controls were set to, for K to change
        self.player = WalkPlayer(context, self)
        self._recall()
        self._keyframes.replaced.connect(self._on_replaced)
        self._keyframes.loaded.connect(self._on_loaded)
        self.values.changed.connect(self._on_value)
        self.player.moved.connect(lambda _moment: self._unload())
        self.player.changed.connect(self.changed)
        self.player.shown.connect(stage.show)
        renderings.ready.connect(self.thumbnailsChanged)
        context.models.changed.connect(self.changed)

    # --- what there is -----------------------------------------------------------------------

    @property
    def state(self) -> WalkState:
        """Keyframes and length."""
        return self._keyframes.state

    @property
    def grid(self) -> Grid:
        """The frames it has."""
        return Grid(int(self.values["fps"]), self.state.seconds)

    @property
    def looping(self) -> bool:
        """Whether it goes back to the first keyframe."""
        return bool(self.values["loop"])

    def passed(self) -> tuple[Key, ...]:
        """The keyframes that are part of the walk."""
        return tuple(key for key in self.state.keys if key.at <= self.grid.last)

    @property
    def selected(self) -> int:
        """Which keyframe is chosen; -1 for none."""
        return self._selected if self._selected < len(self.state.keys) else -1

    @property
    def loaded(self) -> int:
        """Which keyframe K would change, because the controls were set to it; -1 for none."""
        return self._loaded

    def thumbnail(self, key: Key) -> QImage | None:
        """The picture of a keyframe, or None while it is on its way."""
        if not self._context.models.known:
            return None
        return self._renderings.get(self._picture(self.state.model, key))

    def _picture(self, model: str, key: Key) -> Request:
        return picture_request(model, self._weights(model), key)

    def _weights(self, model: str) -> str:
        info = self._context.models.get(model)
        return info.weights if info is not None else ""

    def reason_not_to_add(self) -> str:
        """Why the picture in hand cannot become a keyframe, or ""."""
        here = self._stage.here()
        if here is None:
            return "There is no picture to keep yet: press J."
        if self.state.keys and here.model != self.state.model:
            info = self._context.models.get(self.state.model)
            title = info.title if info is not None else self.state.model
            return f"The keyframes belong to {title}: choose it, or remove them."
        return ""

    def reason_not_to_play(self) -> str:
        """Why there is nothing to play or export, or ""."""
        if not self.state.keys:
            return "There is no keyframe yet: press K."
        if not self.passed():
            return "Every keyframe lies after the end: make the walk longer."
        models = self._context.models
        if models.known and models.get(self.state.model) is None:
            return f"The model {self.state.model} is not installed."
        return ""

    # --- edits -------------------------------------------------------------------------------

    def add(self) -> None:
        """Make the picture in hand a keyframe, or change the one that was loaded.

        See :func:`studio.model.walk_state.next_place` for where it goes.
        """
        here, reason = self._stage.here(), self.reason_not_to_add()
        if here is None or reason:
            self._context.messages.show(reason, level="warn")
            return
        key = Key(at=0.0, point=here.point, seed=here.seed, truncation=here.truncation)
        if here.image is not None:
            self._renderings.put(self._picture(here.model, key), here.image)
        loaded = self._loaded
        if loaded >= 0:
            old = self.state.keys[loaded]
            changed = msgspec.structs.replace(key, at=old.at, ease=old.ease)
            self._keyframes.edit("Change keyframe", self.state.with_key(changed, loaded))
            self._loaded = loaded
            return
        moment = self.player.moment
        at, seconds = next_place(self.grid, self.state.keys, moment, self.looping)
        state = replace(self.state, model=here.model, seconds=seconds)
        self._keyframes.edit("Add keyframe", state.with_key(msgspec.structs.replace(key, at=at)))
        self.select(self._number_at(at))

    def move(self, number: int, at: float) -> None:
        """Put a keyframe at another time: the nearest one that no other keyframe has."""
        taken = frozenset(key.at for n, key in enumerate(self.state.keys) if n != number)
        free = self.grid.free(self.grid.snapped(at), taken)
        if free is None:
            return
        moved = msgspec.structs.replace(self.state.keys[number], at=free)
        self._keyframes.edit("Move keyframe", self.state.with_key(moved, number))
        self.select(self._number_at(free))

    def remove(self, number: int) -> None:
        """Take a keyframe out."""
        if 0 <= number < len(self.state.keys):
            self._keyframes.edit("Remove keyframe", self.state.without(number))
            self._choose(min(number, len(self.state.keys) - 1))

    def clear(self) -> None:
        """Begin anew."""
        self._keyframes.edit("Remove all keyframes", replace(self.state, keys=(), model=""))

    def set_ease(self, number: int, ease: Ease) -> None:
        """Say how the way from a keyframe to the next is gone."""
        key = msgspec.structs.replace(self.state.keys[number], ease=ease)
        self._keyframes.edit("Easing", self.state.with_key(key, number))

    def select(self, number: int) -> None:
        """Choose a keyframe, and look at it."""
        self._choose(number)
        if 0 <= number < len(self.state.keys):
            self.player.seek(self.state.keys[number].at)

    def load(self, number: int) -> None:
        """Set the controls to a keyframe; K then changes it."""
        key = self.state.keys[number]
        self.player.stop()
        self.player.put(key.at)
        self._selected = self._loaded = number
        self._stage.load(self.state.model, key)
        self.changed.emit()

    def set_active(self, active: bool) -> None:
        """Whether the timeline is in view; it plays only then."""
        if not active:
            self.player.stop()
            self.remember()

    def _number_at(self, at: float) -> int:
        return next(n for n, key in enumerate(self.state.keys) if key.at == at)

    def _choose(self, number: int) -> None:
        self._selected, self._loaded = number, -1
        self.changed.emit()

    def _unload(self) -> None:
        if self._loaded >= 0:
            self._choose(self._selected)

    def _on_replaced(self) -> None:
        self._loaded = -1
        self.player.follow()
        self.changed.emit()

    def _on_loaded(self) -> None:
        self.player.stop()
        self.player.put(0.0)
        self._choose(-1)

    def _on_value(self, name: str) -> None:
        if name == "fps":
            self.player.follow()
        elif name in ("path", "loop"):
            self.player.refresh()
        self.changed.emit()

    # --- the film ----------------------------------------------------------------------------

    def request(self, **changes: Any) -> Request:
        """The request for the film, or with ``moment`` for one frame."""
        return Request(
            task=self.tool.task,
            model=self.state.model,
            weights=self._weights(self.state.model),
            params={**self.values.all(), "keys": plain(self.passed()), **changes},
        )

    def export(self, path: Path) -> None:
        """Queue the film."""
        if not self.reason_not_to_play():
            self.player.pause()
            self._job = self._context.jobs.add(self.request(file=str(path))).id
            self.remember()
            self.changed.emit()

    # --- the last session --------------------------------------------------------------------

    def remember(self) -> None:
        """Leave the settings for the next walk; keyframes are the document's."""
        self._context.settings.remember(_MEMORY, {"params": self.values.all()})

    def _recall(self) -> None:
        """Take over the last settings, and keyframes that earlier versions kept with them."""
        if not self._keyframes.state.keys:
            kept = self._context.settings.recall(_MEMORY, {})
            self._keyframes.load(record_of_settings(kept))
