"""From the command ``duet`` to the window shown, and to the first picture."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import Figure
from screen import screen

#: Seconds from the command, disk warm.
GOALS = {
    "window_shown": ("to the window shown", 1.0),
    "first_picture": ("to the first picture", 2.0),
}
RUNS = 5


def start() -> dict[str, float]:
    """One start of the real command; seconds from it to each mark.

    Raises:
        RuntimeError: the window's own test failed.
    """
    command = str(Path(sys.executable).with_name("duet"))
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DUET_DATA": folder}
        begun = time.time()
        done = subprocess.run(
            [command, "--self-test"], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{done.stdout}{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    return {mark: told[mark] - begun for mark in GOALS}


def measure() -> list[Figure]:
    """The median of some starts, each with an empty data folder, after one that warms the disk."""
    with screen():
        start()
        runs = [start() for _ in range(RUNS)]
    figures = []
    for mark, (words, goal) in GOALS.items():
        seconds = statistics.median(run[mark] for run in runs)
        told = f"{seconds:.2f} s"
        figures.append(Figure(f"`duet` {words}", told, f"at most {goal:.1f} s", seconds <= goal))
    return figures
