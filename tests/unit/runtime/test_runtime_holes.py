"""Holes: found whole, in boxes that keep apart, with an edge that fades as far as it should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engines.protocol.errors import EngineError
from engines.runtime import holes
from engines.runtime.holes import Box, find_holes, hole_mask, shrunk, soft_edge, thickness
from engines.runtime.tiles import cut, even_tiles, ramp, window

Mask = NDArray[np.uint8]


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Rectangles and single pixels in a picture of any form; never nothing."""
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    mask = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(1, 6))):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        mask[top : top + draw(st.integers(1, 30)), left : left + draw(st.integers(1, 30))] = 255
    return mask


@given(masks(), st.floats(0.0, 1.5))
def test_boxes_hold_every_hole_and_keep_apart(mask: Mask, context: float) -> None:
    boxes = find_holes(mask, context)
    covered = np.zeros(mask.shape, int)
    for box in boxes:
        assert box.width > 0
        assert box.height > 0
        assert box == box.within(mask.shape[1], mask.shape[0])
        covered[box.slices] += 1
    assert (covered[mask > 0] == 1).all()
    assert covered.max() == 1


@given(masks(), st.floats(0.0, 1.0))
def test_dust_is_found_whole_too(mask: Mask, context: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holes, "MOST_HOLES", 2)
        boxes = find_holes(mask, context)
    covered = np.zeros(mask.shape, bool)
    for box in boxes:
        covered[box.slices] = True
    assert covered[mask > 0].all()


@given(masks(), st.integers(0, 12))
def test_the_edge_fades_over_its_width_and_no_farther(mask: Mask, feather: int) -> None:
    edge = soft_edge(mask, feather)
    rows, columns = np.nonzero(mask)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]]
    near = ((y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2).min(axis=-1)  # squared
    assert (edge[mask > 0] == 255).all()
    assert (edge[near >= (feather + 1) ** 2] == 0).all()
    assert (edge[(near > 0) & (near < feather**2)] > 0).all()


@given(masks(), st.integers(1, 90), st.integers(1, 90))
def test_no_hole_is_lost_when_it_shrinks(mask: Mask, width: int, height: int) -> None:
    width, height = min(width, mask.shape[1]), min(height, mask.shape[0])
    small = shrunk(mask, width, height)
    rows, columns = np.nonzero(mask)
    assert small.shape == (height, width)
    assert (small[rows * height // mask.shape[0], columns * width // mask.shape[1]] == 255).all()


def test_holes_whose_surroundings_overlap_are_taken_together() -> None:
    mask = np.zeros((100, 200), np.uint8)
    mask[40:60, 20:40] = mask[40:60, 50:70] = mask[40:60, 150:170] = 255
    assert find_holes(mask, 0.0) == [Box(20, 40, 20, 20), Box(50, 40, 20, 20), Box(150, 40, 20, 20)]
    assert find_holes(mask, 0.5) == [Box(20, 40, 50, 20), Box(150, 40, 20, 20)]


def test_thickness_is_that_of_the_thickest_place_and_open_at_the_edge() -> None:
    mask = np.zeros((100, 200), np.uint8)
    mask[48:52, 10:190] = 255
    assert thickness(mask, 999) == pytest.approx(4)
    mask[30:70, 100:140] = 255
    assert thickness(mask, 999) == pytest.approx(40)
    mask[:, 150:] = 255
    assert thickness(mask, 999) == pytest.approx(100, abs=0.2)
    assert thickness(np.full_like(mask, 255), 999) == 999


@given(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 200), st.integers(1, 200)),
    st.integers(2, 64),
)
def test_tiles_cover_a_box_evenly(numbers: tuple[int, int, int, int], size: int) -> None:
    box, overlap = Box(*numbers), max(1, size // 16)
    covered = np.zeros((box.bottom, box.right), int)
    for tile in even_tiles(box, size, overlap):
        assert max(tile.width, tile.height) <= size
        covered[tile.slices] += 1
        assert ramp(tile, overlap).shape == (tile.height, tile.width, 1)
        view = window(tile, 2 * size, box.right, box.bottom)
        assert view == view.within(box.right, box.bottom)
        assert view.joined(tile) == view
    assert (covered[box.slices] > 0).all()
    assert covered.sum() == covered[box.slices].sum()


def test_beyond_the_edges_a_picture_is_mirrored() -> None:
    picture = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert cut(picture, Box(0, 0, 5, 2)).tolist() == [[0, 1, 2, 1, 0], [3, 4, 5, 4, 3]]
    assert cut(picture[:1, :1], Box(-3, -3, 8, 8)).tolist() == np.zeros((8, 8)).tolist()


PICTURE = np.zeros((20, 30, 3), np.uint8)
SQUARE = np.zeros((20, 30), np.uint8)
SQUARE[5:10, 5:10] = 200

BAD = [
    (PICTURE, SQUARE[:10], "The mask is 30x10 pixels and the picture 30x20."),
    (PICTURE, SQUARE * 0, "the mask is empty"),
    (PICTURE, np.full_like(SQUARE, 127), "the mask is empty"),
    (PICTURE, np.full_like(SQUARE, 255), "covers the whole picture"),
    (np.zeros((1, 1, 3), np.uint8), np.full((1, 1), 255, np.uint8), "covers the whole picture"),
    (np.zeros((20, 30, 4), np.uint8), SQUARE, "covers the whole picture"),
    (PICTURE, PICTURE, "the mask (20, 30, 3)"),
    (PICTURE[..., 0], SQUARE, "The picture has the shape (20, 30)"),
]


@pytest.mark.parametrize(("image", "mask", "problem"), BAD)
def test_masks_that_do_not_go_with_their_picture(image: Mask, mask: Mask, problem: str) -> None:
    with pytest.raises(EngineError) as caught:
        hole_mask(image, mask)
    assert caught.value.kind == "bad_input"
    assert problem in caught.value.message
    assert caught.value.advice


def test_a_picture_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holes, "MOST_PIXELS", 500)
    with pytest.raises(EngineError, match="megapixels"):
        hole_mask(PICTURE, SQUARE)


def test_what_is_transparent_is_a_hole_as_well() -> None:
    image = np.full((20, 30, 4), 255, np.uint8)
    image[:, 20:, 3] = 0
    image[0, 0, 3] = 1
    expected = SQUARE.copy()
    expected[5:10, 5:10] = 255
    expected[:, 20:] = 255
    np.testing.assert_array_equal(hole_mask(image, SQUARE[..., None]), expected)
