"""Sessions without a window, and a process that works until somebody kills it."""

from __future__ import annotations

import gc
import itertools
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_engine import FakeEngine
from PySide6.QtCore import QCoreApplication, QRect, QSize, QTimer

from studio.media.images import to_image
from studio.model.context import StudioContext
from studio.model.history import History
from studio.model.jobs import JobsModel
from studio.model.keeper import Pace
from studio.model.layers import State, new_layer
from studio.model.plane import Plane
from studio.model.project import Saved, read_state, write_state
from studio.model.session import Session
from studio.model.settings import Settings
from studio.persistence.atomic import UNFINISHED


class Desk:
    """A context with a session over it."""

    def __init__(self, data: Path, pace: Pace | None = None) -> None:
        self.engine = FakeEngine()
        self.settings = Settings(data / "settings.json")
        self.history = History(data / "history")
        self.jobs = JobsModel(self.engine)
        self.context = StudioContext(self.engine, self.jobs, self.history, self.settings)
        self.document, self.undo = self.context.document, self.context.undo
        self.session = Session(self.context, data / "autosave", pace=pace)

    @property
    def told(self) -> str:
        """The message in view."""
        message = self.context.messages.current
        return message.text if message is not None else ""

    def paint(self, name: str = "stroke", size: int = 40) -> State:
        """Add a layer, undoably."""
        state = self.document.state
        if state.is_empty:
            state = State(QSize(size, size))
        self.document.apply(name, state.added(new_layer(name, _plain(len(state.layers)))))
        return self.document.state

    def close(self) -> None:
        """End the session in order."""
        self.session.close()
        self.jobs.close()
        self.history.close()
        self.settings.close()


def _plain(number: int) -> Plane:
    from planes import plain

    return plain(f"#{(number * 37) % 256:02x}8040", QRect(number % 7, number % 5, 20, 20))


@contextmanager
def open_desk(data: Path, pace: Pace | None = None) -> Iterator[Desk]:
    """One session from its start to its orderly end."""
    desk = Desk(data, pace)
    try:
        yield desk
    finally:
        desk.close()
        del desk
        gc.collect()  # here, not in some other thread of a later test


def _save_and_be_killed(path: Path, times: int = 50) -> None:
    """Fork processes that save for ever, kill each, and read what is there after it."""
    states, state = [], State(QSize(300, 300))
    for number in range(6):
        state = state.added(new_layer(f"layer {number}", _noise(number)))
        states.append(state)
    write_state(path, Saved(states[0]))
    generator = random.Random(1)
    for _ in range(times):
        child = os.fork()
        if child == 0:
            for state in itertools.cycle(states):
                write_state(path, Saved(state))
        time.sleep(generator.uniform(0.02, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        layers = read_state(path).state.layers
        expected = states[len(layers) - 1].layers
        assert [layer.name for layer in layers] == [layer.name for layer in expected]
        box = expected[-1].plane.bounds()
        assert layers[-1].plane.image(box) == expected[-1].plane.image(box)
    print(len(list(path.parent.glob(f"{UNFINISHED}*"))))


def _noise(number: int) -> Plane:
    import numpy as np

    pixels = np.random.default_rng(number).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    return Plane.of(to_image(pixels))


def _work_for_ever(data: Path) -> None:
    """Paint now and then, with a fast autosave; say when something was kept."""
    app = QCoreApplication(sys.argv[:1])
    desk = Desk(data, Pace(latest=0.05, after_result=0.01))
    desk.session.start()
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: desk.paint(f"stroke {len(desk.document.state.layers)}"))
    timer.start()
    watch = QTimer(interval=10)
    folder = data / "autosave"
    watch.timeout.connect(lambda: any(folder.glob("[!.]*.duet")) and print("kept", flush=True))
    watch.start()
    app.exec()


if __name__ == "__main__":
    {"save": _save_and_be_killed, "work": _work_for_ever}[sys.argv[1]](Path(sys.argv[2]))
