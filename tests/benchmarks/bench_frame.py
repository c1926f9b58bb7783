"""What a live frame costs beyond the network itself: pipe, checks, task, pixels, shared memory."""

from __future__ import annotations

import os
from collections.abc import Callable

import clock
import numpy as np
import onnxruntime as ort
from pipe import Engine
from results import Figure

from engines.protocol.messages import Request
from engines.runtime.cards import NETWORK
from engines.runtime.library import Library

#: Model by edge of its pictures.
MODELS = {64: "portraits-peeps", 128: "portraits-peeps-128"}
FRAMES = 20  # of each, ten rounds


def bare_forward(model: str, threads: int) -> Callable[[], object]:
    """A call of ONNX Runtime and nothing else: one picture, new latents each time."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    path = Library().get(model).path / NETWORK
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    shapes = {node.name: node.shape[1:] for node in session.get_inputs()}
    noise = np.random.Generator(np.random.PCG64(0))
    truncation = np.ones(1, np.float32)
    offset = np.zeros((1, *shapes["offset"]), np.float32)

    def forward() -> object:
        z = noise.standard_normal((1, *shapes["z"]), dtype=np.float32)
        return session.run(None, {"z": z, "truncation": truncation, "offset": offset})

    return forward


def live_frames(engine: Engine, model: str) -> Callable[[], object]:
    """A call that has the engine make one picture of a seed of its own."""
    seed = 0

    def frame() -> object:
        nonlocal seed
        seed += 1
        request = Request(task="generate", model=model, seed=seed, params={"count": 1})
        return engine.live(request)

    return frame


def measure() -> list[Figure]:
    """Engine frame and bare forward pass in turns, for both sizes."""
    threads = os.cpu_count() or 1
    figures = []
    with Engine(threads) as engine:
        for size, model in MODELS.items():
            frame, bare = clock.alternate(
                live_frames(engine, model), bare_forward(model, threads), FRAMES
            )
            figures += [
                Figure(f"engine frame, {size} px ({model})", f"{frame * 1e3:.2f} ms"),
                Figure(f"bare forward pass, {size} px ({model})", f"{bare * 1e3:.2f} ms"),
                Figure(f"engine frame over bare forward pass, {size} px", f"{frame / bare:.2f}x"),
            ]
    return figures
