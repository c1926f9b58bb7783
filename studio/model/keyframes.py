"""The walk that belongs to the document: its keyframes, and how a film is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.latent import keys, plain
from engines.protocol.tools import WALK
from studio.model.edits import Edit
from studio.model.param_values import ParamValues
from studio.model.walk_state import WalkState

#: What belongs to a walk; keyframes are the timeline's, and the file is asked for.
SETTINGS = tuple(p for p in WALK.params if p.name not in ("keys", "file", "moment"))


class WalkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A walk as a file holds it.

    Attributes:
        model: whose places the keyframes are.
        keys: :class:`engines.protocol.latent.Key`, as plain values.
        settings: of the tool, by parameter.
    """

    model: str = ""
    keys: list[Any] = []
    settings: dict[str, Any] = {}


class Keyframes(QObject):
    """Holds the walk. Edits of keyframes are steps of undo; once there are any, so are settings.

    Attributes:
        tool: what a film is asked for with.
        values: its settings, the length among them.

    Signals:
        changed: keyframes or settings, for whatever reason.
        replaced: another state of the keyframes is here.
        loaded: it is another document's now.
    """

    changed = Signal()
    replaced = Signal()
    loaded = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self.tool = msgspec.structs.replace(WALK, params=SETTINGS)
        self.values = ParamValues(self.tool, self)
        self._state = WalkState(seconds=float(self.values["seconds"]))
        self._settings = self.values.all()
        self._following = False  # while the values are set to the walk, not the other way round
        self.values.changed.connect(self._on_value)

    @property
    def state(self) -> WalkState:
        """Keyframes and length."""
        return self._state

    def edit(self, text: str, state: WalkState, merge: str = "") -> None:
        """Put another state in place, undoably; see :class:`studio.model.edits.Edit`."""
        if state != self._state:
            self._undo.push(Edit(self._put, text, self._state, state, merge))

    def _put(self, state: WalkState) -> None:
        self._state = state
        self._following = True
        self.values.set("seconds", state.seconds)
        self._following = False
        self.replaced.emit()
        self.changed.emit()

    def _put_settings(self, settings: Mapping[str, Any]) -> None:
        """Put back everything but the length, which belongs to the keyframes."""
        self._following = True
        self.values.restore({k: v for k, v in settings.items() if k != "seconds"})
        self._following = False

    def _on_value(self, name: str) -> None:
        before, self._settings = self._settings, self.values.all()
        if self._following:
            pass
        elif name == "seconds":
            state = replace(self._state, seconds=float(self.values["seconds"]))
            self.edit("Length of the walk", state, merge="walk length")
        elif self._state.keys:
            title = self.values.param(name).label
            step = Edit(self._put_settings, title, before, self._settings, merge=f"walk {name}")
            self._undo.push(step)
        self.changed.emit()

    # --- the walk as a value -------------------------------------------------------------------

    def record(self) -> WalkRecord | None:
        """The walk as a file holds it; None while there are no keyframes."""
        state = self._state
        if not state.keys:
            return None
        return WalkRecord(model=state.model, keys=plain(state.keys), settings=self.values.all())

    def load(self, record: WalkRecord) -> None:
        """Put another document's walk in place; this is no step of undo.

        Raises:
            EngineError: kind ``bad_input``: its keyframes make no sense. Nothing has changed then.
        """
        found = keys(record.keys) if record.model else ()
        self._following = True
        self.values.restore(record.settings)
        self._following = False
        model = record.model if found else ""
        self._put(WalkState(found, model, float(self.values["seconds"])))
        self.loaded.emit()


def encode_walk(record: WalkRecord) -> bytes:
    """A walk as JSON."""
    return msgspec.json.encode(record)


def decode_walk(content: bytes, name: str) -> WalkRecord:
    """The walk that :func:`encode_walk` wrote.

    Args:
        content: JSON.
        name: what sentences call the file it is in.

    Raises:
        EngineError: kind ``bad_input``: it makes no sense.
    """
    try:
        record = msgspec.json.decode(content, type=WalkRecord)
        keys(record.keys)
    except (msgspec.DecodeError, UnicodeDecodeError, EngineError, RecursionError) as error:
        raise bad_input(
            f"{name} holds a walk that I cannot read.", "Open an older copy of it."
        ) from error
    return record


def record_of_settings(kept: Mapping[str, Any]) -> WalkRecord:
    """The walk that earlier versions kept with the settings, or none."""
    params = kept.get("params")
    settings = dict(params) if isinstance(params, dict) else {}
    found, model = kept.get("keys"), kept.get("model")
    if isinstance(found, list) and isinstance(model, str):
        try:
            keys(found)
        except EngineError:
            return WalkRecord(settings=settings)
        return WalkRecord(model=model, keys=found, settings=settings)
    return WalkRecord(settings=settings)
