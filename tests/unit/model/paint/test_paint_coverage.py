"""Masks and selections: shapes, sets, margins, outlines and files."""

from __future__ import annotations

from math import erf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from planes import bytes_of, digest, mask
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPolygonF

from engines.protocol.errors import EngineError
from studio.model.paint import coverage
from studio.model.paint.pixels import coverage_of
from studio.model.plane import COVERAGE, TILE, Plane

EMPTY = Plane(COVERAGE)
AREA = QRect(-4, -4, 16, 16)
small = arrays(np.uint8, (8, 8))


def cover(plane: Plane, rect: QRect = AREA) -> np.ndarray:
    return bytes_of(plane, rect)


# --- shapes --------------------------------------------------------------------------------


def test_a_rectangle_covers_parts_of_pixels_in_part() -> None:
    plane = coverage.from_rect(QRectF(1, 2, 2.5, 2))
    rows = cover(plane, QRect(0, 1, 5, 4))
    assert rows.tolist()[0] == [0] * 5
    assert rows[1].tolist() == [0, 255, 255, pytest.approx(128, abs=2), 0]
    assert rows.tolist()[3] == [0] * 5


def test_an_ellipse_has_its_area_and_soft_edges() -> None:
    rows = cover(coverage.from_ellipse(QRectF(250, 10, 40, 20)), QRect(240, 0, 60, 40))
    assert rows.sum() / 255 == pytest.approx(np.pi * 20 * 10, rel=0.01)
    assert len(np.unique(rows)) > 10


def test_a_lasso_is_closed_and_keeps_what_it_goes_around_twice() -> None:
    corners = [QPointF(0, 0), QPointF(8, 0), QPointF(8, 8), QPointF(0, 8)]
    once = coverage.from_polygon(QPolygonF(corners))
    twice = coverage.from_polygon(QPolygonF(corners * 2))
    assert once.bounds() == QRect(0, 0, 8, 8)
    assert digest([once]) == digest([twice])


def test_a_shape_is_cut_at_the_picture() -> None:
    huge = QRectF(-1e6, -1e6, 2e6, 2e6)
    assert coverage.from_rect(huge, QRect(0, 0, 30, 20)).bounds() == QRect(0, 0, 30, 20)
    assert coverage.from_rect(QRectF(90, 90, 5, 5), QRect(0, 0, 30, 20)).is_empty
    assert coverage.from_polygon(QPolygonF([QPointF(1, 1)])).is_empty


# --- sets ----------------------------------------------------------------------------------


def test_combining_by_hand() -> None:
    one, other = mask([[0, 100, 200, 255]]), mask([[50, 50, 100, 255]])
    row = QRect(0, 0, 4, 1)
    expected = {
        "replace": [50, 50, 100, 255],
        "add": [50, 100, 200, 255],
        "subtract": [0, 50, 100, 0],
        "intersect": [0, 50, 100, 255],
    }
    for how, values in expected.items():
        assert cover(coverage.combine(one, other, how), row).tolist() == [values], how


def test_without_a_selection_there_is_nothing_or_all_of_the_picture() -> None:
    found, picture = mask([[255, 255]]), QRect(0, 0, 4, 1)
    for how in ("replace", "add", "intersect"):
        assert coverage.combine(None, found, how) is found
    assert coverage.combine(None, found, "subtract").is_empty
    rest = coverage.combine(None, found, "subtract", picture)
    assert cover(rest, picture).tolist() == [[0, 0, 255, 255]]


@given(small, small)
def test_sets_keep_their_laws(one: np.ndarray, other: np.ndarray) -> None:
    a, b = coverage_of(one, QPoint(-3, 2)), coverage_of(other, QPoint(1, -1))
    before = digest([a, b])
    for how in ("add", "intersect"):
        assert digest([coverage.combine(a, b, how)]) == digest([coverage.combine(b, a, how)])
        assert (cover(coverage.combine(a, a, how)) == cover(a)).all()
    rest = coverage.combine(a, b, "subtract")
    assert (cover(rest).astype(int) + cover(coverage.combine(a, b, "intersect")) == cover(a)).all()
    assert coverage.combine(a, a, "subtract").tiles == {}
    assert digest([a, b]) == before


@given(small)
def test_inverting_twice_is_nothing(pixels: np.ndarray) -> None:
    plane, rect = coverage_of(pixels, QPoint(-2, -2)), QRect(-3, 0, 10, 5)
    once = coverage.invert(plane, rect)
    assert (cover(once, rect) == 255 - cover(plane, rect)).all()
    assert (cover(once, QRect(-3, 6, 10, 4)) == cover(plane, QRect(-3, 6, 10, 4))).all()
    assert (cover(coverage.invert(once, rect)) == cover(plane)).all()
    assert coverage.invert(plane, QRect()) is plane


# --- margins -------------------------------------------------------------------------------


def test_growing_and_shrinking_by_hand() -> None:
    pixel = mask([[200]], 3, 3)
    cross = cover(coverage.grow(pixel, 1), QRect(2, 2, 3, 3))
    assert cross.tolist() == [[0, 200, 0], [200, 200, 200], [0, 200, 0]]
    assert cover(coverage.grow(coverage.grow(pixel, 1), -1)).tolist() == cover(pixel).tolist()
    assert coverage.grow(pixel, -1).is_empty
    assert coverage.grow(pixel, 0) is pixel


@pytest.mark.parametrize("pixels", [3, 8, 20])
def test_a_square_grows_by_so_much_with_round_corners(pixels: int) -> None:
    square = coverage.from_rect(QRectF(100, 100, 50, 50))
    large = coverage.grow(square, pixels)
    assert large.bounds() == QRect(100 - pixels, 100 - pixels, 50 + 2 * pixels, 50 + 2 * pixels)
    assert cover(large, QRect(100 - pixels, 100 - pixels, 1, 1))[0, 0] == 0
    assert coverage.grow(large, -pixels).bounds() == square.bounds()


@pytest.mark.parametrize("pixels", [4, 8, 30, 100])
def test_a_feathered_edge_is_a_gaussians(pixels: int) -> None:
    square = coverage.from_rect(QRectF(0, 0, 800, 800))
    row = cover(coverage.feather(square, pixels), QRect(-150, 400, 300, 1))[0].astype(int)
    sigma = pixels / 2
    expected = [255 * (1 + erf((x - 150 + 0.5) / sigma / 2**0.5)) / 2 for x in range(300)]
    assert np.abs(row - expected).max() < 4
    assert coverage.feather(square, 0) is square
    assert coverage.feather(EMPTY, 5) is EMPTY


# --- outlines ------------------------------------------------------------------------------


def test_the_outline_runs_along_pixels_edges() -> None:
    path = coverage.outline(mask([[255] * 3] * 2, 4, 5), QRect(0, 0, 20, 20))
    assert path.boundingRect() == QRectF(4, 5, 3, 2)
    points = {(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount())}
    assert points == {(4, 5), (7, 5), (7, 7), (4, 7)}


def test_a_hole_has_a_line_of_its_own() -> None:
    ring = np.full((9, 9), 255, np.uint8)
    ring[3:6, 3:6] = 0
    path = coverage.outline(coverage_of(ring, QPoint()), QRect(0, 0, 9, 9))
    lines = [{point.toTuple() for point in line} for line in path.toSubpathPolygons()]
    assert sorted(map(len, lines)) == [4, 4]
    assert {(0, 0), (9, 0), (9, 9), (0, 9)} in lines
    assert {(3, 3), (6, 3), (6, 6), (3, 6)} in lines


def test_a_step_of_a_shape_has_its_inner_corner() -> None:
    steps = np.zeros((20, 20), np.uint8)
    steps[:10, :10] = steps[10:, :] = 255
    path = coverage.outline(coverage_of(steps, QPoint()), QRect(0, 0, 20, 20))
    (line,) = path.toSubpathPolygons()
    expected = {(0, 0), (10, 0), (10, 10), (20, 10), (20, 20), (0, 20)}
    assert {point.toTuple() for point in line} == expected


def test_what_is_not_covered_has_no_outline() -> None:
    assert coverage.outline(mask([[255]], 9, 9), AREA).boundingRect() == QRectF(9, 9, 1, 1)
    assert coverage.outline(EMPTY, AREA).isEmpty()
    assert coverage.outline(mask([[100]]), AREA).isEmpty(), "less than half covered"


@pytest.mark.parametrize("side", [900, 2100])
def test_a_large_outline_is_near_its_shape(side: int) -> None:
    box = QRectF(20, 30, side - 60, side - 90)
    path = coverage.outline(coverage.from_ellipse(box), QRect(0, 0, side, side))
    found = path.boundingRect()
    for one, other in zip(found.getCoords(), box.getCoords(), strict=True):
        assert abs(one - other) < 4
    assert path.elementCount() < 1000


def test_noise_is_traced_on_a_smaller_copy() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 700), dtype=np.uint8)
    path = coverage.outline(coverage_of(noise, QPoint()), QRect(0, 0, 700, 700))
    assert path.elementCount() < 40_000


# --- pictures ------------------------------------------------------------------------------


def test_a_mask_survives_its_file(tmp_path: Path) -> None:
    plane = mask([[0, 1, 128, 254, 255]], 2, 3)
    coverage.save(tmp_path / "mask.png", plane, QRect(0, 0, 9, 5))
    picture = QImage(str(tmp_path / "mask.png"))
    assert picture.allGray()
    assert picture.pixelColor(6, 3) == QColor("white")
    assert digest([coverage.load(tmp_path / "mask.png")]) == digest([plane])


def test_alpha_counts_where_there_is_some() -> None:
    clear = QImage(2, 1, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    clear.setPixelColor(1, 0, QColor(0, 0, 0, 70))
    assert cover(coverage.from_picture(clear), QRect(0, 0, 2, 1)).tolist() == [[0, 70]]
    full = QImage(1, 1, QImage.Format.Format_ARGB32)
    full.fill(QColor(90, 90, 90))
    assert cover(coverage.from_picture(full), QRect(0, 0, 1, 1)).tolist() == [[90]]


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "tree.png").write_bytes(b"no picture")
    with pytest.raises(EngineError, match=r"tree\.png"):
        coverage.load(tmp_path / "tree.png")


def test_only_tiles_with_something_in_them_are_kept() -> None:
    array = np.zeros((3 * TILE, 3 * TILE), np.uint8)
    array[TILE + 5, 2 * TILE + 7] = 9
    plane = coverage_of(array, QPoint(0, 0))
    assert list(plane.tiles) == [(2, 1)]
    assert plane.bounds() == QRect(2 * TILE + 7, TILE + 5, 1, 1)
