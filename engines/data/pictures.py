"""Pictures for training: a zip or a folder, decoded once into one array."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from engines.protocol.errors import bad_input

#: What Pillow raises for a file that is no picture, or a damaged or a huge one.
UNREADABLE = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
)  # fmt: skip
#: What reading a file, or an entry of a zip, ends with where it is gone, locked or damaged.
UNOPENED = (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError)
#: Folders and files that macOS puts beside the real ones.
APPLE = ("__MACOSX", "._")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def held_out(index: int) -> bool:
    """One picture of every ten, at a place that moves by the golden ratio from ten to ten.

    A fixed place would meet any period in the order of the files (a set that counts its background
    colours round and round, say) and hold out only some of the kinds.
    """
    return index % 10 == (index // 10 * 2654435761 % 2**32) * 10 >> 32


@dataclass(frozen=True)
class Dropped:
    """A file that is not trained on, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class PictureSet:
    """Square pictures in memory.

    Attributes:
        pixels: (N, size, size, 3), 8 bits.
        names: the file of each.
        dropped: what was left out, and why.
    """

    pixels: NDArray[np.uint8]
    names: tuple[str, ...]
    dropped: tuple[Dropped, ...]

    def __len__(self) -> int:
        return len(self.names)


def load_pictures(source: Path, size: int, part: str = "train", least: int = 1) -> PictureSet:
    """Decode the pictures of a zip or a folder (read only, sub-folders included).

    One picture in ten is held out for measuring (:func:`held_out`, over sorted names).

    Args:
        source: the zip or folder.
        size: pixels along one side; pictures are cropped to their central square and resized.
        part: "train", "held_out" or "all".
        least: 0 where there may be none.

    Raises:
        EngineError: kind ``bad_input``, when the source is missing or holds no picture.
    """
    pixels: list[NDArray[np.uint8]] = []
    names: list[str] = []
    dropped: list[Dropped] = []
    for index, (name, blob) in enumerate(picture_files(source)):
        if part != "all" and held_out(index) != (part == "held_out"):
            continue
        try:
            pixels.append(_square(blob, size))
            names.append(name)
        except UNREADABLE as error:
            dropped.append(Dropped(name, str(error) or type(error).__name__))
    if not pixels and least:
        raise bad_input(
            f"{source} holds no picture I can read.",
            f"Give a folder or a zip of {', '.join(s[1:] for s in SUFFIXES[:4])} files.",
        )
    stacked = np.stack(pixels) if pixels else np.empty((0, size, size, 3), np.uint8)
    return PictureSet(stacked, tuple(names), tuple(dropped))


def count_pictures(source: Path, aside: Sequence[str] = ()) -> int:
    """How many picture files a zip or a folder has, read or not.

    Args:
        source: the zip or folder.
        aside: names of top folders inside it that are passed over.

    Raises:
        EngineError: kind ``bad_input``, when there is no such folder or zip.
    """
    return len(_names(source, aside))


def picture_files(source: Path, aside: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Name and content of every picture file of a zip or folder, sorted by name.

    A file that cannot be opened has no content, as if it were empty.

    Args:
        source: the zip or folder.
        aside: names of top folders inside it that are passed over.
    """
    names = _names(source, aside)
    if source.is_dir():
        for name in names:
            yield name, _content((source / name).read_bytes)
        return
    with zipfile.ZipFile(source) as archive:
        for name in names:
            yield name, _content(partial(archive.read, name))


def _content(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except UNOPENED:
        return b""


def _names(source: Path, aside: Sequence[str] = ()) -> list[str]:
    """The picture files of a zip or folder, sorted."""
    if source.is_dir():
        there = (path for path in source.rglob("*") if not path.is_dir())
        found = [path.relative_to(source).as_posix() for path in there]
        return _pictures(found, aside)
    try:
        with zipfile.ZipFile(source) as archive:
            return _pictures(archive.namelist(), aside)
    except FileNotFoundError as error:
        raise bad_input(f"There is no folder or zip at {source}.") from error
    except zipfile.BadZipFile as error:
        raise bad_input(f"{source} is not a zip I can read: {error}.") from error


def _pictures(names: Sequence[str], aside: Sequence[str]) -> list[str]:
    return sorted(
        name
        for name in names
        if name.lower().endswith(SUFFIXES)
        and name.split("/", 1)[0] not in aside
        and not any(part.startswith(APPLE) for part in name.split("/"))
    )


def decoded(blob: bytes) -> Image.Image:
    """A picture in RGB, the right way up, on white where it is transparent.

    Raises:
        any of :data:`UNREADABLE`.
    """
    with Image.open(io.BytesIO(blob)) as picture:
        upright = ImageOps.exif_transpose(picture)
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        layer = upright.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")


def _square(blob: bytes, size: int) -> NDArray[np.uint8]:
    image = decoded(blob)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    resample = Image.Resampling.LANCZOS if side >= size else Image.Resampling.BICUBIC
    return np.asarray(image.resize((size, size), resample, box=box))
