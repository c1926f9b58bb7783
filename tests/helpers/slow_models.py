"""Networks that take their time: real work for the processor, for tests that act in mid-job."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import helper
from tiny_models import Z_DIM, _network, _normal, _save, make_inpainter

from engines.runtime.cards import Card

_EDGE = 512


def make_slow_generator(models: Path, name: str = "slow-portraits", *, steps: int = 10) -> Path:
    """A model of the task "generate" that multiplies matrices ``steps`` times for every picture.

    One step is 0.27 GFLOP: about 10 ms on one core.
    """
    size = 16
    weights = {
        "mix": _normal(1, _EDGE, _EDGE, scale=_EDGE**-0.5),
        "weight": _normal(2, Z_DIM, 3 * size * size),
        "sum": np.ones((Z_DIM, 1), np.float32),
        "tiny": np.full((1,), 1e-12, np.float32),
    }
    nodes = [
        helper.make_node("Mul", ["z", "truncation"], ["scaled"]),
        helper.make_node("ReduceSum", ["offset", "levels"], ["moved"], keepdims=0),
        helper.make_node("Add", ["scaled", "moved"], ["latent"]),
        helper.make_node("MatMul", ["latent", "sum"], ["one"]),
        helper.make_node("Add", ["one", "mix"], ["step0"]),
        *(helper.make_node("MatMul", [f"step{i}", "mix"], [f"step{i + 1}"]) for i in range(steps)),
        helper.make_node("ReduceMean", [f"step{steps}"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "tiny"], ["nothing"]),
        helper.make_node("MatMul", ["latent", "weight"], ["exact"]),
        helper.make_node("Add", ["exact", "nothing"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["map"]),
        helper.make_node("Tanh", ["map"], ["image"]),
    ]
    inputs: dict[str, list[int | str]] = {
        "z": ["batch", Z_DIM],
        "truncation": [1],
        "offset": ["batch", 1, Z_DIM],
    }
    outputs: dict[str, list[int | str]] = {"image": ["batch", 3, size, size]}
    network = _network(nodes, inputs, outputs, weights, [-1, 3, size, size])
    card = Card(name=name, title="Slow portraits", task="generate", family="dcgan", size=size)
    return _save(models / name, card, network, weights)


def make_slow_inpainter(models: Path, name: str = "slow-inpaint", *, steps: int = 10) -> Path:
    """A model of the task "inpaint" that multiplies matrices ``steps`` times for every tile."""
    weights = {
        "mix": _normal(1, _EDGE, _EDGE, scale=_EDGE**-0.5),
        "sum3": np.ones((3, 1), np.float32),
        "tiny": np.full((1,), 1e-12, np.float32),
    }
    nodes = [
        helper.make_node("MatMul", ["colour0", "sum3"], ["number"]),
        helper.make_node("Add", ["number", "mix"], ["step0"]),
        *(helper.make_node("MatMul", [f"step{i}", "mix"], [f"step{i + 1}"]) for i in range(steps)),
        helper.make_node("ReduceMean", [f"step{steps}"], ["much"], keepdims=0),
        helper.make_node("Mul", ["much", "tiny"], ["nothing"]),
        helper.make_node("Add", ["colour0", "nothing"], ["colour"]),
    ]
    return make_inpainter(models, name, extra=nodes, weights=weights)
