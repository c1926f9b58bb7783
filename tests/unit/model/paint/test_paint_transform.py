"""Layers moved, scaled, turned and mirrored; documents cropped, extended and scaled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planes import bytes_of, digest, digest_of, mask, plain, two_layers
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QTransform

from engines.protocol.messages import Request
from studio.model.layers import State, new_layer
from studio.model.paint import transform
from studio.model.paint.pixels import writable
from studio.model.paint.warp import warped
from studio.model.plane import COLOUR, COVERAGE, Plane

WIDE = QRect(-2000, -2000, 4000, 4000)


def numbered(width: int, height: int, at: QPoint) -> Plane:
    """Every pixel is another."""
    image = QImage(width, height, COLOUR)
    pixels = writable(image)
    count = np.arange(width * height).reshape(height, width)
    pixels[..., 0], pixels[..., 1] = count % 256, count // 256
    pixels[..., 2], pixels[..., 3] = 0, 255
    return Plane.of(image, at)


@given(st.integers(-700, 700), st.integers(-700, 700))
def test_moving_keeps_every_pixel(x: int, y: int) -> None:
    plane = numbered(70, 40, QPoint(-30, 240))
    before = digest([plane])
    moved = warped(plane, QTransform.fromTranslate(x, y), WIDE)
    assert moved.bounds() == plane.bounds().translated(x, y)
    np.testing.assert_array_equal(bytes_of(moved, moved.bounds()), bytes_of(plane, plane.bounds()))
    back = warped(moved, QTransform.fromTranslate(-x, -y), WIDE)
    assert digest([back]) == digest([plane]) == before


@pytest.mark.parametrize(
    ("matrix", "by_numpy"),
    [
        ((-1, 0, 0, 1), lambda a: a[:, ::-1]),
        ((1, 0, 0, -1), lambda a: a[::-1]),
        ((-1, 0, 0, -1), lambda a: a[::-1, ::-1]),
        ((0, 1, -1, 0), lambda a: np.rot90(a, -1)),
        ((0, -1, 1, 0), lambda a: np.rot90(a)),
        ((0, 1, 1, 0), lambda a: a.swapaxes(0, 1)),
    ],
)
def test_mirrors_and_quarter_turns_keep_every_pixel(matrix: tuple, by_numpy) -> None:  # noqa: ANN001
    plane = numbered(70, 40, QPoint(-30, 240))
    turning = QTransform(*matrix, 5, -9)
    turned = warped(plane, turning, WIDE)
    assert turned.bounds() == turning.mapRect(plane.bounds())
    expected = by_numpy(bytes_of(plane, plane.bounds()))
    np.testing.assert_array_equal(bytes_of(turned, turned.bounds()), expected)


def test_a_turn_of_a_quarter_by_its_angle_is_exact_too() -> None:
    plane = numbered(30, 20, QPoint())
    turned = warped(plane, QTransform().rotate(90), WIDE)
    assert turned.bounds() == QRect(-20, 0, 20, 30)
    assert warped(plane, QTransform(), WIDE) is plane


@pytest.mark.parametrize("scale", [0.03, 0.25, 0.6, 1.7, 4.0])
def test_scaling_keeps_colour_and_covers_what_it_should(scale: float) -> None:
    plane = plain("#80402010", QRect(100, 200, 200, 100))
    scaled = warped(plane, QTransform.fromScale(scale, scale), WIDE)
    box = scaled.bounds()
    assert abs(box.width() - 200 * scale) <= 2
    inner = bytes_of(scaled, box.adjusted(2, 1, -2, -1)).astype(int)
    assert np.abs(inner - bytes_of(plane, QRect(150, 250, 1, 1))[0, 0]).max() <= 1


def test_shrinking_averages_and_does_not_skip() -> None:
    image = QImage(400, 400, COLOUR)
    stripes = writable(image)
    stripes[:] = 255
    stripes[:, ::2, :3] = 0
    scaled = warped(Plane.of(image), QTransform.fromScale(0.1, 0.1), WIDE)
    inner = bytes_of(scaled, QRect(2, 2, 36, 36))[..., 0].astype(int)
    assert np.abs(inner - 128).max() <= 3


def test_enlarging_is_cut_where_memory_would_end() -> None:
    plane = plain("red", QRect(0, 0, 100, 100))
    huge = warped(plane, QTransform.fromScale(1000, 1000), QRect(0, 0, 300, 300))
    assert huge.bounds() == QRect(0, 0, 300, 300)
    assert warped(plane, QTransform.fromScale(0, 0), WIDE).is_empty


def test_a_layer_moves_and_the_others_do_not() -> None:
    state = two_layers()
    moved = transform.transformed(state, QTransform.fromTranslate(-50, 10))
    assert moved.layers[1].plane.bounds() == QRect(150, 110, 90, 90)
    assert moved.layers[0] is state.layers[0]
    part = QRect(230, 120, 30, 40)
    look = transform.transformed(state, QTransform.fromScale(1.1, 1.1), part)
    assert look.layers[1].plane.bounds() == part
    assert transform.transformed(state, QTransform()) is state
    nobody = State(QSize(4, 4))
    assert transform.transformed(nobody, QTransform.fromScale(2, 2)) is nobody


def test_only_what_is_selected_moves_and_the_selection_with_it() -> None:
    state = replace(two_layers(), selection=mask([[255] * 20] * 20, 190, 90))
    moved = transform.transformed(state, QTransform.fromTranslate(-100, 0))
    assert moved.selection is not None
    assert moved.selection.bounds() == QRect(90, 90, 20, 20)
    plane = moved.layers[1].plane
    assert bytes_of(plane, QRect(100, 100, 10, 10))[..., 3].min() == 255
    assert bytes_of(plane, QRect(200, 100, 10, 10))[..., 3].max() == 0
    assert bytes_of(plane, QRect(210, 100, 80, 90))[..., 3].min() == 255


@pytest.mark.parametrize("direction", [Qt.Orientation.Horizontal, Qt.Orientation.Vertical])
def test_flipping_twice_is_nothing(direction: Qt.Orientation) -> None:
    state = State(QSize(90, 60)).added(new_layer("one", numbered(41, 30, QPoint(3, 4))))
    once = transform.flip(state, direction)
    assert once.layers[0].plane.bounds() == QRect(3, 4, 41, 30)
    assert digest_of(once) != digest_of(state)
    assert digest_of(transform.flip(once, direction)) == digest_of(state)


@pytest.mark.parametrize(
    ("change", "by_numpy"),
    [
        (lambda state: transform.turned(state, True), lambda x: np.rot90(x, -1)),
        (lambda state: transform.turned(state, False), np.rot90),
        (lambda state: transform.mirrored(state, Qt.Orientation.Horizontal), np.fliplr),
        (lambda state: transform.mirrored(state, Qt.Orientation.Vertical), np.flipud),
    ],
)
def test_whole_documents_turn_and_mirror_to_the_pixel(change, by_numpy) -> None:  # noqa: ANN001
    made = Request(task="generate", model="m", seed=1)
    layer = new_layer("one", numbered(300, 70, QPoint()), request=made)
    area = np.zeros((70, 300), np.uint8)
    area[5:35, 10:30] = 255
    state = State(QSize(300, 70)).added(layer)
    state = replace(state, selection=mask(area), mask=mask(area))
    new = change(state)
    np.testing.assert_array_equal(
        bytes_of(new.layers[0].plane, new.rect), by_numpy(bytes_of(layer.plane, state.rect))
    )
    assert new.selection is not None
    for plane in (new.mask, new.selection):
        rows, columns = np.nonzero(by_numpy(area))
        assert plane.bounds().getCoords() == (
            columns.min(), rows.min(), columns.max(), rows.max(),
        )  # fmt: skip
    assert new.layers[0].request is None  # it makes another picture


def test_cropping_cuts_everything_at_once() -> None:
    state = replace(
        two_layers(), selection=mask([[255] * 300] * 5, 0, 100), mask=mask([[255]], 210, 120)
    )
    cropped = transform.crop(state, QRect(200, 100, 50, 40))
    assert cropped.size == QSize(50, 40)
    assert [layer.plane.bounds() for layer in cropped.layers] == [QRect(0, 0, 50, 40)] * 2
    assert cropped.selection is not None
    assert cropped.selection.bounds() == QRect(0, 0, 50, 5)
    assert cropped.mask.bounds() == QRect(10, 20, 1, 1)
    np.testing.assert_array_equal(
        bytes_of(Plane.of(cropped.flat()), cropped.rect),
        bytes_of(Plane.of(state.flat(QRect(200, 100, 50, 40))), cropped.rect),
    )
    away = transform.crop(state, QRect(0, 200, 50, 40))
    assert away.selection is None
    assert away.mask.tiles == {}
    assert transform.crop(state, QRect()) is state


@given(st.integers(-300, 300), st.integers(-300, 300), st.integers(1, 600), st.integers(1, 600))
def test_resizing_the_canvas_loses_nothing(x: int, y: int, width: int, height: int) -> None:
    state = two_layers()
    resized = transform.resize_canvas(state, QRect(x, y, width, height))
    assert resized.size == QSize(width, height)
    back = transform.resize_canvas(resized, QRect(QPoint(-x, -y), state.size))
    area = QRect(-50, -50, 400, 400)
    for one, other in zip(back.layers, state.layers, strict=True):
        np.testing.assert_array_equal(bytes_of(one.plane, area), bytes_of(other.plane, area))


def test_a_scaled_document_is_full_to_its_edges() -> None:
    state = replace(two_layers(), mask=mask([[255] * 30] * 30, 30, 30))
    for size in (QSize(150, 140), QSize(100, 93), QSize(750, 700)):
        scaled = transform.scale_document(state, size)
        assert scaled.size == size
        assert scaled.layers[0].plane.bounds() == scaled.rect
        assert bytes_of(scaled.layers[0].plane, scaled.rect)[..., 3].min() == 255
        share = size.width() / 300
        assert abs(scaled.mask.bounds().width() - 30 * share) <= 2
        assert scaled.mask.kind == COVERAGE
    assert transform.scale_document(state, state.size) is state
