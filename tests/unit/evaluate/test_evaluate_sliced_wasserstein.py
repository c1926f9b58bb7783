"""The sliced Wasserstein distance on sets whose order is known."""

from __future__ import annotations

import drawn_faces
import numpy as np
import pytest
from PIL import Image, ImageFilter

from engines.evaluate.sliced_wasserstein import (
    _down,
    _pyramid_level,
    _up,
    levels,
    sliced_wasserstein,
)

COUNT = 120


@pytest.fixture(scope="module")
def found() -> dict[str, dict[int, float]]:
    held_out, _ = drawn_faces.draw_faces(COUNT, seed=1)
    real, _ = drawn_faces.draw_faces(COUNT, seed=2)
    soft = ImageFilter.GaussianBlur(0.8)
    blurred = np.stack([np.asarray(Image.fromarray(p).filter(soft)) for p in real])
    noise = np.random.default_rng(0).integers(0, 256, real.shape, dtype=np.uint8)
    sets = {"same": held_out, "real": real, "blurred": blurred, "noise": noise}
    return sliced_wasserstein(held_out, sets)


def test_a_set_has_no_distance_from_itself(found: dict[str, dict[int, float]]) -> None:
    assert found["same"] == {32: 0.0, 16: 0.0}


def test_smear_shows_at_the_finest_level(found: dict[str, dict[int, float]]) -> None:
    assert found["blurred"][32] > 2.5 * found["real"][32]
    assert found["blurred"][32] > 1.5 * found["blurred"][16]


def test_noise_is_the_ceiling_at_every_level(found: dict[str, dict[int, float]]) -> None:
    for width in (32, 16):
        assert found["noise"][width] > 1.5 * found["blurred"][width] > 0
        assert found["noise"][width] > 5 * found["real"][width]


def test_the_same_seed_gives_the_same_figure() -> None:
    a, _ = drawn_faces.draw_faces(30, seed=1)
    b, _ = drawn_faces.draw_faces(30, seed=2)
    first = sliced_wasserstein(a, {"b": b}, seed=5)
    assert sliced_wasserstein(a, {"b": b}, seed=5) == first
    assert sliced_wasserstein(a, {"b": b}, seed=6) != first


@pytest.mark.parametrize(
    ("size", "widths"), [(128, [128, 64, 32, 16]), (28, [28]), (96, [96, 48, 24])]
)
def test_levels_go_down_to_sixteen_pixels(size: int, widths: list[int]) -> None:
    assert levels(size) == widths


def test_the_pyramid_adds_up_to_the_picture() -> None:
    pictures = np.random.default_rng(0).random((2, 32, 32, 3), np.float32)
    rebuilt = _pyramid_level(pictures, 0) + _up(_pyramid_level(pictures, 1))
    np.testing.assert_allclose(rebuilt, pictures, atol=1e-5)


def test_reducing_and_enlarging_keep_a_flat_colour() -> None:
    flat = np.full((1, 16, 16, 3), 0.25, np.float32)
    np.testing.assert_allclose(_down(flat), 0.25, atol=1e-6)
    np.testing.assert_allclose(_up(flat)[:, 2:-2, 2:-2], 0.25, atol=1e-6)


def test_sets_of_unequal_size_are_refused() -> None:
    a, _ = drawn_faces.draw_faces(4)
    with pytest.raises(ValueError, match="same number"):
        sliced_wasserstein(a, {"b": a[:3]})
