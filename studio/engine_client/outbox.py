"""How pictures reach an engine: through mapped memory here, as PNG in the stream elsewhere."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path

from engines.protocol.frames import FrameFile, Pixels
from engines.protocol.inputs import PASSING, Shelf, shape_of
from engines.protocol.messages import Attach, FrameRef, Request, ToEngine
from studio.engine_client.inputs import Inputs

log = logging.getLogger(__name__)

#: Room for passing pictures that are on their way: a brush is faster than the engine reads. The
#: newest request's picture and mask are whole whatever came before them.
RING_BYTES = 8 * 2**20
RING_PICTURES = 3

Send = Callable[[ToEngine, bytes], None]


class Outbox:
    """Sends one engine process the pictures that a request names and the process has not got."""

    def __init__(self, folder: Path | None, send: Send) -> None:
        """Nothing is sent yet.

        Args:
            folder: the one shared with the engine; None for an engine elsewhere.
            send: writes a message and its blob into the pipe.
        """
        self._folder = folder
        self._send = send
        self._there: Shelf[bool] = Shelf()  # as the engine's own, see Shelf
        self._ring: FrameFile | None = None
        self._made = 0

    def attach(self, request: Request, inputs: Inputs) -> None:
        """Send what is missing for a request, which may follow at once.

        Raises:
            InputGoneError: one of the pictures is nowhere.
        """
        keys = tuple(request.inputs.values())
        for key in (*keys, *keys):  # twice: one that comes may push out one that was there
            if not self._there.peek(key):
                self._attach(key, inputs.pixels(key))
        for key in keys:  # as the engine does when the request arrives
            self._there.get(key)

    def _attach(self, key: str, pixels: Pixels) -> None:
        ref, blob = self._packed(key, pixels)
        self._send(Attach(key=key, frame=ref), blob)
        height, width, channels = shape_of(pixels)
        self._there.put(key, height * width * channels, True)

    def doubt(self, request: Request) -> None:
        """Send this request's pictures again when they are next named."""
        for key in request.inputs.values():
            self._there.replace(key, False)

    def _packed(self, key: str, pixels: Pixels) -> tuple[FrameRef, bytes]:
        cube = pixels if pixels.ndim == 3 else pixels[..., None]
        if self._folder is not None:
            try:
                return self._mapped(self._folder, key.startswith(PASSING), cube), b""
            except OSError as error:
                log.warning("There is no room for pictures in %s: %s", self._folder, error)
        data = png(cube)
        height, width, channels = cube.shape
        return FrameRef("", 0, len(data), width, height, channels, "png"), data

    def _mapped(self, folder: Path, passing: bool, pixels: Pixels) -> FrameRef:
        """Pixels in a file: in the ring, or in one of their own that the engine deletes."""
        if not passing:
            file = self._file(folder, pixels.nbytes)
            try:
                return file.write(pixels)
            finally:
                file.close()
        wanted = pixels.nbytes * RING_PICTURES
        if self._ring is None or wanted > self._ring.capacity:
            bigger = self._file(folder, max(RING_BYTES, wanted))
            if self._ring is not None:
                self._ring.remove()
            self._ring = bigger
        return self._ring.write(pixels)

    def _file(self, folder: Path, capacity: int) -> FrameFile:
        self._made += 1
        return FrameFile(folder / f"inputs-{self._made}", capacity)

    def close(self) -> None:
        """Let go of the memory; the folder's owner removes the files."""
        if self._ring is not None:
            self._ring.close()
            self._ring = None


def png(pixels: Pixels) -> bytes:
    """A picture (H, W), or (H, W, 1, 3 or 4), as a PNG file; quick rather than small."""
    import numpy as np  # late, both: the window opens without them
    from PIL import Image

    flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(flat)).save(file, "PNG", compress_level=1)
    return file.getvalue()
