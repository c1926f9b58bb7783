"""Keyframes on the frames of a walk: where new ones go, and that two never share a frame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engines.protocol.latent import Key, Point
from studio.model.walk_state import Grid, WalkState, next_place, picture_request

grids = st.builds(Grid, st.integers(1, 60), st.floats(0.1, 20).map(lambda s: round(s, 2)))


@given(grids, st.floats(-5, 30))
def test_every_moment_snaps_to_a_frame_of_the_walk(grid: Grid, moment: float) -> None:
    snapped = grid.snapped(moment)
    assert 0 <= snapped <= grid.last
    assert snapped in {grid.time(frame) for frame in range(grid.frames)}
    assert grid.snapped(snapped) == snapped


@given(grids, st.floats(0, 20), st.sets(st.integers(0, 40), max_size=20))
def test_a_place_is_free_or_there_is_none(grid: Grid, moment: float, frames: set[int]) -> None:
    taken = frozenset(grid.time(frame) for frame in frames)
    found = grid.free(grid.snapped(moment), taken)
    if found is None:
        assert all(grid.time(frame) in taken for frame in range(grid.frames))
    else:
        assert found not in taken
        assert 0 <= found <= grid.last


@given(grids, st.integers(1, 12), st.booleans())
def test_one_keyframe_after_the_other_is_always_inside_the_walk(
    grid: Grid, count: int, loop: bool
) -> None:
    keys: tuple[Key, ...] = ()
    moment = 0.0
    for number in range(count):
        moment, seconds = next_place(grid, keys, moment, loop)
        grid = Grid(grid.fps, seconds)
        keys = (*keys, Key(at=moment, seed=number))
    times = [key.at for key in keys]
    assert times == sorted(set(times))
    assert times[-1] <= grid.last


def test_a_state_keeps_its_keyframes_by_time_and_forgets_the_model_with_the_last() -> None:
    state = WalkState(model="m").with_key(Key(at=2)).with_key(Key(at=1)).with_key(Key(at=3))
    assert [key.at for key in state.keys] == [1, 2, 3]
    moved = state.with_key(Key(at=9, seed=5), 0)
    assert [(key.at, key.seed) for key in moved.keys] == [(2, 0), (3, 0), (9, 5)]
    assert state.without(0).without(0).model == "m"
    assert state.without(0).without(0).without(0) == WalkState()


def test_neither_time_nor_easing_changes_the_picture_of_a_keyframe() -> None:
    one = Key(at=1, point=Point(moves={"smile": 1.0}), seed=3, truncation=0.5)
    other = Key(at=7, point=one.point, seed=3, truncation=0.5, ease="hold")
    assert picture_request("m", "w", one) == picture_request("m", "w", other)
