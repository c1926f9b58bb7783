"""How soon inference is ready: ONNX Runtime to a first picture, against importing torch."""

from __future__ import annotations

import sys

import clock
from results import Figure

FIRST_PICTURE = """
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run
context = Context(Library(), make_backend("onnx"))
run(Request(task="generate", model={model!r}, seed=1, params={{"count": 1}}), context)
"""


def measure() -> list[Figure]:
    """Whole processes, the interpreter's own start taken off."""
    bare = clock.program([sys.executable, "-c", "pass"])
    picture = FIRST_PICTURE.format(model="portraits-peeps")
    onnx = clock.program([sys.executable, "-c", picture]) - bare
    torch = clock.program([sys.executable, "-c", "import torch"]) - bare
    return [
        Figure("ONNX Runtime: import, open portraits-peeps, first picture", f"{onnx:.2f} s"),
        Figure("importing torch alone", f"{torch:.2f} s"),
        Figure("importing torch over a first picture", f"{torch / onnx:.1f}x"),
    ]
