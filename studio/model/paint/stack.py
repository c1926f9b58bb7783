"""Several layers made into one; what concerns one layer alone is in :class:`State`."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRect

from studio.model.layers import Layer, State, flatten, new_layer
from studio.model.paint.warp import pruned
from studio.model.plane import Plane


def merge_visible(state: State, name: str = "Merged") -> State:
    """What is seen as one layer in the place of the lowest of those; hidden ones stay.

    Args:
        state: with fewer than two visible layers it stays as it is.
        name: of the new layer.
    """
    seen = [layer for layer in state.layers if layer.visible]
    if len(seen) < 2:
        return state
    box = QRect()
    for layer in seen:
        box = box.united(layer.plane.extent())
    merged = _drawn(name, tuple(seen), box)
    layers = tuple(
        merged if layer is seen[0] else layer
        for layer in state.layers
        if layer is seen[0] or not layer.visible
    )
    return replace(state, layers=layers, active=merged.id)


def flattened(state: State, name: str = "Picture") -> State:
    """The picture as it is seen as the only layer; hidden layers and what lies outside are gone.

    Args:
        state: without layers it stays as it is.
        name: of the new layer.
    """
    if not state.layers or state.is_empty:
        return state
    layer = _drawn(name, state.layers, state.rect)
    return replace(state, layers=(layer,), active=layer.id)


def _drawn(name: str, layers: tuple[Layer, ...], box: QRect) -> Layer:
    if box.isEmpty():
        return new_layer(name)
    return new_layer(name, pruned(Plane.of(flatten(layers, box), box.topLeft())))
