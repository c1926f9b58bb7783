"""The wand, the bucket, and coverage used on pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planes import bytes_of, digest, digest_of, mask, plain, two_layers
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage

from studio.model.layers import State, new_layer
from studio.model.paint import flood
from studio.model.paint.layering import inside, outside, over
from studio.model.paint.pixels import writable
from studio.model.plane import COLOUR, COVERAGE, Plane

# Two rooms of the same colour with a wall between them, and a door in a corner: diagonal.
ROOMS = ["aabaa", "aabaa", "aabaa", "bbaaa"]


def drawn(rows: list[str]) -> State:
    image = QImage(len(rows[0]), len(rows), COLOUR)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            image.setPixelColor(x, y, QColor(100 + 20 * (ord(letter) - ord("a")), 50, 50))
    state = State(QSize(len(rows[0]), len(rows)))
    return state.added(new_layer("rooms", Plane.of(image)))


def found(plane: Plane, state: State) -> list[str]:
    return ["".join("x" if value else "." for value in row) for row in bytes_of(plane, state.rect)]


def test_what_is_connected_by_sides() -> None:
    state = drawn(ROOMS)
    assert found(flood.flood(state, QPoint(0, 0), 0), state) == ["xx...", "xx...", "xx...", "....."]
    assert found(flood.flood(state, QPoint(2, 0), 0), state) == ["..x..", "..x..", "..x..", "....."]


def test_everywhere() -> None:
    state = drawn(ROOMS)
    everywhere = flood.flood(state, QPoint(0, 0), 0, contiguous=False)
    assert found(everywhere, state) == ["xx.xx", "xx.xx", "xx.xx", "..xxx"]


@pytest.mark.parametrize(("tolerance", "count"), [(19, 6), (20, 20), (255, 20)])
def test_the_tolerance_is_inclusive(tolerance: int, count: int) -> None:
    state = drawn(ROOMS)
    assert (
        np.count_nonzero(bytes_of(flood.flood(state, QPoint(0, 0), tolerance), state.rect)) == count
    )


def test_a_selection_is_a_wall_and_a_limit() -> None:
    state = replace(drawn(["aaaaa"]), selection=mask([[255, 100, 0, 255, 255]]))
    covered = bytes_of(flood.flood(state, QPoint(0, 0), 0), state.rect)
    assert covered.tolist() == [[255, 100, 0, 0, 0]]
    assert flood.flood(state, QPoint(2, 0), 0).is_empty
    everywhere = bytes_of(flood.flood(state, QPoint(0, 0), 0, contiguous=False), state.rect)
    assert everywhere.tolist() == [[255, 100, 0, 255, 255]]


def test_the_layer_or_the_picture() -> None:
    state = two_layers()
    on_patch = QPoint(210, 110)
    assert flood.flood(state, on_patch, 10, merged=False).bounds() == QRect(200, 100, 90, 90)
    ground = replace(state, active=state.layers[0].id)
    assert flood.flood(ground, on_patch, 10, merged=False).bounds() == state.rect
    assert flood.flood(ground, on_patch, 10, merged=True).bounds() == QRect(200, 100, 90, 90)
    assert flood.flood(ground, on_patch, 10, picture=state.flat()).bounds().width() == 90
    assert flood.flood(state, QPoint(-1, 5), 10).is_empty
    assert flood.flood(State(QSize(4, 4)), QPoint(1, 1), 0, merged=False).bounds().width() == 4


def test_filling_by_hand() -> None:
    base = plain("#ffffff", QRect(0, 0, 3, 1))
    filled = flood.fill(base, mask([[255, 128, 0]]), QColor(0, 0, 0), opacity=0.5)
    assert bytes_of(filled, QRect(0, 0, 3, 1))[0, :, 0].tolist() == [127, 191, 255]
    covered = flood.fill(Plane(COVERAGE), mask([[255, 128, 0]]), None)
    assert bytes_of(covered, QRect(0, 0, 3, 1)).tolist() == [[255, 128, 0]]
    bare = flood.fill(covered, mask([[255, 0, 0]]), None, erase=True)
    assert bytes_of(bare, QRect(0, 0, 3, 1)).tolist() == [[0, 128, 0]]
    assert flood.fill(Plane(), mask([[9]]), QColor("red"), erase=True).tiles == {}


@given(st.integers(0, 299), st.integers(0, 279), st.integers(0, 255), st.booleans())
def test_flooding_changes_nothing(x: int, y: int, tolerance: int, contiguous: bool) -> None:
    state = two_layers()
    before = digest_of(state)
    covered = flood.flood(state, QPoint(x, y), tolerance, contiguous)
    assert bytes_of(covered, QRect(x, y, 1, 1))[0, 0] == 255
    flood.fill(state.layers[0].plane, covered, QColor("red"), 0.3)
    assert digest_of(state) == before


def test_lifting_and_dropping_where_it_was_is_nothing_for_hard_edges() -> None:
    plane = plain("#80c04020", QRect(-10, 20, 300, 300))
    selection = mask([[255] * 40] * 300, 20, 10)
    lifted, left = inside(plane, selection), outside(plane, selection)
    assert lifted.bounds() == QRect(20, 20, 40, 290)
    area = QRect(-20, 0, 400, 400)
    np.testing.assert_array_equal(bytes_of(over(left, lifted), area), bytes_of(plane, area))
    assert outside(plane, mask([[255] * 400] * 400, -20, 0)).tiles == {}


def test_lifting_shares_what_it_does_not_touch() -> None:
    plane = plain("red", QRect(0, 0, 600, 200))
    before = digest([plane])
    left = outside(plane, mask([[255]], 10, 10))
    assert left.tiles[1, 0] is plane.tiles[1, 0]
    assert left.tiles[0, 0] is not plane.tiles[0, 0]
    assert digest([plane]) == before


def test_an_array_over_a_picture_keeps_it() -> None:
    image = QImage(4, 4, COLOUR)
    image.fill(QColor("red"))
    pixels = writable(image)
    del image
    pixels[:] = 7
    assert (pixels == 7).all()
