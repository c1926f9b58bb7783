"""Seeds by attribute: pictures that show something, each beside one that lacks it and little else.

What A - B + C needs: the clearest examples, since a difference of three pictures each is small
beside chance, and counterparts of like context, since everything else in which A and B differ is
added to C as well (Radford et al. 2016, section 6.3.2: "smiling woman" less "neutral woman").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.discovery.quality import others_of
from engines.evaluate.judge import Answers, Judge
from engines.protocol.latent import Examples

#: Pairs a trait, and of how many on either side they are chosen. More that lack it are liker.
PAIRS, HAVING, LACKING = 24, 96, 640
#: Fewer than this are no choice.
FEWEST = 8
#: What the judge must say of a picture that shows a trait, and of one that lacks it.
SURE = 0.8


def choose(
    answers: Answers,
    white: NDArray[np.float64],
    normals: Sequence[NDArray[np.float64]],
    judge: Judge,
    plain: int,
) -> dict[str, Examples]:
    """The examples of every trait that has enough of them, by the trait's name.

    Args:
        answers: (N, T).
        white: (N, features), the pictures' places.
        normals: of each trait, the way across its boundary.
        judge: whose traits those are.
        plain: how many of the pictures are as their seeds have them: the seeds 0, 1, ...
    """
    chosen = {}
    for place, trait in enumerate(judge.traits):
        along = white[:plain] @ normals[place]
        told = answers[:plain, place]
        having = _clearest(along, told >= SURE, HAVING)
        lacking = _clearest(-along, told <= 1 - SURE, LACKING)
        if len(having) >= FEWEST and len(lacking) >= 2 * FEWEST:
            others = answers[:, others_of(judge, place)]
            pairs = _pair(others, having, lacking)
            chosen[trait.name] = Examples(
                title=trait.title,
                having=tuple(pair[0] for pair in pairs),
                lacking=tuple(pair[1] for pair in pairs),
            )
    return chosen


def _clearest(along: NDArray[np.float64], sure: NDArray[np.bool_], most: int) -> list[int]:
    """The seeds that lie farthest along a way among those that the judge is sure of."""
    seeds = np.flatnonzero(sure)
    return [int(seed) for seed in seeds[np.argsort(-along[seeds])][:most]]


def _pair(others: Answers, having: list[int], lacking: list[int]) -> list[tuple[int, int]]:
    """The likest pairs of one that has it and one that lacks it, each in one pair only.

    They come in the order of ``having``.
    """
    unlike = np.abs(others[having][:, None] - others[lacking]).sum(axis=2)  # (having, lacking)
    pairs = {}
    for _ in range(min(PAIRS, len(having), len(lacking))):
        row, column = np.unravel_index(int(unlike.argmin()), unlike.shape)
        pairs[int(row)] = int(column)
        unlike[row], unlike[:, column] = np.inf, np.inf
    return [(having[row], lacking[pairs[row]]) for row in sorted(pairs)]
