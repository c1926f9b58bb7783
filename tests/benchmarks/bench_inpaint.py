"""How long a 256-px hole in a 1,024-px picture takes to fill, and whether memory stays flat."""

from __future__ import annotations

from pathlib import Path

import clock
import numpy as np
from results import Figure

from engines.protocol.frames import Pixels
from engines.protocol.messages import Request
from engines.protocol.tools import INPAINT
from engines.runtime.backend import make_backend
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run

PICTURE, HOLE, CORNER = 1_024, 256, 300
GOAL_SECONDS = 0.25
FILLS = 200
GOAL_GROWTH_MB = 8.0
PAGE = 4_096


def measure() -> list[Figure]:
    """The smooth fill, and every network there is for it."""
    library = Library()
    context = Context(library, make_backend("onnx")).for_job(CancelFlag(), inputs=_inputs())
    figures = [_figure("smooth fill", context, Request(task="inpaint", model="", params=_SMOOTH))]
    names = [model.name for model in library.models() if model.task == "inpaint"]
    if not names:
        print(f"no model for inpainting is installed (looked for {INPAINT.default_model})")
    for name in names:
        request = Request(task="inpaint", model=name, seed=7, params={"count": 1})
        figures.append(_figure(name, context, request))
        draft = {"count": 1, "detail": "draft"}
        look = Request(task="inpaint", model=name, seed=7, params=draft)
        taken = clock.median(lambda look=look: run(look, context), count=10)
        figures.append(Figure(f"draft of a {HOLE}-px hole ({name})", f"{taken * 1e3:.0f} ms"))
    if names and Path("/proc/self/statm").exists():
        figures.append(_growth(names[0], context))
    return figures


_SMOOTH = {"count": 1, "method": "smooth"}


def _inputs() -> dict[str, Pixels]:
    """Waves in three colours, and a square hole."""
    y, x = np.mgrid[0:PICTURE, 0:PICTURE] / PICTURE
    waves = [np.sin(9 * x + 5 * y), np.cos(7 * x - 12 * y), np.sin(20 * x * y)]
    mask = np.zeros((PICTURE, PICTURE), np.uint8)
    mask[CORNER : CORNER + HOLE, CORNER : CORNER + HOLE] = 255
    return {"image": np.uint8(127 + 100 * np.stack(waves, axis=-1)), "mask": mask}


def _figure(name: str, context: Context, request: Request) -> Figure:
    taken = clock.median(lambda: run(request, context), count=10)
    return Figure(
        f"{HOLE}-px hole in a {PICTURE}-px picture ({name})",
        f"{taken:.2f} s",
        f"at most {GOAL_SECONDS} s",
        taken <= GOAL_SECONDS,
    )


def _growth(name: str, context: Context) -> Figure:
    request = Request(task="inpaint", model=name, seed=7, params={"count": 1, "detail": "draft"})
    for _ in range(10):
        run(request, context)
    before = _resident()
    for _ in range(FILLS):
        run(request, context)
    grown = _resident() - before
    return Figure(
        f"memory after {FILLS} more fills ({name})",
        f"{grown:+.1f} MB",
        f"at most {GOAL_GROWTH_MB:+.0f} MB",
        grown <= GOAL_GROWTH_MB,
    )


def _resident() -> float:
    """Megabytes of this process in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGE / 1e6
