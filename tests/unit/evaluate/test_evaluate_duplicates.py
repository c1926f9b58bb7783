"""Copies of training pictures and repeated samples are found; new pictures are not accused."""

from __future__ import annotations

import drawn_faces
import numpy as np
import pytest

from engines.evaluate import duplicates
from engines.evaluate.pictures import Pictures, resize


@pytest.fixture(scope="module")
def training() -> Pictures:
    return drawn_faces.draw_faces(400, seed=1)[0]


@pytest.fixture(scope="module")
def unseen() -> Pictures:
    return drawn_faces.draw_faces(150, seed=2)[0]


def test_the_nearest_picture_is_found(training: Pictures) -> None:
    queries = np.clip(training[[7, 300, 55]].astype(int) + 3, 0, 255).astype(np.uint8)
    found = duplicates.nearest(queries, training, chunk=2)
    assert found.place.tolist() == [7, 300, 55]
    assert found.distance == pytest.approx([3, 3, 3], abs=0.3)


def test_copies_are_near_duplicates_and_new_pictures_hardly_ever(
    training: Pictures, unseen: Pictures
) -> None:
    theirs = duplicates.nearest(unseen, training)
    limit = duplicates.near_threshold(theirs.distance)
    copies = duplicates.nearest(training[:50], training)
    assert duplicates.near_duplicates(copies.distance, limit, copies.distance, limit).all()
    fresh = duplicates.nearest(drawn_faces.draw_faces(150, seed=3)[0], training)
    near = duplicates.near_duplicates(fresh.distance, limit, fresh.distance, limit)
    assert near.mean() < 0.05


def test_both_sizes_must_be_near() -> None:
    near = duplicates.near_duplicates(np.array([1.0, 1.0]), 2.0, np.array([1.0, 3.0]), 2.0)
    assert near.tolist() == [True, False]


def test_repeated_samples_are_counted(unseen: Pictures) -> None:
    limit = duplicates.repeat_threshold(unseen)
    fresh = drawn_faces.draw_faces(100, seed=4)[0]
    assert duplicates.count_repeated(fresh, limit) == 0
    jitter = np.random.default_rng(0).integers(-2, 3, fresh[:10].shape)
    again = np.clip(fresh[:10] + jitter, 0, 255).astype(np.uint8)
    assert duplicates.count_repeated(np.concatenate([fresh, again]), limit) == 10


def test_only_the_first_200_samples_count(unseen: Pictures) -> None:
    fresh = drawn_faces.draw_faces(200, seed=5)[0]
    both = np.concatenate([fresh, fresh[:5]])
    assert duplicates.count_repeated(both, 0.5) == 0


def test_pair_distances_agree_with_the_definition() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 3), dtype=np.uint8)
    gaps = [
        np.sqrt(np.square(pictures[i].astype(float) - pictures[j]).mean())
        for i in range(5)
        for j in range(i + 1, 5)
    ]
    np.testing.assert_allclose(sorted(duplicates.pair_distances(pictures)), sorted(gaps), rtol=1e-4)


def test_thumbnails_are_block_means() -> None:
    pictures = np.zeros((1, 64, 64, 3), np.uint8)
    pictures[:, ::2] = 100
    assert (duplicates.thumbnails(pictures) == 50).all()


@pytest.mark.parametrize("size", [16, 48])
def test_other_sizes_are_resampled(size: int) -> None:
    flat = np.full((2, size, size, 3), 90, np.uint8)
    assert resize(flat, 32).shape == (2, 32, 32, 3)
    assert (resize(flat, 32) == 90).all()
