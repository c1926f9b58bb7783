"""How pictures leave the engine: through mapped memory here, as PNG or JPEG to another machine."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Protocol

import numpy as np

from engines.protocol.frames import FrameFile, Pixels
from engines.protocol.messages import FrameRef

log = logging.getLogger(__name__)

#: Room for pictures that may be overwritten: 160 of 128 px, 10 of 512 px.
RING_BYTES = 8 * 2**20
#: A ring is replaced by a bigger one when it could not hold this many of a picture.
RING_PICTURES = 4
#: Live pictures of more pixels than this travel as JPEG: seen for a moment, wanted soon.
JPEG_FROM = 160 * 160
JPEG_QUALITY = 90


class Pictures(Protocol):
    """Turns pixels into references, and into the bytes that have to go with the message."""

    def passing(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """A picture to be looked at now, whose place may be used again soon."""
        ...

    def preview(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """A result that is shown early: exact, and sent once more at the end."""
        ...

    def results(self, pictures: list[Pixels]) -> tuple[list[FrameRef], bytes]:
        """Results of a job: exact, and kept until the window has taken them."""
        ...


def make_pictures(folder: Path | None) -> Pictures:
    """Pictures through files in ``folder``; without one, or without room in it, as blobs."""
    if folder is None:
        return BlobPictures()
    try:
        return MappedPictures(folder)
    except OSError as error:
        log.warning("Pictures cannot be shared through %s: %s", folder, error)
        return BlobPictures()


class MappedPictures:
    """For a window on the same machine.

    Passing pictures go round in one file. Each job's results get a file of their own, which the
    window deletes when it has read them, so that no result is lost to a window that is busy.
    """

    def __init__(self, folder: Path) -> None:
        """Put the files in ``folder``, which the window made and will remove."""
        self._folder = folder
        self._made = 0
        self._ring = self._file("ring", RING_BYTES)

    def passing(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """See :class:`Pictures`."""
        wanted = pixels.nbytes * RING_PICTURES
        if wanted > self._ring.capacity:
            try:
                bigger = self._file("ring", wanted)
            except OSError as error:
                return self._no_room(error).passing(pixels)
            self._ring.remove()
            self._ring = bigger
        return self._ring.write(pixels), b""

    def preview(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """See :class:`Pictures`."""
        return self.passing(pixels)

    def results(self, pictures: list[Pixels]) -> tuple[list[FrameRef], bytes]:
        """See :class:`Pictures`."""
        if not pictures:
            return [], b""
        try:
            file = self._file("results", sum(picture.nbytes for picture in pictures))
        except OSError as error:
            return self._no_room(error).results(pictures)
        try:
            return [file.write(picture) for picture in pictures], b""
        finally:
            file.close()

    def _no_room(self, error: OSError) -> BlobPictures:
        log.warning("There is no room for pictures in %s: %s", self._folder, error)
        return BlobPictures()

    def _file(self, kind: str, capacity: int) -> FrameFile:
        self._made += 1
        return FrameFile(self._folder / f"{kind}-{self._made}", capacity)


class BlobPictures:
    """For a window on another machine: pictures follow their message as compressed files."""

    def passing(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """See :class:`Pictures`."""
        height, width, channels = pixels.shape
        if height * width < JPEG_FROM or channels != 3:
            return self.preview(pixels)
        data = _compressed(pixels, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return _in_blob(pixels, 0, len(data), "jpeg"), data

    def preview(self, pixels: Pixels) -> tuple[FrameRef, bytes]:
        """See :class:`Pictures`."""
        refs, blob = self.results([pixels])
        return refs[0], blob

    def results(self, pictures: list[Pixels]) -> tuple[list[FrameRef], bytes]:
        """See :class:`Pictures`."""
        refs: list[FrameRef] = []
        blob = bytearray()
        for pixels in pictures:
            data = _compressed(pixels, "PNG", compress_level=1)
            refs.append(_in_blob(pixels, len(blob), len(data), "png"))
            blob += data
        return refs, bytes(blob)


def _in_blob(pixels: Pixels, offset: int, length: int, encoding: str) -> FrameRef:
    height, width, channels = pixels.shape
    return FrameRef(
        path="",
        offset=offset,
        length=length,
        width=width,
        height=height,
        channels=channels,
        encoding=encoding,
    )


def _compressed(pixels: Pixels, kind: str, **options: int) -> bytes:
    from PIL import Image  # not needed by a local engine

    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return file.getvalue()
