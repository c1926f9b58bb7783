"""How long melodies take once the engine is warm, and bars a second against a plain port."""

from __future__ import annotations

import clock
import numpy as np
import torch
from plain_midinet import PlainGenerator, write
from results import Figure

from engines.music.composer import Array, Network, normal_noise, write_bars
from engines.protocol.messages import Request
from engines.runtime.backend import Session, make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run

MODELS = ("melody-pop", "melody-standards")
#: Milliseconds that a melody of so many bars may take.
GOALS = {8: 25, 32: 200}
#: Melodies written at once in the comparison, and their bars.
BATCH, BARS = 64, 8
TIMES_PORT = 10


def measure() -> list[Figure]:
    """One take over four chords by each shipped model; then many at once, beside the port."""
    context = Context(Library(), make_backend("onnx"))
    figures = []
    for bars, goal in GOALS.items():
        for model in MODELS:
            taken = 1e3 * _one_take(context, model, bars)
            name = f"compose {bars} bars ({model})"
            figures.append(Figure(name, f"{taken:.0f} ms", f"<= {goal} ms", taken <= goal))
    return [*figures, *_against_the_port()]


def _one_take(context: Context, model: str, bars: int) -> float:
    params = {"chords": "C Am F G", "bars": bars, "count": 1}
    request = Request(task="compose", model=model, seed=7, params=params)
    return clock.median(lambda: run(request, context), count=20)


def _against_the_port() -> list[Figure]:
    """Bars a second of both in turns: the same chords and plain decoding, one thread each.

    One, because two pools on a busy machine measure how well they wait for each other.
    """
    context = Context(Library(), make_backend("onnx", threads=1))
    network = _network(context.session(MODELS[0]))
    torch.set_num_threads(1)
    port = PlainGenerator().eval()

    def ours() -> None:
        for _ in write_bars(network, normal_noise(0, 100, BATCH), triads):
            pass

    triads = np.tile([0, 21, 5, 7], (BATCH, BARS // 4))
    many = torch.from_numpy(triads)
    mine, theirs = clock.alternate(ours, lambda: write(port, many), count=5)
    mine_again, alone = clock.alternate(ours, lambda: write(port, many[:1]), count=5)
    bars, what = BATCH * BARS, "bars a second, one thread"
    times, beside_one = theirs / mine, BATCH * alone / mine_again
    return [
        Figure(f"{what}: {BATCH} melodies at once", f"{bars / mine:,.0f}"),
        Figure(f"{what}: a port with full-width convolutions, as many", f"{bars / theirs:,.0f}"),
        Figure(f"{what}: the port, one melody at a time", f"{BARS / alone:,.0f}"),
        Figure(
            "melodies at once over the port, as many at once",
            f"{times:.1f}x",
            f">= {TIMES_PORT}x",
            times >= TIMES_PORT,
        ),
        Figure("melodies at once over the port, one at a time", f"{beside_one:.1f}x"),
    ]


def _network(session: Session) -> Network:
    def network(z: Array, chord: Array, previous: Array) -> Array:
        arrays = {"z": z, "chord": chord, "previous": previous}
        if "creativity" in session.inputs:
            arrays["creativity"] = np.zeros((len(z), 1), np.float32)
        return session.run(**arrays)["roll"]

    return network
