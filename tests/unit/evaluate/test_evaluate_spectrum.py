"""Spectra of pictures whose frequencies are known."""

from __future__ import annotations

import drawn_faces
import numpy as np
from PIL import Image, ImageFilter

from engines.evaluate.colours import intersection
from engines.evaluate.spectrum import mean_power, spectrum


def test_blur_lowers_the_top_and_steepens_the_slope() -> None:
    real, _ = drawn_faces.draw_faces(60, 64)
    soft = ImageFilter.GaussianBlur(1)
    blurred = np.stack([np.asarray(Image.fromarray(p).filter(soft)) for p in real])
    sharp, smeared = spectrum(real), spectrum(blurred)
    assert smeared.high < 0.2 * sharp.high
    assert smeared.slope < sharp.slope - 0.3


def test_a_faint_checkerboard_shows_at_nyquist() -> None:
    real, _ = drawn_faces.draw_faces(60, 64)
    board = 6 * (np.indices((64, 64)).sum(axis=0) % 2 * 2 - 1)
    marked = np.clip(real + board[None, :, :, None], 0, 255).astype(np.uint8)
    assert spectrum(marked).nyquist > 3 * spectrum(real).nyquist


def test_noise_has_no_slope() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    assert abs(spectrum(noise).slope) < 0.1


def test_a_wave_stands_at_its_frequency() -> None:
    wave = 127.5 + 100 * np.sin(np.arange(32) * 2 * np.pi * 5 / 32)
    picture = np.broadcast_to(wave[None, None, :, None], (1, 32, 32, 3)).astype(np.uint8)
    power = mean_power(picture)
    assert np.unravel_index(power.argmax(), power.shape) in ((0, 5), (0, 27))


def test_colours_intersect_fully_with_themselves_and_not_with_others() -> None:
    red = np.zeros((2, 8, 8, 3), np.uint8)
    red[..., 0] = 200
    half = red.copy()
    half[1] = 0
    assert intersection(red, red) == 1.0
    assert intersection(red, red[..., ::-1]) == 0.0
    assert intersection(red, half) == 0.5
