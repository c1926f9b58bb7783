"""A program: tries every model folder it is given and prints what came of each, one JSON a line.

Run by tests in a process of its own, because the question is whether a damaged model can take the
process down.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engines import tasks
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend


def main(place: Path) -> None:
    """List and use the models of every library in ``place``."""
    backend = OnnxBackend(threads=1, spin=False)
    for folder in sorted(place.iterdir()):
        library = Library([folder])
        listed = [info.problem for info in library.models()]
        print(json.dumps({"case": folder.name, "listed": listed, **_try(library, backend)}))
        sys.stdout.flush()


def _try(library: Library, backend: OnnxBackend) -> dict[str, str]:
    request = Request(task="generate", model="tiny-portraits", params={"count": 1})
    try:
        tasks.run(request, Context(library, backend))
    except EngineError as error:
        return {"kind": error.kind, "message": error.message, "advice": error.advice}
    return {"kind": "", "message": "", "advice": ""}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
