"""How long a melody of eight bars takes, once the engine is warm."""

from __future__ import annotations

import clock
from results import Figure

from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run

MODELS = ("melody-pop", "melody-standards")


def measure() -> list[Figure]:
    """Eight bars over four chords, one take, by each shipped model."""
    context = Context(Library(), make_backend("onnx"))
    figures = []
    for model in MODELS:
        params = {"chords": "C Am F G", "bars": 8, "count": 1}
        request = Request(task="compose", model=model, seed=7, params=params)
        taken = clock.median(lambda request=request: run(request, context), count=20)
        figures.append(Figure(f"compose 8 bars ({model})", f"{taken * 1e3:.0f} ms"))
    return figures
