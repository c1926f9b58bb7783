"""What every test stands on: a screen without a display, folders that are not the user's."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]


def _settle_environment() -> None:
    """Set what Qt and OpenMP read once, at import; child processes inherit it."""
    # Two test processes with a thread pool each make 4 ms of work take 120 ms.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = Path(tempfile.mkdtemp(prefix="duet-tests-"))
    os.environ["DUET_DATA"] = str(home / "data")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        folder = home / variable.lower()
        folder.mkdir(mode=0o700)
        os.environ[variable] = str(folder)


_settle_environment()

# No deadline: a busy machine is slow, and that is no fault of the code under test.
hypothesis.settings.register_profile("duet", deadline=None, max_examples=30)
hypothesis.settings.load_profile("duet")


@pytest.fixture(autouse=True)
def duet_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own; nothing a test does reaches the user's."""
    folder = tmp_path / "duet-data"
    monkeypatch.setenv("DUET_DATA", str(folder))
    return folder


@pytest.fixture(scope="module", autouse=True)
def _swept() -> Iterator[None]:
    """Delete what a module leaves here, in the thread of Qt's objects.

    Python collects cycles in whichever thread is at work: a window's timers, deleted by the thread
    that writes files for another module's test, end the process.
    """
    yield
    gc.collect()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of training data beside the checkout; tests that need it skip without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the training data is not beside the checkout (../shared/data)")
    return folder


@pytest.fixture(autouse=True)
def _gpu_only_where_there_is_one(request: pytest.FixtureRequest) -> None:
    """Skip tests marked ``gpu`` on a machine without one; torch is imported for those only."""
    if request.node.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no CUDA device on this machine")
