"""The programs of this installation, whether Python runs them or they stand alone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from engines.protocol.paths import is_frozen

_ENDING = ".exe" if sys.platform == "win32" else ""


def engine_command() -> list[str]:
    """``duet-engine``, before its arguments."""
    if is_frozen():
        return [str(Path(sys.executable).with_name(f"duet-engine{_ENDING}"))]
    return [sys.executable, "-m", "engines.cli"]


def engine_service() -> list[str]:
    """The engine of a window."""
    if is_frozen():
        return [*engine_command(), "serve"]
    return [sys.executable, "-m", "engines.service"]  # quicker by the commands it does not import


def window_program() -> Path | None:
    """What a desktop starts to open the window; None where Duet runs without being installed."""
    if is_frozen():
        return Path(sys.executable)
    beside = Path(sys.executable).with_name(f"duet{_ENDING}")
    found = str(beside) if beside.is_file() else shutil.which("duet")
    return Path(found) if found else None
