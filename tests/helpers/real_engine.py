"""The real engine process for tests: over a bare pipe, or as the window's clients start it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TypeVar

from engines.protocol.messages import EngineMessage, Request, ToEngine
from engines.protocol.wire import Received, WindowDecoder, encode

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0

M = TypeVar("M")


def picture_request(model: str = "tiny-portraits", count: int = 1, seed: int = 3) -> Request:
    return Request(task="generate", model=model, seed=seed, params={"count": count})


def argv_running(code: str) -> list[str]:
    """An engine whose process runs some Python first, say to replace a task by a worse one."""
    start = "import sys; from engines.service.__main__ import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", f"{code}\n{start}"]


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody reaps counts as ended."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


class PipeEngine:
    """An engine at the other end of a pipe, without Qt."""

    def __init__(self, *arguments: str, argv: list[str] | None = None) -> None:
        command = argv or [sys.executable, "-m", "engines.service"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._decoder = WindowDecoder()
        self._waiting: list[Received[EngineMessage]] = []

    def __enter__(self) -> PipeEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, *messages: ToEngine) -> None:
        self.write(b"".join(encode(message) for message in messages))

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def receive(self) -> Received[EngineMessage]:
        assert self.process.stdout
        end = time.monotonic() + PATIENCE
        while not self._waiting:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, left))
            assert ready, "the engine says nothing"
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, "the engine is gone"
            self._waiting.extend(self._decoder.feed(piece))
        return self._waiting.pop(0)

    def until(self, kind: type[M]) -> tuple[M, bytes]:
        """The next message of one type, whatever comes before it."""
        while True:
            message, blob = self.receive()
            if isinstance(message, kind):
                return message, blob

    def end(self) -> tuple[int, str]:
        """Close the pipe; the exit code and what was written to stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors.decode()
