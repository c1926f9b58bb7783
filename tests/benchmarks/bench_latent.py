"""From a key on a direction's slider to the new picture painted, alone and beside a trainer.

The window and the engine process are real, the trainer is ``duet-engine train`` as the studio
starts it: one thread each, the trainer niced. The histogram of every size lies in
``latent_histogram.txt``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import clock
from bench_frame import bare_forward
from bench_slider import wait
from results import Figure
from screen import screen

if TYPE_CHECKING:
    from studio.app import Studio

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
UNTRAINED = "untrained-256"
MODELS = {64: "portraits-peeps", 128: "portraits-peeps-128", 256: UNTRAINED}
MOVES, WARM = 200, 20
MEDIAN_GOAL, SLOW_GOAL, BARE_GOAL, BESIDE_GOAL = 16.0, 33.0, 1.4, 2.0
#: Seconds between two forward passes of a slider that is dragged, about: the window's own work.
RHYTHM = 0.01
DIRECTION = "along"


def give_direction(model: str) -> None:
    """A direction of the user's own for a model, from two seeds."""
    from engines import tasks
    from engines.protocol.messages import Request
    from engines.runtime.backend import make_backend
    from engines.runtime.context import Context
    from engines.runtime.library import Library

    context = Context(Library(), make_backend("onnx", threads=1, spin=False))
    sides = {"plus": [{"anchors": [{"seed": 1}]}], "minus": [{"anchors": [{"seed": 2}]}]}
    params = {"title": DIRECTION, **sides}
    tasks.run(Request(task="direction", model=model, params=params), context)


def time_moves(studio: Studio, model: str) -> list[float]:
    """Milliseconds from each key press to the end of the paint that shows its picture."""
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    from studio.view.panels.image_page import ImagePage

    page = studio.window.page("image")
    assert isinstance(page, ImagePage)
    page.latent.choose_model(model)
    page.steer()
    slider = page.panel.findChild(QWidget, f"{DIRECTION}Slider")
    assert slider is not None
    painted: list[tuple[float, float]] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            shown = page.viewing.shown
            if event.type() != QEvent.Type.Paint or shown is None or shown.request is None:
                return False
            if shown.request.model != model or shown.request.task != "latent":
                return False
            watched.event(event)  # paint now, so that the clock is read afterwards
            moves = shown.request.params["point"].get("moves", {})
            painted.append((moves.get(DIRECTION, 0.0), time.perf_counter()))
            return True

    watch = Watch()
    page.view.installEventFilter(watch)
    taken = []
    for index in range(WARM + MOVES):
        key = Qt.Key.Key_Left if index // 20 % 2 else Qt.Key.Key_Right
        begun = time.perf_counter()
        QTest.keyClick(slider, key)
        amount = page.latent.state.amounts.get(DIRECTION, 0.0)
        wait(lambda amount=amount: bool(painted) and painted[-1][0] == amount)
        taken.append((painted[-1][1] - begun) * 1e3)
    page.view.removeEventFilter(watch)
    return taken[WARM:]


@contextmanager
def trainer(folder: Path) -> Iterator[None]:
    """A training that runs meanwhile, on noise."""
    from bench_training import noise_pictures

    recipe = ROOT / "engines" / "train" / "recipes" / "portraits-peeps.toml"
    command = [sys.executable, "-m", "engines.cli", "train", str(recipe)]
    command += ["--data", str(noise_pictures(folder)), "--out", str(folder / "run")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        ["nice", "-n", "10", *command],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(20)  # until it trains
        if process.poll() is not None:
            raise RuntimeError("the training stopped at once")
        yield
    finally:
        process.terminate()
        process.wait()


def histogram(taken: dict[str, list[float]]) -> str:
    """How often each millisecond, for every case."""
    lines = ["Milliseconds from a key to paint, and how often, by `run.py latent`.", ""]
    for name, values in taken.items():
        counts: dict[int, int] = {}
        for value in values:
            counts[int(value)] = counts.get(int(value), 0) + 1
        lines.append(name)
        lines += [f"{ms:5d} {'#' * counts[ms]} {counts[ms]}" for ms in sorted(counts)]
        lines.append("")
    return "\n".join(lines)


def figures_of(
    size: int, alone: list[float], beside: list[float], bare: float, rested: float
) -> list[Figure]:
    """What is told of one size; ``bare`` and ``rested`` are seconds of a forward pass."""
    middle, slow = statistics.median(alone), statistics.quantiles(alone, n=100)[-1]
    ratio = statistics.median(beside) / middle
    name = f"direction slider to paint, {size} px"
    return [
        Figure(
            name,
            f"{middle:.1f} ms (99%: {slow:.1f} ms)",
            f"at most {MEDIAN_GOAL:.0f} ms (99%: {SLOW_GOAL:.0f} ms)",
            middle <= MEDIAN_GOAL and slow <= SLOW_GOAL,
        ),
        Figure(
            f"{name}, over a bare forward pass",
            f"{middle / (bare * 1e3):.2f}x ({middle / (rested * 1e3):.2f}x of one after a rest)",
            f"at most {BARE_GOAL}x",
            middle <= BARE_GOAL * bare * 1e3,
        ),
        Figure(
            f"{name}, beside a trainer",
            f"{statistics.median(beside):.1f} ms, {ratio:.2f}x of alone",
            f"at most {BESIDE_GOAL:.0f}x",
            ratio <= BESIDE_GOAL,
        ),
    ]


def measure() -> list[Figure]:
    """Every size alone, then every size beside a trainer."""
    with screen(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["DUET_DATA"] = name
        model = folder / "models" / UNTRAINED
        subprocess.run(
            [sys.executable, str(HERE / "untrained.py"), str(model), "256"], check=True, cwd=ROOT
        )
        for each in MODELS.values():
            give_direction(each)
        from studio.app import Studio, application

        application([])
        studio = Studio()
        studio.show("image")
        studio.window.resize(1280, 800)
        wait(lambda: studio.context.models.known)
        alone = {size: time_moves(studio, each) for size, each in MODELS.items()}
        studio.context.client.set_threads(1)
        with trainer(folder):
            beside = {size: time_moves(studio, each) for size, each in MODELS.items()}
        studio.window.close()
        studio.close()
        passes = {size: bare_forward(m, os.cpu_count() or 1) for size, m in MODELS.items()}
        bare = {size: clock.median(each, 100) for size, each in passes.items()}
        rested = {size: clock.median(each, 100, pause=RHYTHM) for size, each in passes.items()}
    cases = {f"{size} px": values for size, values in alone.items()}
    cases |= {f"{size} px, beside a trainer": values for size, values in beside.items()}
    (HERE / "latent_histogram.txt").write_text(histogram(cases))
    figures = []
    for size in MODELS:
        figures += figures_of(size, alone[size], beside[size], bare[size], rested[size])
    return figures
