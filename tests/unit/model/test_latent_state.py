"""Requests become places again: the picture that is steered is the one that was clicked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_latents

from engines import tasks
from engines.protocol.latent import plain
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from studio.model.latent_state import point_of, state_of


@pytest.mark.parametrize("truncation", [1.0, 0.6])
def test_a_neighbour_is_steered_from_where_it_lies(
    tmp_path: Path, duet_data: Path, truncation: float
) -> None:
    tiny_latents.make_latent_model(tmp_path)
    context = Context(Library([tmp_path]), make_backend("onnx", threads=1, spin=False))
    params = {"spread": 0.5, "count": 2, "truncation": truncation}
    made = tasks.run(Request(task="latent", model="portrait", seed=5, params=params), context)
    for result in made:
        state = state_of(result.request)
        assert state is not None
        where = point_of(result.request)
        assert where is not None
        assert state.point(set()) == where
        again = {"point": plain(where), "truncation": state.truncation}
        request = Request(task="latent", model="portrait", seed=state.seed, params=again)
        pixels = tasks.run(request, context)[0].pixels
        assert np.abs(pixels.astype(int) - result.pixels.astype(int)).max() <= 1


def test_a_generated_picture_is_its_seed() -> None:
    state = state_of(Request(task="generate", model="m", seed=7, params={"truncation": 0.5}))
    assert state is not None
    assert (state.seed, state.truncation, state.anchors) == (7, 0.5, ())
