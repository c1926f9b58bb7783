"""What the frequencies tell: smear (too little at the top), checkerboard (peaks at the very top).

Pictures are turned to luma, windowed (Hann) and transformed; power is averaged over pictures and
then over rings of equal radius. Natural and drawn pictures fall off as a power of the frequency,
so the slope of log power against log frequency is one number for the balance of coarse and fine.
Up-sampling with transposed convolutions leaves a pattern with a period of two pixels, which shows
as power at the Nyquist frequencies (Odena et al. 2016, "Deconvolution and checkerboard artifacts").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.pictures import Pictures

Doubles = NDArray[np.float64]
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
CHUNK = 200


@dataclass(frozen=True)
class Spectrum:
    """Of one set of pictures.

    Attributes:
        slope: of log power against log radius between 2 cycles a picture and half of Nyquist.
        high: mean power of the rings above half of Nyquist, in squared 8-bit values.
        nyquist: mean power at the three Nyquist frequencies and their neighbours, likewise.
    """

    slope: float
    high: float
    nyquist: float


def spectrum(pictures: Pictures) -> Spectrum:
    """The mean power spectrum of (N, H, W, 3) square pictures, reduced to three numbers."""
    power = mean_power(pictures)
    size = len(power)
    radius = _radius(size)
    rings = np.bincount(radius.ravel(), power.ravel()) / np.bincount(radius.ravel())
    half = size // 4
    inside = np.arange(2, half + 1)
    slope = float(np.polyfit(np.log(inside), np.log(rings[inside] + 1e-12), 1)[0])
    high = float(rings[half + 1 : size // 2 + 1].mean())
    return Spectrum(slope, high, _nyquist(power))


def mean_power(pictures: Pictures) -> Doubles:
    """(H, W): mean squared amplitude at every frequency, zero frequency at [0, 0]."""
    size = pictures.shape[1]
    window = np.hanning(size + 1)[:size].astype(np.float32)
    window2d = window[:, None] * window[None]
    total = np.zeros((size, size))
    for start in range(0, len(pictures), CHUNK):
        luma = pictures[start : start + CHUNK].astype(np.float32) @ LUMA  # (N, H, W)
        luma -= luma.mean(axis=(1, 2), keepdims=True)
        amplitude = np.fft.fft2(luma * window2d)
        total += np.square(np.abs(amplitude)).sum(axis=0)
    return total / len(pictures) / np.square(window2d).sum()


def _radius(size: int) -> NDArray[np.int64]:
    """(H, W): whole cycles a picture, by the distance from the zero frequency."""
    frequency = np.fft.fftfreq(size) * size
    return np.rint(np.hypot(frequency[:, None], frequency[None])).astype(np.int64)


def _nyquist(power: Doubles) -> float:
    """Mean power where one or both directions alternate from pixel to pixel."""
    size = len(power)
    half = size // 2
    near = [half - 1, half, (half + 1) % size]
    axis = [size - 1, 0, 1]
    blocks = [power[np.ix_(near, axis)], power[np.ix_(axis, near)], power[np.ix_(near, near)]]
    return float(np.mean([block.mean() for block in blocks]))
