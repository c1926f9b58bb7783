"""Two figures that choose among the epochs of a picture model: likeness, and not copying.

Both compare made pictures with real ones that were trained on and real ones that were not, so that
they mean the same for every folder: what is perfect is known from real pictures alone.
"""

from __future__ import annotations

import numpy as np

from engines.evaluate.duplicates import distances, nearest, thumbnails
from engines.evaluate.pictures import Pictures
from engines.evaluate.sliced_wasserstein import sliced_wasserstein

#: Pictures compared at most: as many made ones are drawn at every measurement.
MOST = 128
#: With fewer held out, the halves of the whole set are compared: few patches say little.
FEWEST_HELD_OUT = 32
#: Below this share of the distance of new pictures, samples are copies; each tenth less costs half.
COPYING, COPYING_COST = 0.6, 5.0
#: Distances below this are of pictures that are the same; no two are further apart than the other.
LEAST_DISTANCE, LARGEST = 0.5, 255.0


class Likeness:
    """How near samples come to pictures that were not trained on, and how new they are.

    Attributes:
        count: how many samples to give.
    """

    def __init__(self, training: Pictures, held_out: Pictures, seed: int = 0) -> None:
        """Look at the real pictures once.

        Args:
            training: (N, H, H, 3), N at least 2.
            held_out: (M, H, H, 3), possibly none.
            seed: of the pictures that are chosen and of the distance's directions.
        """
        self._seed = seed
        rng = np.random.default_rng(seed)
        if len(held_out) < FEWEST_HELD_OUT:
            everything = rng.permutation(np.concatenate([held_out, training]))
            reference, others = np.array_split(everything, 2)
        else:
            reference = held_out
            others = training[rng.permutation(len(training))[:MOST]]
        self.count = min(len(reference), len(others), MOST)
        self._reference = reference[: self.count]
        self._training = thumbnails(training)
        self._floor = self._distance(others[: self.count])
        self._new = self._newness(held_out)

    def figures(self, made: Pictures) -> dict[str, float]:
        """Of (count, H, H, 3) samples.

        Returns:
            distance: sliced Wasserstein distance from real pictures, as a multiple of that between
                real pictures; 1 is perfect.
            novelty: mean distance to the nearest training picture, as a share of that of real
                pictures that were not trained on; towards 0 the samples are copies.
            score: more is better.
        """
        distance = self._distance(made) / self._floor
        found = nearest(thumbnails(made), self._training).distance
        novelty = float(found.mean()) / self._new
        copied = max(0.0, COPYING - novelty)
        return {
            "distance": round(distance, 3),
            "novelty": round(novelty, 3),
            "score": round(-distance - COPYING_COST * copied, 3),
        }

    def _distance(self, pictures: Pictures) -> float:
        found = sliced_wasserstein(self._reference, {"these": pictures}, seed=self._seed)
        return max(float(np.mean(list(found["these"].values()))), LEAST_DISTANCE)

    def _newness(self, held_out: Pictures) -> float:
        """Mean distance of a picture that was not trained on to the nearest that was."""
        if len(held_out) >= FEWEST_HELD_OUT:
            found = nearest(thumbnails(held_out), self._training).distance
        else:  # each of the few to the nearest of the others; twins are one picture
            few = np.unique(self._training, axis=0)
            apart = (distances(np.broadcast_to(one, few.shape), few) for one in few)
            found = np.array([each[each > 0].min(initial=LARGEST) for each in apart])
        return max(float(found.mean()), LEAST_DISTANCE)
