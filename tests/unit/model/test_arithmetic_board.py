"""What A - B + C makes of places."""

from __future__ import annotations

import pytest

from engines.protocol.latent import Anchor, Point, plain
from engines.protocol.messages import Request
from studio.model.arithmetic_board import EMPTY, combined
from studio.model.latent_state import LatentState


def seed(number: int) -> Request:
    return Request(task="generate", model="m", seed=number)


def steered(number: int, **moves: float) -> Request:
    return Request(
        task="latent", model="m", seed=number, params={"point": plain(Point(moves=moves))}
    )


def weights(point: Point) -> dict[int, float]:
    return {anchor.seed: anchor.weight for anchor in point.anchors}


def test_wells_are_averaged_and_added_with_their_signs() -> None:
    point = combined(((seed(1), seed(2)), (seed(3),), (seed(4), seed(5))))
    assert weights(point) == {1: 0.5, 2: 0.5, 3: -1.0, 4: 0.5, 5: 0.5}


def test_equal_places_are_one_anchor_and_what_cancels_out_goes() -> None:
    point = combined(((seed(1), seed(2)), (seed(2),), (seed(2), seed(2))))
    assert weights(point) == {1: 0.5, 2: 0.5}
    assert weights(combined(((seed(1), seed(2)), (seed(2), seed(1)), ()))) == {1: 0.0}


def test_found_places_are_told_apart_by_their_numbers() -> None:
    here, there = (
        Request(
            task="latent",
            model="m",
            seed=7,
            params={"point": plain(Point(anchors=(Anchor(vector=vector),)))},
        )
        for vector in ((1.0, 2.0), (3.0, 4.0))
    )
    point = combined(((here, there), (), (here,)))
    assert {anchor.vector: anchor.weight for anchor in point.anchors} == {
        (1.0, 2.0): 1.5,
        (3.0, 4.0): 0.5,
    }


def test_moves_are_averaged_but_for_choices() -> None:
    wells = ((steered(1, smile=2.0, kind=1.0), seed(2)), (steered(3, smile=0.5),), ())
    assert combined(wells, still=["kind"]).moves == {"smile": 0.5}


def test_no_pictures_are_no_place() -> None:
    assert combined(EMPTY) == Point()


def test_sliders_that_came_with_pictures_go_with_them() -> None:
    before = Point(anchors=(Anchor(seed=1),), moves={"smile": 1.0, "beard": 2.0})
    state = LatentState(amounts={"smile": 1.0, "beard": 0.5, "hat": 3.0})
    after = state.at_place(Point(anchors=(Anchor(seed=2),)), before)
    assert after.amounts == {"beard": 0.5, "hat": 3.0}
    assert after.anchors == (Anchor(seed=2),)
    moved = state.at_place(Point(moves={"smile": 1.0, "beard": 4.0}), before)
    assert moved.amounts == pytest.approx({"smile": 1.0, "beard": 4.0, "hat": 3.0})
