"""Films of walks: exporting beside only rendering, memory, the seam of a loop, cancelling."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from results import Figure

from engines.protocol.errors import EngineError
from engines.protocol.latent import Key, plain
from engines.protocol.messages import Request

if TYPE_CHECKING:
    from engines.runtime.context import Context
    from engines.tasks.walk import Route

HERE = Path(__file__).parent
SECONDS, FPS, SIZE, SEEDS = 20.0, 30, 256, 6
MODEL, UNTRAINED = "portraits-peeps-128", "untrained-256"
RATIO_GOAL, GROWTH_GOAL_MB = 1.5, 16.0
#: Frames after which everything that stays in memory is there.
WARM = 60


def request(model: str, file: str, seconds: float = SECONDS) -> Request:
    """A loop through several seeds, at even times."""
    keys = tuple(Key(at=n * seconds / SEEDS, seed=n) for n in range(SEEDS))
    params = {"keys": plain(keys), "seconds": seconds, "fps": FPS, "size": SIZE, "file": file}
    return Request(task="walk", model=model, params=params)


def route_of(asked: Request, context: Context) -> tuple[Route, Request]:
    """The way of a walk, ready to be rendered, and its request spelled out."""
    from engines import tasks
    from engines.tasks.latent import studio_of
    from engines.tasks.walk import Route

    complete, _note = tasks.prepare(asked, context)
    return Route(studio_of(asked.model, context), complete), complete


class Clock:
    """Seconds by the clock, and of the processor, of everything that is timed with it."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add what the block takes; a program that it waits for counts too."""
        before, started = os.times(), time.perf_counter()
        yield
        after = os.times()
        self.seconds += time.perf_counter() - started
        self.processor += sum(after[:4]) - sum(before[:4])


def ratio(model: str, name: str, file: str, context: Context, goal: bool = True) -> list[Figure]:
    """Every second of the film only rendered and then exported, so that both meet the same load."""
    from engines.runtime import film

    route, asked = route_of(request(model, file), context)
    count = round(SECONDS * FPS)
    moments = [number * SECONDS / count for number in range(count)]
    bare, full, path = Clock(), Clock(), Path(file)
    for moment in moments[:WARM]:
        route.picture(moment)
    with ExitStack() as stack:
        with full.running():
            form = film.Form((SIZE, SIZE), FPS, asked)
            writer = stack.enter_context(film.writing(path, form))
        for start in range(0, count, FPS):
            part = moments[start : start + FPS]
            with bare.running():
                for moment in part:
                    film.enlarged(route.picture(moment), SIZE)
            with full.running():
                for moment in part:
                    writer.write(film.enlarged(route.picture(moment), SIZE))
        with full.running():
            stack.close()
    megabytes = path.stat().st_size / 1e6
    path.unlink()
    slower = full.seconds / bare.seconds
    return [
        Figure(f"{name}: {count} frames only rendered", f"{bare.seconds:.1f} s"),
        Figure(f"{name}: exported", f"{full.seconds:.1f} s, {megabytes:.1f} MB"),
        Figure(
            f"{name}: exporting over rendering",
            f"{slower:.2f}x",
            f"at most {RATIO_GOAL}x" if goal else "",
            slower <= RATIO_GOAL if goal else None,
        ),
        Figure(
            f"{name}: processor time over that of rendering",
            f"{full.processor / bare.processor:.2f}x",
        ),
    ]


def peak() -> float:
    """The most memory this process has had, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e3


def growth(file: str, context: Context) -> Figure:
    """How much the peak grows from the first frames to the last one."""
    from engines import tasks
    from engines.runtime.cancel import CancelFlag

    marks: list[float] = []
    job = context.for_job(
        CancelFlag(), lambda done, _total, _note: marks.append(peak()) if done == WARM else None
    )
    (result,) = tasks.run(request(MODEL, file), job)
    Path(result.file).unlink()
    grown = peak() - marks[0]
    return Figure(
        f"memory from frame {WARM} to the end of a {SECONDS:.0f}-second film",
        f"{grown:+.1f} MB",
        f"at most {GROWTH_GOAL_MB:+.0f} MB",
        grown <= GROWTH_GOAL_MB,
    )


def seam(context: Context) -> Figure:
    """How much the last frame of a loop differs from the first, beside all other neighbours."""
    import numpy as np

    route, _asked = route_of(request(MODEL, ""), context)
    count = round(SECONDS * FPS)
    frames = [route.picture(n * SECONDS / count).astype(np.int16) for n in range(count)]
    steps = [float(abs(frames[n] - frames[n - 1]).mean()) for n in range(count)]
    usual, most = statistics.median(steps[1:]), max(steps[1:])
    told = f"{steps[0]:.2f} of 255, others {usual:.2f} (most {most:.2f})"
    return Figure(
        "difference of a loop's last frame to its first", told, "at most that of others",
        steps[0] <= most,
    )  # fmt: skip


def cancelled(folder: Path, context: Context) -> Figure:
    """What lies in the folder after films of every format were cancelled half-way."""
    from engines import tasks
    from engines.runtime.cancel import CancelFlag

    place = folder / "cancelled"
    place.mkdir()
    slowest = 0.0
    for name in ("film.mp4", "film.gif", "film.png", "film"):
        flag = CancelFlag()
        begun = [0.0]

        def stop(
            done: int, *_more: object, flag: CancelFlag = flag, at: list[float] = begun
        ) -> None:
            if done == 30:
                flag.cancel()
                at[0] = time.perf_counter()

        try:
            tasks.run(request(MODEL, str(place / name), 4.0), context.for_job(flag, stop))
        except EngineError as error:
            if error.kind != "cancelled":
                raise
        slowest = max(slowest, time.perf_counter() - begun[0])
    left = len(list(place.iterdir()))
    told = f"{left} files, gone within {slowest * 1e3:.0f} ms"
    return Figure("left by cancelled films", told, "0 files", not left)


def measure() -> list[Figure]:
    """Every figure, in this process; ffmpeg works beside it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["DUET_DATA"] = place
        model = folder / "models" / UNTRAINED
        command = [sys.executable, str(HERE / "untrained.py"), str(model), str(SIZE)]
        subprocess.run(command, check=True, cwd=HERE.parents[1])
        from engines.runtime.backend import make_backend
        from engines.runtime.context import Context
        from engines.runtime.library import Library

        context = Context(Library(), make_backend("onnx", spin=False))
        film = str(folder / "film")
        figures = []
        if Path("/proc/self/status").exists():
            figures.append(growth(f"{film}.mp4", context))
        loop = f"{SECONDS:.0f}-second loop of {SIZE} px"
        figures += ratio(UNTRAINED, f"{loop}, MP4", f"{film}.mp4", context)
        figures += ratio(MODEL, f"{loop} enlarged from 128, MP4", f"{film}.mp4", context)
        for ending, title in ((".gif", "GIF"), (".png", "APNG")):
            name = f"{loop} enlarged from 128, {title}"
            figures += ratio(MODEL, name, f"{film}{ending}", context, goal=False)[1:]
        return [*figures, seam(context), cancelled(folder, context)]
