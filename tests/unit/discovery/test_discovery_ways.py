"""Ways of finding directions, in toy spaces where the right answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from engines.discovery import closed_form, components, supervised
from engines.discovery.supervised import Whitening

WIDTH = 12


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def along(one: np.ndarray, other: np.ndarray) -> float:
    """The cosine of two ways, whichever way round."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return abs(float(np.vdot(one, other))) / lengths


def unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    way = rng.standard_normal(shape)
    return way / np.linalg.norm(way)


def test_sefa_finds_the_way_that_the_weights_amplify(rng: np.random.Generator) -> None:
    planted = unit(rng, WIDTH)
    noise = 0.1 * rng.standard_normal((40, WIDTH))
    layer = (noise + np.outer(rng.standard_normal(40), planted)).astype(np.float32)
    found = closed_form.closed_form([layer], 3)
    assert found.shape == (3, WIDTH)
    assert along(found[0], planted) > 0.98
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_sefa_hears_every_layer_as_loud(rng: np.random.Generator) -> None:
    first, second = np.eye(WIDTH, dtype=np.float32)[:2]
    wide = 100 * np.outer(rng.standard_normal(500), first).astype(np.float32)
    narrow = np.outer(rng.standard_normal(5), second).astype(np.float32)
    found = closed_form.closed_form([wide, narrow], 2)
    assert np.square(found[:, :2]).sum() == pytest.approx(2, abs=1e-4)


def test_layers_come_in_the_order_of_their_levels() -> None:
    names = ["blocks.10.affine.weight", "project.weight", "blocks.2.affine.weight", "last.weight"]
    tensors = {name: np.full((1, 1), i, np.float16) for i, name in enumerate(names)}
    assert [int(layer[0, 0]) for layer in closed_form.layers_of(tensors)] == [1, 2, 0]


def test_components_are_brought_back_to_the_latent(rng: np.random.Generator) -> None:
    planted = unit(rng, WIDTH)
    latents = rng.standard_normal((400, WIDTH)).astype(np.float32)
    features = np.tanh(np.outer(latents @ planted, rng.standard_normal(60)))
    features += 0.05 * rng.standard_normal(features.shape)
    found = components.components(features.astype(np.float32), latents, 2)
    assert along(found[0], planted) > 0.97


def test_the_boundary_is_found_where_few_show_a_trait(rng: np.random.Generator) -> None:
    planted = unit(rng, WIDTH)
    x = rng.standard_normal((3000, WIDTH))
    noisy = x @ planted + 0.3 * rng.standard_normal(3000)
    normal = supervised.logistic(x, noisy > 1.5)
    assert float(normal @ planted) > 0.97


def test_a_scale_has_the_way_along_which_it_rises(rng: np.random.Generator) -> None:
    planted = unit(rng, WIDTH)
    x = rng.standard_normal((2000, WIDTH))
    degree = (1 / (1 + np.exp(-x @ planted))).astype(np.float32)
    assert float(supervised.linear(x, degree) @ planted) > 0.99


def test_what_is_shared_with_another_trait_is_taken_out(rng: np.random.Generator) -> None:
    first, second = np.eye(WIDTH)[:2]
    mixed = (first + 0.8 * second) / np.linalg.norm(first + 0.8 * second)
    x = rng.standard_normal((4000, WIDTH))
    normal = supervised.logistic(x, x @ mixed > 0.5)
    other = supervised.logistic(x, x @ second > 0)
    assert abs(float(normal @ second)) > 0.5
    alone = supervised.conditional(normal, [other])
    assert abs(float(alone @ other)) < 1e-6
    assert float(alone @ first) > 0.99


def test_a_trait_that_is_nearly_the_same_is_not_held(rng: np.random.Generator) -> None:
    way = unit(rng, WIDTH)
    nearly = way + 0.1 * unit(rng, WIDTH)
    alone = supervised.conditional(way, [nearly / np.linalg.norm(nearly)])
    np.testing.assert_allclose(alone, way)


def test_whitening_evens_the_latents_out_and_back(rng: np.random.Generator) -> None:
    mixing = np.eye(WIDTH) + 0.2 * rng.standard_normal((WIDTH, WIDTH))
    latents = (rng.standard_normal((5000, WIDTH)) @ mixing + 3).astype(np.float32)
    whitening = Whitening.of(latents)
    white = whitening.white(latents[:, None])
    np.testing.assert_allclose(np.cov(white.T), np.eye(WIDTH), atol=0.02)
    two_levels = np.stack([latents, latents], axis=1)
    assert whitening.white(two_levels).shape == (5000, 2 * WIDTH)
    # A way among white latents is a step between the places that it belongs to.
    way = unit(rng, 2 * WIDTH)
    back = whitening.back(way)
    assert back.shape == (2, WIDTH)
    step = whitening.white(two_levels[:1] + back) - whitening.white(two_levels[:1])
    assert along(step[0], way) > 0.999
