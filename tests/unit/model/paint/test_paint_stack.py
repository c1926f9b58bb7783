"""Layers made into one, why painting is refused, and plain faults of planes and states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planes import bytes_of, plain, two_layers
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QRegion, QUndoStack

from studio.model.document import Document
from studio.model.layers import State, new_layer
from studio.model.paint.permission import reason_not_to_paint
from studio.model.paint.stack import flattened, merge_visible
from studio.model.plane import Plane


def three() -> State:
    state = two_layers().added(new_layer("shade", plain("#806040", QRect(0, 0, 60, 60))))
    return state.changed(state.active, mode="multiply", opacity=0.5)


def seen(state: State) -> np.ndarray:
    return bytes_of(Plane.of(state.flat()), state.rect).astype(int)


def test_merging_what_is_seen_keeps_what_is_hidden() -> None:
    state = three()
    state = state.changed(state.layers[1].id, visible=False)
    merged = merge_visible(state)
    assert [layer.name for layer in merged.layers] == ["Merged", "patch"]
    assert merged.active == merged.layers[0].id
    np.testing.assert_array_equal(seen(merged), seen(state))
    one = flattened(state)
    assert merge_visible(one) is one


def test_flattening_leaves_one_layer_that_looks_the_same() -> None:
    state = three()
    flat = flattened(state)
    assert len(flat.layers) == 1
    assert flat.layer is flat.layers[0]
    np.testing.assert_array_equal(seen(flat), seen(state))
    nothing = State(QSize(3, 3))
    assert flattened(nothing) is nothing


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State(), "no picture"),
        (State(QSize(4, 4)), "no layer"),
        (three(), ""),
    ],
)
def test_why_not(state: State, says: str) -> None:
    reason = reason_not_to_paint(state)
    assert says in reason
    assert bool(says) == bool(reason)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"locked": True}, "The layer “shade” is locked: unlock it to paint."),
        ({"visible": False}, "The layer “shade” is hidden: show it to paint."),
    ],
)
def test_why_not_on_a_layer(change: dict[str, bool], says: str) -> None:
    state = three()
    assert reason_not_to_paint(state.changed(state.active, **change)) == says


def test_nothing_is_an_empty_picture_and_no_complaint_of_qts() -> None:
    assert State().flat().isNull()
    assert Plane().image(QRect()).isNull()
    assert Plane().moved(QRect(3, 4, 0, 0).topLeft()).is_empty


def test_opening_another_document_over_a_preview_tells_what_the_preview_changed() -> None:
    document, told = Document(QUndoStack()), QRegion()
    state = two_layers()
    document.load(state)
    document.preview(state.changed(state.active, plane=plain("red", QRect(10, 10, 20, 20))))
    regions: list[QRegion] = []
    document.changed.connect(regions.append)
    document.load(replace(state, active=state.layers[0].id))
    for region in regions:
        told += region
    assert told.contains(QRect(10, 10, 20, 20))
