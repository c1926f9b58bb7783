"""A stroke: what it covers, what it leaves alone, and that it never changes a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planes import bytes_of, digest, mask, plain
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor

from engines.protocol.params import BoolParam, FloatParam, IntParam
from studio.model.paint.brush import BRUSH_PARAMS, Brush, Stroke, line
from studio.model.plane import COVERAGE, Plane

CLIP = QRect(0, 0, 600, 400)
HARD = Brush(size=21, hardness=1.0)
points = st.tuples(st.floats(-50, 650), st.floats(-50, 450), st.floats(0, 1))


def painted(base: Plane, brush: Brush, places: list[tuple[float, float]], **known: Any) -> Plane:
    colour = known.get("colour", QColor("red")) if base.kind != COVERAGE else None
    stroke = Stroke(
        base,
        brush,
        colour,
        known.get("erase", False),
        known.get("selection"),
        known.get("clip", CLIP),
    )
    for index, (x, y) in enumerate(places):
        stroke.add(x, y, 1.0, index / 100)
    return stroke.finish()


def test_the_declared_defaults_are_the_brush() -> None:
    assert {param.name: param.default for param in BRUSH_PARAMS} == vars(Brush())
    assert all(isinstance(param, IntParam | FloatParam | BoolParam) for param in BRUSH_PARAMS)


def test_the_smallest_brush_on_a_pixels_middle_paints_that_pixel() -> None:
    plane = painted(Plane(COVERAGE), Brush(size=1, hardness=1.0), [(5.5, 7.5)])
    assert plane.bounds() == QRect(5, 7, 1, 1)
    assert bytes_of(plane, plane.bounds())[0, 0] == 255


@pytest.mark.parametrize("size", [3, 20, 21, 255, 300])
def test_a_dab_has_the_area_of_its_circle(size: int) -> None:
    plane = painted(Plane(COVERAGE), Brush(size=size, hardness=1.0), [(200.0, 200.0)])
    area = bytes_of(plane, CLIP).sum() / 255
    assert area == pytest.approx(np.pi * size**2 / 4, rel=0.06 if size < 10 else 0.01)


def test_softness_fades_from_the_middle_to_the_edge() -> None:
    row = bytes_of(painted(Plane(COVERAGE), Brush(size=100, hardness=0.5), [(100.0, 100.0)]), CLIP)[
        100, 100:160
    ].astype(int)
    assert (row[:24] == 255).all()
    assert (np.diff(row) <= 0).all()
    assert 100 < row[37] < 160
    assert row[51] == 0


def test_a_stroke_never_covers_more_than_its_opacity() -> None:
    there_and_back = [(50.0, 50.0), (300.0, 60.0), (50.0, 50.0), (300.0, 60.0)] * 3
    for flow in (1.0, 0.3):
        plane = painted(Plane(), Brush(size=30, opacity=0.5, flow=flow), there_and_back)
        alpha = bytes_of(plane, CLIP)[..., 3]
        assert alpha.max() == 128


def test_flow_builds_up() -> None:
    once = painted(Plane(COVERAGE), Brush(size=40, flow=0.1), [(100.0, 100.0)])
    twice = painted(
        Plane(COVERAGE), Brush(size=40, flow=0.1), [(100.0, 100.0), (200.0, 100.0), (100.0, 100.0)]
    )
    at = QRect(100, 100, 1, 1)
    assert bytes_of(once, at)[0, 0] == 26
    assert 26 < bytes_of(twice, at)[0, 0] < 255


def test_the_colour_is_the_one_that_was_chosen_however_thin() -> None:
    plane = painted(Plane(), Brush(size=60, hardness=0.0, flow=0.05), [(100.0, 100.0)] * 2)
    pixel = plane.image(QRect(100, 100, 1, 1)).pixelColor(0, 0)
    assert pixel.alpha() > 0
    assert (pixel.red(), pixel.green(), pixel.blue()) == (255, 0, 0)


def test_a_straight_stroke_is_even() -> None:
    plane = line(
        Plane(COVERAGE), HARD, None, QPointF(50.0, 100.0), QPointF(400.0, 100.0), clip=CLIP
    )
    cover = bytes_of(plane, CLIP)
    assert (cover[92:108, 50:398] == 255).all()
    assert not cover[:89].any()
    assert not cover[112:].any()


def test_erasing_takes_away_up_to_the_opacity() -> None:
    base = plain("#ffffff", CLIP)
    plane = painted(base, Brush(size=40, hardness=1.0, opacity=0.25), [(90.0, 90.0)], erase=True)
    assert bytes_of(plane, QRect(90, 90, 1, 1))[0, 0, 3] == 191
    assert bytes_of(plane, QRect(300, 90, 1, 1))[0, 0, 3] == 255
    assert painted(Plane(), HARD, [(90.0, 90.0)], erase=True).tiles == {}


def test_a_mask_is_painted_and_erased() -> None:
    covered = painted(Plane(COVERAGE), HARD, [(90.0, 90.0), (190.0, 90.0)])
    bare = painted(covered, Brush(size=80, hardness=1.0), [(90.0, 90.0), (190.0, 90.0)], erase=True)
    assert not covered.is_empty
    assert bare.is_empty


def test_a_selection_limits_and_softens() -> None:
    selection = mask([[255] * 60 + [128] * 40] * 200)
    plane = painted(Plane(COVERAGE), HARD, [(20.0, 90.0), (500.0, 90.0)], selection=selection)
    row = bytes_of(plane, CLIP)[90]
    assert (row[30:60] == 255).all()
    assert (row[60:100] == 128).all()
    assert not row[100:].any()


def test_the_stabilisers_tail_reaches_the_pointer() -> None:
    shaky = Brush(size=9, hardness=1.0, stabiliser=1.0)
    stroke = Stroke(Plane(COVERAGE), shaky, None, False, None, CLIP)
    for index in range(20):
        stroke.add(20.0 + index * 15, 100.0 + 8 * (-1) ** index, 1.0, index / 100)
    before = stroke.plane.bounds().right()
    after = stroke.finish().bounds()
    assert before < 150
    assert after.right() > 300
    assert after.height() < 9 + 16 + 2


def test_pressure_draws_thinner() -> None:
    stroke = Stroke(Plane(COVERAGE), Brush(size=64, hardness=1.0), None, False, None, CLIP)
    stroke.add(100.0, 100.0, 0.25)
    assert stroke.finish().bounds().width() in (16, 17, 18)


def test_a_finished_stroke_cannot_go_on() -> None:
    stroke = Stroke(Plane(COVERAGE), HARD, None, False, None, CLIP)
    stroke.add(10.0, 10.0)
    plane = stroke.finish()
    assert stroke.finish() is plane
    assert stroke.plane is plane
    with pytest.raises(RuntimeError):
        stroke.add(20.0, 20.0)


def test_tiles_that_did_not_change_are_those_of_the_base() -> None:
    base = plain("red", CLIP)
    assert painted(base, HARD, [(100.0, 100.0)]) is base, "red on red is no change"
    changed = painted(base, HARD, [(100.0, 100.0)], colour=QColor("blue"))
    assert [key for key in base.tiles if changed.tiles[key] is not base.tiles[key]] == [(0, 0)]


@given(
    path=st.lists(points, min_size=1, max_size=8),
    size=st.integers(1, 320),
    flow=st.sampled_from([1.0, 0.4]),
    hardness=st.sampled_from([0.0, 0.7, 1.0]),
    erase=st.booleans(),
    limited=st.booleans(),
)
def test_the_plane_of_the_moment(
    path: list[tuple[float, float, float]],
    size: int,
    flow: float,
    hardness: float,
    erase: bool,
    limited: bool,
) -> None:
    """Only what is told to be dirty changes, the base never, and what is finished never again."""
    base = plain("#80204060", QRect(0, 0, 400, 300))
    selection = mask([[255] * 300 + [90] * 100] * 250, 10, 10) if limited else None
    before = digest([base])
    brush = Brush(size=size, hardness=hardness, flow=flow, spacing=0.25)
    stroke = Stroke(base, brush, QColor("#fedcba"), erase, selection, CLIP)
    shown = bytes_of(base, CLIP)
    for index, (x, y, pressure) in enumerate(path):
        dirty = stroke.add(x, y, pressure, index / 50)
        now = bytes_of(stroke.plane, CLIP)
        assert dirty.isEmpty() or CLIP.contains(dirty)
        outside = np.ones(now.shape[:2], bool)
        if not dirty.isEmpty():
            outside[dirty.top() : dirty.bottom() + 1, dirty.left() : dirty.right() + 1] = False
        np.testing.assert_array_equal(now[outside], shown[outside])
        shown = now
    plane = stroke.finish()
    assert digest([base]) == before
    own = [key for key, tile in plane.tiles.items() if tile is not base.tiles.get(key)]
    assert all(plane.tiles[key] != base.tiles.get(key) for key in own)
    finished = digest([plane])
    again = Stroke(plane, HARD, QColor("red"), False, None, CLIP)
    again.add(100.0, 100.0)
    again.finish()
    assert digest([plane]) == finished


def test_events_that_come_together_draw_what_one_at_a_time_draws() -> None:
    path = [(20.0 + 13 * index, 150.0 + 90 * np.sin(index / 3)) for index in range(40)]
    brush = Brush(size=33, hardness=0.3, opacity=0.7, flow=0.5)
    slow = Stroke(plain("#204060", CLIP), brush, QColor("red"), False, None, CLIP)
    for x, y in path:
        slow.add(x, y)
        assert slow.plane.tiles
    at_once = painted(plain("#204060", CLIP), brush, path)
    np.testing.assert_array_equal(bytes_of(slow.finish(), CLIP), bytes_of(at_once, CLIP))
