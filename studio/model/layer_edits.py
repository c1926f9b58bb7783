"""What can be done with the active layer, each an undoable step, and why it cannot."""

from __future__ import annotations

from studio.model.document import Document
from studio.model.layers import new_layer

_NONE = "There is no layer yet."
_NO_PICTURE = "There is no picture yet."


class LayerEdits:
    """The verbs of the layer list."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def reason(self, action: str) -> str:
        """Why an action ("layer.merge") cannot be done now, or ""."""
        state = self._document.state
        if state.is_empty:
            return _NO_PICTURE
        if action == "layer.add":
            return ""
        if state.layer is None:
            return _NONE
        place = state.index(state.active)
        if action in ("layer.merge", "layer.lower") and place == 0:
            return "It is the lowest layer."
        if action == "layer.raise" and place == len(state.layers) - 1:
            return "It is the highest layer."
        below = state.layers[place - 1] if action == "layer.merge" else state.layer
        if action in ("layer.delete", "layer.merge"):
            for layer in (state.layer, below):
                if layer.locked:
                    return f"The layer “{layer.name}” is locked: unlock it first."
        if action == "layer.merge" and not state.layer.visible:
            return f"The layer “{state.layer.name}” is hidden: show it first."
        return ""

    def add(self) -> None:
        """An empty layer above the active one."""
        state = self._document.state
        name = f"Layer {len(state.layers) + 1}"
        self._document.apply("Add layer", state.added(new_layer(name), above=state.active))

    def duplicate(self) -> None:
        """A copy above the active layer."""
        state = self._document.state
        self._document.apply("Duplicate layer", state.duplicated(state.active))

    def merge_down(self) -> None:
        """The active layer drawn onto the one below it."""
        state = self._document.state
        self._document.apply("Merge layers", state.merged_down(state.active))

    def delete(self) -> None:
        """The active layer goes."""
        state = self._document.state
        self._document.apply("Delete layer", state.without(state.active))

    def shift(self, by: int) -> None:
        """The active layer moves up (1) or down (-1)."""
        state = self._document.state
        moved = state.moved(state.active, state.index(state.active) + by)
        self._document.apply("Reorder layers", moved)

    def walk(self, by: int) -> None:
        """Choose the layer above (1) or below (-1)."""
        state = self._document.state
        place = state.index(state.active) + by
        if 0 <= place < len(state.layers):
            self._document.activate(state.layers[place].id)

    def toggle_visible(self, layer_id: str = "") -> None:
        """Hide a layer, or show it; the active one by default."""
        state = self._document.state
        layer = state.find(layer_id or state.active)
        if layer is not None:
            text = "Hide layer" if layer.visible else "Show layer"
            self._document.apply(text, state.changed(layer.id, visible=not layer.visible))

    def toggle_locked(self, layer_id: str = "") -> None:
        """Lock a layer, or unlock it; the active one by default."""
        state = self._document.state
        layer = state.find(layer_id or state.active)
        if layer is not None:
            text = "Unlock layer" if layer.locked else "Lock layer"
            self._document.apply(text, state.changed(layer.id, locked=not layer.locked))

    def set_mode(self, mode: str) -> None:
        """Lay the active layer over the others in another way."""
        state = self._document.state
        if state.layer is not None and state.layer.mode != mode:
            self._document.apply("Blend mode", state.changed(state.active, mode=mode))

    def set_opacity(self, opacity: float) -> None:
        """Show more or less of the active layer; a drag is one step of undo."""
        state = self._document.state
        if state.layer is not None and state.layer.opacity != opacity:
            merge = f"opacity {state.active}"
            self._document.apply("Opacity", state.changed(state.active, opacity=opacity), merge)
