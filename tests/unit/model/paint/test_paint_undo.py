"""Two hundred things done to a document, undone and redone back to the byte."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planes import digest_of, two_layers
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QTransform, QUndoStack

from studio.model.document import Document
from studio.model.layers import BLENDS, State, new_layer
from studio.model.paint import coverage, flood, transform
from studio.model.paint.brush import Brush, Stroke
from studio.model.paint.permission import reason_not_to_paint
from studio.model.paint.stack import flattened, merge_visible

Random = random.Random
Change = Callable[[State, Random], State]


def somewhere(state: State, dice: Random) -> QRect:
    x, y = dice.randrange(state.size.width()), dice.randrange(state.size.height())
    return QRect(x, y, dice.randint(1, 120), dice.randint(1, 120))


def colour(dice: Random) -> QColor:
    return QColor.fromRgb(dice.randrange(1 << 24))


def stroke(state: State, dice: Random) -> State:
    on_mask, erase = dice.random() < 0.3, dice.random() < 0.3
    if not on_mask and reason_not_to_paint(state):
        return state
    base = state.mask if on_mask or state.layer is None else state.layer.plane
    brush = Brush(
        size=dice.randint(1, 90), hardness=dice.random(), flow=dice.choice([1.0, 0.5]), spacing=0.2
    )
    ink = None if on_mask else colour(dice)
    drawn = Stroke(base, brush, ink, erase, state.selection, state.rect)
    for index in range(dice.randint(1, 5)):
        at = somewhere(state, dice)
        drawn.add(at.x(), at.y(), dice.random(), index / 30)
    plane = drawn.finish()
    return replace(state, mask=plane) if on_mask else state.changed(state.active, plane=plane)


def fill(state: State, dice: Random) -> State:
    if reason_not_to_paint(state):
        return state
    at = somewhere(state, dice).topLeft()
    found = flood.flood(state, at, dice.randrange(256), dice.random() < 0.5, dice.random() < 0.5)
    return state.edited(state.active, lambda plane: flood.fill(plane, found, colour(dice), 0.7))


def select(state: State, dice: Random) -> State:
    if dice.random() < 0.3:
        return replace(state, selection=None)
    how = dice.choice(["replace", "add", "subtract", "intersect"])
    found = coverage.from_ellipse(QRectF(somewhere(state, dice)), state.rect)
    change = dice.choice([coverage.feather, coverage.grow])
    joined = coverage.combine(state.selection, change(found, 3), how, state.rect)
    return replace(state, selection=None if joined.is_empty else joined)


def turn(state: State, dice: Random) -> State:
    turning = QTransform().translate(dice.randint(-50, 50), dice.randint(-50, 50))
    if dice.random() < 0.5:
        turning.rotate(dice.uniform(0, 360)).scale(dice.uniform(0.4, 1.2), dice.uniform(0.4, 1.2))
    return transform.transformed(state, turning)


def whole(state: State, dice: Random) -> State:
    if dice.random() < 0.3:
        return transform.crop(state, somewhere(state, dice).adjusted(-90, -90, 90, 90))
    if dice.random() < 0.5:
        return transform.resize_canvas(state, state.rect.adjusted(-dice.randint(0, 50), 0, 30, 9))
    size = QSize(dice.randint(100, 400), dice.randint(100, 400))
    return transform.scale_document(state, size)


def stack(state: State, dice: Random) -> State:
    layer = dice.choice(state.layers)
    place = state.index(layer.id)
    kinds: list[Callable[[], State]] = [
        lambda: state.added(new_layer(f"layer {dice.random()}"), above=layer.id),
        lambda: state.duplicated(layer.id),
        lambda: state.without(layer.id) if len(state.layers) > 1 else state,
        lambda: state.merged_down(layer.id) if place else state,
        lambda: state.moved(layer.id, dice.randrange(len(state.layers))),
        lambda: state.changed(layer.id, opacity=dice.random()),
        lambda: state.changed(layer.id, mode=dice.choice(sorted(BLENDS))),
        lambda: state.changed(layer.id, visible=not layer.visible),
        lambda: state.changed(layer.id, locked=not layer.locked),
        lambda: state.changed(layer.id, name="renamed"),
        lambda: merge_visible(state) if dice.random() < 0.2 else state,
        lambda: flattened(state) if dice.random() < 0.1 else state,
    ]
    return dice.choice(kinds)()


KINDS: tuple[Change, ...] = (stroke, stroke, fill, select, turn, stack, stack, stack, whole)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_changes_and_back(seed: int) -> None:
    dice, undo = Random(seed), QUndoStack()
    document = Document(undo)
    document.load(two_layers())
    states, told = [document.state], [digest_of(document.state)]
    for _ in range(200):
        before = document.state
        document.apply("Change", dice.choice(KINDS)(before, dice))
        if document.state is not before:
            states.append(document.state)
            told.append(digest_of(document.state))
    assert undo.count() == len(told) - 1 > 120
    for expected in reversed(told[:-1]):
        undo.undo()
        assert digest_of(document.state) == expected
    for expected in told[1:]:
        undo.redo()
        assert digest_of(document.state) == expected
    assert [digest_of(state) for state in states] == told, "nothing that was made changed later"


layer_steps = st.lists(
    st.tuples(st.sampled_from(["add", "copy", "drop", "move", "merge"]), st.integers(0, 9)),
    max_size=12,
)


@given(layer_steps)
def test_the_stack_stays_in_order(steps: list[tuple[str, int]]) -> None:
    """Ids stay unique, the active layer exists, and a step changes one layer at most."""
    state = two_layers(40, 40)
    for what, number in steps:
        if not state.layers:
            state = state.added(new_layer("first"))
        place = number % len(state.layers)
        layer, before = state.layers[place], state
        if what == "add":
            state = state.added(new_layer("new"), above=layer.id)
            assert state.layers[place + 1].id == state.active
        elif what == "copy":
            state = state.duplicated(layer.id)
            assert state.layers[place + 1].plane is layer.plane
        elif what == "drop":
            state = state.without(layer.id)
        elif what == "move":
            state = state.moved(layer.id, number)
            assert state.layers[min(number, len(state.layers) - 1)] is layer
        elif place:
            state = state.merged_down(layer.id)
        ids = [each.id for each in state.layers]
        assert len(set(ids)) == len(ids)
        assert state.active in ids or not ids
        known = {id(each) for each in before.layers}
        assert sum(id(each) not in known for each in state.layers) <= 1


def test_a_dragged_slider_is_one_step_and_a_stroke_its_own() -> None:
    undo = QUndoStack()
    document = Document(undo)
    document.load(two_layers())
    for opacity in (0.9, 0.8, 0.7):
        state = document.state.changed(document.state.active, opacity=opacity)
        document.apply("Opacity", state, merge="opacity")
    for x in (20.0, 60.0):
        state = document.state
        assert state.layer is not None
        drawn = Stroke(state.layer.plane, Brush(), QColor("red"), False, None, state.rect)
        drawn.add(x, 50.0)
        document.preview(state.changed(state.active, plane=drawn.plane))
        document.apply("Stroke", state.changed(state.active, plane=drawn.finish()))
    assert undo.count() == 3
    undo.undo()
    assert document.state.layer is not None
    assert document.state.layer.opacity == 0.7


def test_what_changes_tells_covers_what_looks_different() -> None:
    dice = Random(7)
    state = two_layers()
    for _ in range(60):
        after = dice.choice((stroke, fill, stack, turn))(state, dice)
        region = state.changes(after)
        one, other = state.flat(), after.flat()
        for _ in range(200):
            at = QPoint(dice.randrange(state.size.width()), dice.randrange(state.size.height()))
            if one.pixel(at) != other.pixel(at):
                assert region.contains(at)
        state = after


def test_a_line_drawn_by_its_ends_is_in_the_flipped_document_too() -> None:
    from studio.model.paint.brush import line

    state = two_layers()
    assert state.layer is not None
    plane = line(
        state.layer.plane,
        Brush(size=9),
        QColor("red"),
        QPointF(210, 110),
        QPointF(280, 110),
        clip=state.rect,
    )
    drawn = state.changed(state.active, plane=plane)
    flipped = transform.flip(drawn, Qt.Orientation.Vertical)
    assert flipped.flat().pixelColor(240, 179) == drawn.flat().pixelColor(240, 110)
