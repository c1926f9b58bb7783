"""The engine's end of the pipe: its own copies of stdin and stdout, out of everybody's reach."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

from engines.protocol.messages import FromEngine, WindowMessage
from engines.protocol.wire import Buffer, EngineDecoder, Received, Writer

_PIECE = 64 * 1024


class WindowGoneError(Exception):
    """Nobody reads our messages any more."""


class Channel:
    """Messages in and out. Any thread may send; one thread receives."""

    def __init__(self, source: int, sink: int) -> None:
        """Talk over two file descriptors, which are the channel's from now on."""
        self._source = source
        self._sink = sink
        self._writer = Writer()
        self._lock = threading.Lock()

    @classmethod
    def over_standard_streams(cls) -> Channel:
        """Take stdin and stdout for the protocol alone.

        Afterwards whatever prints, in Python or in a library's C code, prints to stderr, and
        whatever reads stdin finds it empty.
        """
        sys.stdout.flush()
        source, sink = os.dup(0), os.dup(1)
        _keep_bytes_as_they_are(source, sink)
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        return cls(source, sink)

    def send(self, message: FromEngine, blob: Buffer = b"") -> None:
        """Write one message; waits when the window is slow to read.

        Raises:
            WindowGoneError: the other end is closed.
        """
        with self._lock, self._writer.head(message, len(blob)) as head:
            self._write(head)
            if blob:
                self._write(memoryview(blob))

    def receive(self) -> Iterator[Received[WindowMessage]]:
        """Every message of the window with its blob, until it goes.

        Raises:
            WireError: what arrives is not the protocol.
        """
        decoder = EngineDecoder()
        while piece := self._read():
            yield from decoder.feed(piece)

    def _read(self) -> bytes:
        try:
            return os.read(self._source, _PIECE)
        except OSError:  # Windows reports a closed pipe as an error
            return b""

    def _write(self, data: memoryview) -> None:
        try:
            while data:
                data = data[os.write(self._sink, data) :]
        except OSError as error:
            raise WindowGoneError(str(error)) from error


def _keep_bytes_as_they_are(*descriptors: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        for descriptor in descriptors:
            msvcrt.setmode(descriptor, os.O_BINARY)
