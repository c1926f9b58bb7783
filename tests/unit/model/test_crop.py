"""The square of a picture that is brought in: always inside, always square."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.model.crop import LEAST, Crop

SIDES = st.integers(1, 5000)
ANYWHERE = st.floats(-1e5, 1e5)


def inside(crop: Crop) -> bool:
    across = crop.left >= 0 and crop.left + crop.side <= crop.width
    down = crop.top >= 0 and crop.top + crop.side <= crop.height
    return across and down and crop.side >= min(LEAST, crop.width, crop.height)


@given(SIDES, SIDES, ANYWHERE, ANYWHERE, ANYWHERE, st.booleans(), st.booleans())
def test_it_never_leaves_the_picture(
    width: int, height: int, x: float, y: float, side: float, right: bool, bottom: bool
) -> None:
    crop = Crop.largest(width, height)
    assert crop.side == min(width, height)
    for step in (
        crop.at(x, y),
        crop.sized(side),
        crop.sized(side).at(x, y).stretched(y, right, bottom),
    ):
        assert inside(step)


@given(st.floats(0, 400), st.booleans(), st.booleans())
def test_stretching_holds_the_corner_across(side: float, right: bool, bottom: bool) -> None:
    crop = Crop(400, 300, 100, 80, 120)
    fresh = crop.stretched(side, right, bottom)
    held_x = crop.left + crop.side * right
    held_y = crop.top + crop.side * bottom
    assert fresh.left + fresh.side * right == held_x
    assert fresh.top + fresh.side * bottom == held_y


def test_only_a_square_picture_can_be_whole() -> None:
    assert Crop.largest(64, 64).whole
    assert not Crop.largest(64, 65).whole
    assert not Crop.largest(64, 64).sized(32).whole
