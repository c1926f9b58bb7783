"""Move, scale, turn and mirror layers; crop, extend and scale whole documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QTransform

from studio.model.layers import Layer, State
from studio.model.paint.layering import inside, outside, over
from studio.model.paint.warp import pruned, warped
from studio.model.plane import Plane


def transformed(state: State, transform: QTransform, within: QRect | None = None) -> State:
    """The active layer elsewhere; with a selection, what is selected of it, and the selection.

    Args:
        state: without an active layer it stays as it is.
        transform: in the picture's pixels.
        within: draw scaled and turned pixels only here, for a quick look while a hand drags;
            by default, in the picture and half as far around it.
    """
    layer = state.layer
    if layer is None or transform.isIdentity():
        return state
    within = within or _surroundings(state.rect)
    if state.selection is None:
        return state.edited(layer.id, lambda plane: warped(plane, transform, within))
    lifted = warped(inside(layer.plane, state.selection), transform, within)
    dropped = over(outside(layer.plane, state.selection), lifted)
    selection = warped(state.selection, transform, within)
    return replace(state.changed(layer.id, plane=dropped), selection=_or_none(selection))


def flip(state: State, direction: Qt.Orientation) -> State:
    """The active layer mirrored in its place; with a selection, what is selected of it."""
    if state.layer is None:
        return state
    box = state.layer.plane.bounds()
    if state.selection is not None:
        box = inside(state.layer.plane, state.selection).bounds()
    if box.isEmpty():
        return state
    ends = box.left() + box.left() + box.width(), box.top() + box.top() + box.height()
    if direction == Qt.Orientation.Horizontal:
        return transformed(state, QTransform(-1, 0, 0, 1, ends[0], 0))
    return transformed(state, QTransform(1, 0, 0, -1, 0, ends[1]))


def crop(state: State, rect: QRect) -> State:
    """The document as large as a rectangle of it; pixels outside are gone.

    Args:
        state: the whole document.
        rect: what remains; it may reach outside, where it is empty.
    """
    if rect.isEmpty():
        return state

    def cut(plane: Plane) -> Plane:
        kept = rect.intersected(plane.bounds())
        if kept.isEmpty():
            return Plane(plane.kind)
        at = kept.topLeft() - rect.topLeft()
        return pruned(Plane(plane.kind).with_image(plane.image(kept), at))

    return _everywhere(state, rect.size(), cut)


def turned(state: State, clockwise: bool) -> State:
    """The whole document turned by a quarter; no pixel changes."""
    width, height = state.size.toTuple()
    turn = QTransform(0, 1, -1, 0, height, 0) if clockwise else QTransform(0, -1, 1, 0, 0, width)
    return _warped(state, state.size.transposed(), turn)


def mirrored(state: State, direction: Qt.Orientation) -> State:
    """The whole document mirrored, its left with its right or its top with its bottom."""
    width, height = state.size.toTuple()
    across = direction == Qt.Orientation.Horizontal
    mirror = QTransform(-1, 0, 0, 1, width, 0) if across else QTransform(1, 0, 0, -1, 0, height)
    return _warped(state, state.size, mirror)


def resize_canvas(state: State, rect: QRect) -> State:
    """The document as large as a rectangle that may reach outside; all pixels are kept.

    Args:
        state: the whole document.
        rect: the new picture in the coordinates of the old one: a left side of -100 makes room
            for 100 px on the left.
    """
    if rect.isEmpty() or rect == state.rect:
        return state
    return _everywhere(state, rect.size(), lambda plane: plane.moved(-rect.topLeft()), True)


def scale_document(state: State, size: QSize) -> State:
    """The whole document at another size in pixels, smoothly."""
    if size.isEmpty() or size == state.size or state.is_empty:
        return state
    across, down = size.width() / state.size.width(), size.height() / state.size.height()
    return _warped(state, size, QTransform.fromScale(across, down))


def _warped(state: State, size: QSize, transform: QTransform) -> State:
    within = _surroundings(QRect(state.rect.topLeft(), size))
    return _everywhere(state, size, lambda plane: warped(plane, transform, within))


def _everywhere(
    state: State, size: QSize, change: Callable[[Plane], Plane], same: bool = False
) -> State:
    """Every plane of the document changed.

    Args:
        state: the whole document.
        size: of the new one.
        change: makes the new planes.
        same: whether they show what they showed, so that requests still make them.
    """

    def changed(layer: Layer) -> Layer:
        layer = replace(layer, plane=change(layer.plane))
        return layer if same else replace(layer, request=None, entry="")

    return replace(
        state,
        size=QSize(size),
        layers=tuple(changed(layer) for layer in state.layers),
        selection=_or_none(change(state.selection)) if state.selection is not None else None,
        mask=change(state.mask),
    )


def _or_none(selection: Plane) -> Plane | None:
    """Nothing selected is no selection: else nothing could be painted on, for no visible reason."""
    return None if selection.is_empty else selection


def _surroundings(rect: QRect) -> QRect:
    """The picture and half as much around it: farther out, enlarged pixels are given up."""
    across, down = rect.width() // 2, rect.height() // 2
    return QRectF(rect).adjusted(-across, -down, across, down).toRect()
