"""Choosing an epoch: real pictures score best, noise and copies do not."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_faces import draw_faces

from engines.evaluate.likeness import Likeness


def test_copies_are_told_where_every_picture_has_a_twin() -> None:
    faces = draw_faces(20, seed=1)[0]
    likeness = Likeness(np.concatenate([faces, faces]), faces[:0])
    new = likeness.figures(draw_faces(likeness.count, seed=3)[0])
    near = np.clip(faces[: likeness.count].astype(int) + 2, 0, 255).astype(np.uint8)
    assert likeness.figures(near)["novelty"] < 0.3 < new["novelty"] < 1.6


@pytest.mark.parametrize("held", [0, 40])
def test_real_pictures_score_best(held: int) -> None:
    training, held_out = draw_faces(80, seed=1)[0], draw_faces(max(held, 1), seed=2)[0][:held]
    likeness = Likeness(training, held_out)
    assert likeness.count == 40
    new = likeness.figures(draw_faces(40, seed=3)[0])
    assert 0.7 < new["distance"] < 1.5
    assert 0.7 < new["novelty"] < 1.3
    rng = np.random.default_rng(0)
    noise = likeness.figures(rng.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8))
    assert noise["distance"] > 2 * new["distance"]
    copies = likeness.figures(training[:40])
    assert copies["novelty"] < 0.05
    assert new["score"] > max(noise["score"], copies["score"])
