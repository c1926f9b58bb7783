"""Places in a latent space with what their pictures show: what boundaries are fitted to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.discovery.bench import Bench
from engines.discovery.supervised import Whitening
from engines.evaluate.judge import Answers, Judge

Floats = NDArray[np.float32]

#: Pictures that are labelled; of a model with several levels, half of them with levels crossed.
LABELLED = 8000
#: Pictures at a time: what is held of them is what they show.
PART = 100


@dataclass(frozen=True)
class Sample:
    """Labelled places.

    Attributes:
        places: (N, levels, width); the first ``plain`` are those of the seeds 0, 1, ...
        answers: (N, T).
        plain: how many are as their seeds have them.
        whitening: of the latents.
    """

    places: Floats
    answers: Answers
    plain: int
    whitening: Whitening


def label(bench: Bench, judge: Judge, count: int, tick: Callable[[float], None]) -> Sample:
    """Draw pictures and say what they show.

    Where a picture has several levels, half of the pictures have levels of two seeds, by chance:
    only those tell which level a trait lives on.
    """
    places = bench.places(range(count))
    whitening = Whitening.of(places[:, 0])
    plain = count
    if bench.space.levels > 1:
        plain = count // 2
        rng = np.random.default_rng(0)
        other = rng.random((count - plain, bench.space.levels, 1)) < 0.5
        places[plain:] = np.where(other, places[: count - plain], places[plain:])
    answers = []
    for start in range(0, count, PART):
        answers.append(judge.read(bench.pictures(places[start : start + PART])))
        tick(start / count)
    return Sample(places, np.concatenate(answers), plain, whitening)
