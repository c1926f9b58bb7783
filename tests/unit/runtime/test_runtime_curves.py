"""Ways between keyframes: through every one of them, closed, and at the right length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engines.runtime.curves import Course, Curve, Floats, Timeline, slerp, with_length

PATHS: tuple[Course, ...] = ("linear", "spherical", "spline")
LEVELS, WIDTH = 2, 5


def values(count: int, seed: int) -> list[Floats]:
    dice = np.random.Generator(np.random.PCG64(seed))
    return list(dice.standard_normal((count, LEVELS, WIDTH)))


def timeline(count: int, seed: int, closed: bool, ease: str = "linear") -> Timeline:
    dice = np.random.Generator(np.random.PCG64(seed + 1))
    times = np.cumsum(dice.uniform(0.2, 2.0, count))
    period = float(times[-1] + dice.uniform(0.2, 2.0)) if closed else 0.0
    return Timeline(tuple(float(time) for time in times), (ease,) * count, period)


walks = given(
    count=st.integers(1, 6),
    seed=st.integers(0, 1000),
    closed=st.booleans(),
    path=st.sampled_from(PATHS),
    ease=st.sampled_from(["linear", "in_out", "hold"]),
)


@walks
@example(count=3, seed=51, closed=True, path="linear", ease="hold")
def test_every_keyframe_is_passed_at_its_time(
    count: int, seed: int, closed: bool, path: Course, ease: str
) -> None:
    when, where = timeline(count, seed, closed, ease), values(count, seed)
    curve = Curve(when, where, path)
    for time, value in zip(when.times, where, strict=True):
        np.testing.assert_allclose(curve.at(time), value, atol=1e-6)


@given(count=st.integers(1, 6), seed=st.integers(0, 1000), path=st.sampled_from(PATHS))
def test_a_loop_closes(count: int, seed: int, path: Course) -> None:
    when = timeline(count, seed, closed=True)
    curve = Curve(when, values(count, seed), path)
    for moment in (0.0, 0.37, when.times[0]):
        np.testing.assert_allclose(curve.at(moment), curve.at(moment + when.period), atol=1e-6)
    near = 1e-7
    before, after = curve.at(when.times[0] - near), curve.at(when.times[0] + near)
    np.testing.assert_allclose(before, after, atol=1e-4)


@given(count=st.integers(2, 6), seed=st.integers(0, 1000), closed=st.booleans())
def test_a_smooth_curve_keeps_its_velocity_at_every_keyframe(
    count: int, seed: int, closed: bool
) -> None:
    when = timeline(count, seed, closed)
    curve, step = Curve(when, values(count, seed), "spline"), 1e-5
    inner = when.times if closed else when.times[1:-1]
    for time in inner:
        here = curve.at(time)
        before, after = (here - curve.at(time - step)) / step, (curve.at(time + step) - here) / step
        np.testing.assert_allclose(before, after, atol=1e-2)


@given(seed=st.integers(0, 1000), share=st.floats(0, 1))
def test_great_circles_change_length_evenly(seed: int, share: float) -> None:
    start, end = values(2, seed)
    way = slerp(start, end, share)
    lengths = [np.linalg.norm(value, axis=1) for value in (start, end, way)]
    np.testing.assert_allclose(lengths[2], (1 - share) * lengths[0] + share * lengths[1])
    for row in range(LEVELS):  # the angle from the start grows evenly too
        whole = angle(start[row], end[row])
        assert angle(start[row], way[row]) == pytest.approx(share * whole, abs=1e-6)


def angle(one: Floats, other: Floats) -> float:
    along = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.arccos(np.clip(along, -1, 1)))


@pytest.mark.parametrize("factor", [-1.0, 1.0, 0.0, 2.5])
def test_great_circles_know_opposite_equal_and_no_directions(factor: float) -> None:
    start = values(1, 3)[0]
    for share in (0.0, 0.25, 0.5, 1.0):
        way = slerp(start, factor * start, share)
        assert np.isfinite(way).all()
        wanted = (1 - share + share * abs(factor)) * np.linalg.norm(start, axis=1)
        np.testing.assert_allclose(np.linalg.norm(way, axis=1), wanted, atol=1e-9)


def test_holding_stays_until_the_next_keyframe() -> None:
    start, end = values(2, 5)
    curve = Curve(Timeline((1.0, 3.0), ("hold", "linear")), [start, end], "linear")
    for moment, value in ((0.0, start), (2.99, start), (3.0, end), (9.0, end)):
        np.testing.assert_array_equal(curve.at(moment), value)


def test_easing_goes_slowly_at_both_ends() -> None:
    curve = Curve(Timeline((0.0, 1.0), ("in_out", "linear")), [np.zeros((1, 1)), np.ones((1, 1))],
                  "linear")  # fmt: skip
    assert curve.at(0.1)[0, 0] < 0.05
    assert curve.at(0.5)[0, 0] == 0.5
    assert curve.at(0.9)[0, 0] > 0.95


def test_a_length_is_put_on_a_direction() -> None:
    value = values(1, 7)[0]
    longer = with_length(value, np.full((LEVELS, 1), 4.0))
    np.testing.assert_allclose(np.linalg.norm(longer, axis=1), 4.0)
