"""The Walk tool: keyframes of a latent space on a timeline, played live and exported as a film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError
from engines.protocol.latent import Ease, Key, keys, plain
from engines.protocol.messages import Request
from engines.protocol.tools import WALK
from studio.model.context import StudioContext
from studio.model.edits import Edit
from studio.model.own_job import OwnJob
from studio.model.param_values import ParamValues
from studio.model.renderings import Renderings
from studio.model.walk_player import WalkPlayer
from studio.model.walk_state import Grid, Stage, WalkState, next_place, picture_request

_MEMORY = "image.walk"
#: What the form shows; keyframes are the timeline's, and the file is asked for.
_SETTINGS = tuple(p for p in WALK.params if p.name not in ("keys", "file", "moment"))


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
        self.tool = msgspec.structs.replace(WALK, params=_SETTINGS)
        self.values = ParamValues(self.tool, self)
        self._state = WalkState()
        self._selected = -1
        self._loaded = -1  # the keyframe that the controls were set to, for K to change
        self._following = False  # while the length is set to the state, not the other way round
        self.player = WalkPlayer(context, self)
        self._recall()
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
        return self._state

    @property
    def grid(self) -> Grid:
        """The frames it has."""
        return Grid(int(self.values["fps"]), self._state.seconds)

    @property
    def looping(self) -> bool:
        """Whether it goes back to the first keyframe."""
        return bool(self.values["loop"])

    def passed(self) -> tuple[Key, ...]:
        """The keyframes that are part of the walk."""
        return tuple(key for key in self._state.keys if key.at <= self.grid.last)

    @property
    def selected(self) -> int:
        """Which keyframe is chosen; -1 for none."""
        return self._selected if self._selected < len(self._state.keys) else -1

    @property
    def loaded(self) -> int:
        """Which keyframe K would change, because the controls were set to it; -1 for none."""
        return self._loaded

    def thumbnail(self, key: Key) -> QImage | None:
        """The picture of a keyframe, or None while it is on its way."""
        if not self._context.models.known:
            return None
        return self._renderings.get(self._picture(self._state.model, key))

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
        if self._state.keys and here.model != self._state.model:
            info = self._context.models.get(self._state.model)
            title = info.title if info is not None else self._state.model
            return f"The keyframes belong to {title}: choose it, or remove them."
        return ""

    def reason_not_to_play(self) -> str:
        """Why there is nothing to play or export, or ""."""
        if not self._state.keys:
            return "There is no keyframe yet: press K."
        if not self.passed():
            return "Every keyframe lies after the end: make the walk longer."
        models = self._context.models
        if models.known and models.get(self._state.model) is None:
            return f"The model {self._state.model} is not installed."
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
            old = self._state.keys[loaded]
            changed = msgspec.structs.replace(key, at=old.at, ease=old.ease)
            self._edit("Change keyframe", self._state.with_key(changed, loaded))
            self._loaded = loaded
            return
        moment = self.player.moment
        at, seconds = next_place(self.grid, self._state.keys, moment, self.looping)
        state = replace(self._state, model=here.model, seconds=seconds)
        self._edit("Add keyframe", state.with_key(msgspec.structs.replace(key, at=at)))
        self.select(self._number_at(at))

    def move(self, number: int, at: float) -> None:
        """Put a keyframe at another time: the nearest one that no other keyframe has."""
        taken = frozenset(key.at for n, key in enumerate(self._state.keys) if n != number)
        free = self.grid.free(self.grid.snapped(at), taken)
        if free is None:
            return
        moved = msgspec.structs.replace(self._state.keys[number], at=free)
        self._edit("Move keyframe", self._state.with_key(moved, number))
        self.select(self._number_at(free))

    def remove(self, number: int) -> None:
        """Take a keyframe out."""
        if 0 <= number < len(self._state.keys):
            self._edit("Remove keyframe", self._state.without(number))
            self._choose(min(number, len(self._state.keys) - 1))

    def clear(self) -> None:
        """Begin anew."""
        self._edit("Remove all keyframes", replace(self._state, keys=(), model=""))

    def set_ease(self, number: int, ease: Ease) -> None:
        """Say how the way from a keyframe to the next is gone."""
        key = msgspec.structs.replace(self._state.keys[number], ease=ease)
        self._edit("Easing", self._state.with_key(key, number))

    def select(self, number: int) -> None:
        """Choose a keyframe, and look at it."""
        self._choose(number)
        if 0 <= number < len(self._state.keys):
            self.player.seek(self._state.keys[number].at)

    def load(self, number: int) -> None:
        """Set the controls to a keyframe; K then changes it."""
        key = self._state.keys[number]
        self.player.stop()
        self.player.put(key.at)
        self._selected = self._loaded = number
        self._stage.load(self._state.model, key)
        self.changed.emit()

    def set_active(self, active: bool) -> None:
        """Whether the timeline is in view; it plays only then."""
        if not active:
            self.player.stop()
            self.remember()

    def _number_at(self, at: float) -> int:
        return next(n for n, key in enumerate(self._state.keys) if key.at == at)

    def _choose(self, number: int) -> None:
        self._selected, self._loaded = number, -1
        self.changed.emit()

    def _unload(self) -> None:
        if self._loaded >= 0:
            self._choose(self._selected)

    def _edit(self, text: str, state: WalkState, merge: str = "") -> None:
        if state != self._state:
            self._context.undo.push(Edit(self._put, text, self._state, state, merge))

    def _put(self, state: WalkState) -> None:
        self._state, self._loaded = state, -1
        self._following = True
        self.values.set("seconds", state.seconds)
        self._following = False
        self.player.follow()
        self.changed.emit()

    def _on_value(self, name: str) -> None:
        if name == "seconds" and not self._following:
            state = replace(self._state, seconds=float(self.values["seconds"]))
            self._edit("Length of the walk", state, merge="walk length")
        elif name == "fps":
            self.player.follow()
        elif name in ("path", "loop"):
            self.player.refresh()
        self.changed.emit()

    # --- the film ----------------------------------------------------------------------------

    def request(self, **changes: Any) -> Request:
        """The request for the film, or with ``moment`` for one frame."""
        return Request(
            task=self.tool.task,
            model=self._state.model,
            weights=self._weights(self._state.model),
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
        """Leave everything for the next session."""
        state = self._state
        kept = {"keys": plain(state.keys), "model": state.model, "params": self.values.all()}
        self._context.settings.remember(_MEMORY, kept)

    def _recall(self) -> None:
        kept = self._context.settings.recall(_MEMORY, {})
        params = kept.get("params")
        if isinstance(params, dict):
            self.values.restore(params)
        model = str(kept.get("model", ""))
        try:
            found = keys(kept.get("keys", [])) if model else ()
        except EngineError:  # an older version's
            found = ()
        self._state = WalkState(found, model if found else "", float(self.values["seconds"]))
