"""What the window's process has loaded when everything of it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from real_engine import ROOT

#: What belongs to the engines; the window must open without any of it.
HEAVY = (
    "torch",
    "lightning_fabric",
    "torchvision",
    "onnxruntime",
    "onnx",
    "engines.runtime",
    "engines.tasks",
    "engines.service",
    "engines.nets",
    "engines.train",
)

LOAD_ALL = """
import importlib, json, pkgutil, sys
import studio

names = [module.name for module in pkgutil.walk_packages(studio.__path__, "studio.")]
for name in names:
    importlib.import_module(name)
loaded = [name for name in json.loads(sys.argv[1]) if name in sys.modules]
print(json.dumps({"imported": names, "loaded": loaded}))
"""


def test_the_window_has_no_torch_and_nothing_else_of_the_engines() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )
    told = json.loads(ended.stdout.splitlines()[-1])

    assert "studio.engine_client.supervisor" in told["imported"]
    assert told["loaded"] == []
