"""What the engine has loaded when it says hello: next to nothing, so that the window hears it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys

from real_engine import ROOT

import engines

HELLO = """
import json, sys
import engines.service.__main__
heavy = ("numpy", "cv2", "onnxruntime", "torch", "PIL", "engines.runtime.library", "engines.tasks")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_hello_is_said_before_anything_heavy_is_loaded() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HELLO],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert json.loads(ended.stdout) == []


def test_the_version_told_is_the_installed_one() -> None:
    try:
        installed = importlib.metadata.version("duet-studio")
    except importlib.metadata.PackageNotFoundError:
        declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert "engines.__version__" in declared or f'version = "{engines.__version__}"' in declared
    else:
        assert installed == engines.__version__
