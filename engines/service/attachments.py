"""The pictures that the window attached, for the requests that name them."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from engines.protocol.frames import FrameLostError, FrameReader, Pixels
from engines.protocol.inputs import MOST_PIXELS, PASSING, Shelf
from engines.protocol.messages import Attach, FrameRef, Request

log = logging.getLogger(__name__)


class Attachments:
    """Filled and asked by the thread that reads, in the order of the messages.

    The window counts along what is kept here; so nothing else may put or take anything.
    """

    def __init__(self, folder: Path | None) -> None:
        """Nothing yet; ``folder`` is the one shared with the window, None for one far away."""
        self._folder = folder
        self._reader = FrameReader()
        self._ring = ""
        self._shelf: Shelf[Pixels | None] = Shelf()

    def keep(self, message: Attach, blob: bytes) -> None:
        """Take a picture out of shared memory or the stream, and keep it.

        One that cannot be had is only logged: the request that names it fails with a sentence.
        """
        ref = message.frame
        pixels: Pixels | None = None
        try:
            pixels = self._read(message.key, ref, blob)
        except (FrameLostError, OSError, ValueError) as error:
            log.warning("The attached picture %s cannot be read: %s", message.key, error)
        except MemoryError:
            log.warning("There is no memory for the attached picture %s.", message.key)
        self._shelf.put(message.key, ref.height * ref.width * ref.channels, pixels)

    def of(self, request: Request) -> dict[str, Pixels]:
        """The pictures that a request names, by name, as far as they are here."""
        found = {name: self._shelf.get(key) for name, key in request.inputs.items()}
        return {name: pixels for name, pixels in found.items() if pixels is not None}

    def _read(self, key: str, ref: FrameRef, blob: bytes) -> Pixels:
        if ref.height * ref.width > MOST_PIXELS:
            raise ValueError(f"{ref.width}x{ref.height} pixels are too many")
        if not ref.path:
            return _decoded(blob[ref.offset : ref.offset + ref.length], ref)
        if self._folder is None or Path(ref.path).parent != self._folder:
            raise ValueError(f"{ref.path} is not in the shared folder")
        if key.startswith(PASSING):
            return self._from_ring(ref)
        try:
            return self._reader.read(ref)
        finally:
            self._reader.forget(ref.path)
            Path(ref.path).unlink(missing_ok=True)

    def _from_ring(self, ref: FrameRef) -> Pixels:
        if ref.path != self._ring:  # the window made a bigger one
            self._reader.forget(self._ring)
            self._ring = ref.path
        return self._reader.read(ref)


def _decoded(data: bytes, ref: FrameRef) -> Pixels:
    """The pixels of a PNG in the stream.

    Raises:
        ValueError: it is none, or not the picture that was announced.
        OSError: it is damaged.
    """
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        if image.size != (ref.width, ref.height):
            raise ValueError(f"it is {image.size}, not {ref.width}x{ref.height}")
        return np.asarray(image).reshape(ref.height, ref.width, ref.channels)
