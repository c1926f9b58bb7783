"""The pictures that jobs and results were made from, on disk, so that they can be made again."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection
from pathlib import Path

from engines.protocol.frames import Pixels
from engines.protocol.inputs import content_key
from studio.engine_client.inputs import InputGoneError, Inputs
from studio.engine_client.outbox import png
from studio.persistence.atomic import UNFINISHED, write_atomically
from studio.persistence.writer import Writer

log = logging.getLogger(__name__)

#: Pictures on the disk are kept in memory too, up to this many bytes: a retry needs no disk then.
MEMORY_BYTES = 128 * 2**20


class InputStore(Inputs):
    """Pictures by their key, each a PNG file named by its hash.

    A picture is in memory until its file is whole, and may leave the memory after that.
    """

    def __init__(self, folder: Path) -> None:
        """Keep pictures in ``folder``, which is made when it is needed."""
        super().__init__()
        self._folder = folder
        self._written: set[str] = set()
        self._writer = Writer()

    def put(self, pixels: Pixels) -> str:
        """See :class:`Inputs`; the file is on its way to the disk when this returns."""
        key = super().put(pixels)
        path, kept = self._path(key), self._kept[key]

        def write() -> None:
            write_atomically(path, png(kept))
            self._written.add(key)

        if key not in self._written:
            if path.exists():
                self._written.add(key)
            else:
                self._writer.write(key, write)
        self._save_memory(key)
        return key

    def pixels(self, key: str) -> Pixels:
        """See :class:`Inputs`."""
        try:
            return super().pixels(key)
        except InputGoneError:
            pixels = self._kept[key] = self._read(key)
            self._written.add(key)
            self._save_memory(key)
            return pixels

    def prune(self, wanted: Collection[str]) -> None:
        """See :class:`Inputs`; the files go too."""
        super().prune(wanted)
        names = {self._path(key).name for key in wanted}
        for path in self._folder.glob("*.png"):
            if path.name not in names and not path.name.startswith(UNFINISHED):
                self._written.discard(f"sha256:{path.stem}")
                with contextlib.suppress(OSError):
                    path.unlink()

    def flush(self) -> None:
        """Wait until every picture is on the disk."""
        self._writer.flush()

    def close(self) -> None:
        """End of the session: wait for the disk."""
        self._writer.close()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key.partition(':')[2]}.png"

    def _read(self, key: str) -> Pixels:
        """A picture from its file, checked against its name.

        Raises:
            InputGoneError: there is none, or it is damaged.
        """
        import numpy as np
        from PIL import Image

        try:
            with Image.open(self._path(key), formats=["PNG"]) as image:
                pixels = np.asarray(image)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            log.warning("The picture %s cannot be read: %s", key, error)
            raise InputGoneError(key) from error
        if content_key(pixels) != key:
            log.warning("The picture %s was changed on the disk.", key)
            raise InputGoneError(key)
        return pixels

    def _save_memory(self, newest: str) -> None:
        """Let go of the oldest pictures that have a file."""
        taken = sum(pixels.nbytes for pixels in self._kept.values())
        for old in [one for one in self._kept if one in self._written and one != newest]:
            if taken <= MEMORY_BYTES:
                break
            taken -= self._kept.pop(old).nbytes
