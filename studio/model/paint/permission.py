"""Why nothing can be painted now: one place, so that every tool says the same."""

from __future__ import annotations

from studio.model.layers import State


def reason_not_to_paint(state: State) -> str:
    """Why the active layer cannot be changed, with the way out; "" when it can."""
    if state.is_empty:
        return "There is no picture yet: generate or open one."
    layer = state.layer
    if layer is None:
        return "There is no layer to paint on: add one."
    if layer.locked:
        return f"The layer “{layer.name}” is locked: unlock it to paint."
    if not layer.visible:
        return f"The layer “{layer.name}” is hidden: show it to paint."
    return ""
