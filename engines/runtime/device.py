"""What the machine offers: cores that may really be used, and an NVIDIA GPU. No torch here."""

from __future__ import annotations

import os
from pathlib import Path

#: More threads than this make small generators slower, not faster.
MOST_THREADS = 8

#: Variables by which numeric libraries choose their thread count when they are loaded.
_POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """How many cores this process may use: its affinity, and its share in a container."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, _container_share() or 10**6))


def default_threads() -> int:
    """How many threads inference uses unless told otherwise."""
    return min(cores(), MOST_THREADS)


def limit_numpy_threads(threads: int = 1) -> None:
    """Keep numpy's own thread pools small; call it before numpy is imported.

    The back end brings its own threads. Two pools that each take every core turn a 4 ms picture
    into 120 ms. What the user set in the environment stays.
    """
    for name in _POOLS:
        os.environ.setdefault(name, str(threads))


def has_nvidia_gpu() -> bool:
    """Whether an NVIDIA driver is loaded; says nothing about torch being able to use it."""
    return Path("/proc/driver/nvidia/version").exists() or bool(
        os.name == "nt" and os.environ.get("CUDA_PATH")
    )


def _container_share(path: Path = Path("/sys/fs/cgroup/cpu.max")) -> int | None:
    """Whole cores that a cgroup (version 2) grants, or None where it sets no limit."""
    try:
        quota, period = path.read_text(encoding="ascii").split()
        return max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):  # no cgroup, or "max"
        return None
