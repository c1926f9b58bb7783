"""Small grey pictures with a label each: an .npz of arrays, or the IDX files of MNIST's format.

Labels are for measuring only: nothing here learns from them.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.data.pictures import held_out, load_pictures
from engines.protocol.errors import EngineError, bad_input

#: Pictures (N, H, H) and their labels (N,), of any whole numbers.
Pair = tuple[NDArray[np.uint8], NDArray[Any]]

#: Names that an .npz gives its pictures and labels.
NAMES = (("images", "labels"), ("x", "y"))
#: The two pairs of IDX files, by what they are for.
IDX_PARTS = {"train": "train", "held_out": "t10k"}
IDX_BYTES = 0x08
SUFFIXES = ("", ".gz")


@dataclass(frozen=True)
class Digits:
    """Labelled grey pictures in memory.

    Attributes:
        pixels: (N, size, size), 8 bits, 0 for paper.
        labels: (N,).
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


def holds_digits(source: Path) -> bool:
    """Whether a source is of this form, and no zip or folder of picture files."""
    return source.suffix == ".npz" or (source.is_dir() and _idx(source, "train") is not None)


def load_pixels(source: Path, size: int, part: str = "train", least: int = 1) -> NDArray[np.uint8]:
    """Pictures of either form, (N, size, size, 1 or 3).

    Args:
        source: see :func:`load_digits` and :func:`engines.data.pictures.load_pictures`.
        size: pixels along one side.
        part: "train" or "held_out".
        least: 0 where the part may have no picture, or be missing.

    Raises:
        EngineError: kind ``bad_input``, as the readers of the two forms.
    """
    if holds_digits(source):
        if not least and source.is_dir() and None in _idx_pair(source, part):
            return np.empty((0, size, size, 1), np.uint8)
        return load_digits(source, size, part).pixels[..., None]
    return load_pictures(source, size, part, least).pixels


def load_digits(source: Path, size: int, part: str = "train") -> Digits:
    """Read labelled pictures.

    Of an .npz one in ten is held out (:func:`engines.data.pictures.held_out`); a folder of IDX
    files has a part of its own for that, ``t10k``.

    Args:
        source: an .npz with "images" (N, H, H) and "labels" (N,), or a folder of IDX files.
        size: pixels along one side; smaller pictures are centred on black.
        part: "train" or "held_out".

    Raises:
        EngineError: kind ``bad_input``, naming the file and what is wrong with it.
    """
    if source.suffix == ".npz":
        pixels, labels = _read_npz(source)
        kept = np.array([held_out(i) == (part == "held_out") for i in range(len(labels))], bool)
        pixels, labels = pixels[kept], labels[kept]
    else:
        pixels, labels = _read_idx_pair(source, part)
    if len(labels) == 0:
        raise bad_input(f"{source} holds no picture.", "Give one with pictures and labels.")
    return Digits(_padded(pixels, size, source), labels.astype(np.int64))


def _read_npz(path: Path) -> Pair:
    try:
        # Opened here: numpy leaves a file open that turns out to be no zip.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            for pictures, labels in NAMES:
                if pictures in arrays and labels in arrays:
                    return _checked(arrays[pictures], arrays[labels], path)
            found = ", ".join(sorted(arrays)) or "nothing"
    except FileNotFoundError as error:
        raise bad_input(f"There is no file at {path}.") from error
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(path, str(error)) from error
    raise _unreadable(path, f"it holds {found}, not images and labels")


def _read_idx_pair(folder: Path, part: str) -> Pair:
    pictures, labels = _idx_pair(folder, part)
    if pictures is None or labels is None:
        wanted = f"{IDX_PARTS[part]}-images-idx3-ubyte"
        raise bad_input(
            f"{folder} does not hold {wanted} and its labels.",
            "Give the folder of MNIST's or Fashion-MNIST's four files.",
        )
    return _checked(read_idx(pictures), read_idx(labels), pictures)


def _idx_pair(folder: Path, part: str) -> tuple[Path | None, Path | None]:
    name = IDX_PARTS[part]
    return _idx(folder, name), _idx(folder, name, labels=True)


def _idx(folder: Path, part: str, labels: bool = False) -> Path | None:
    name = f"{part}-labels-idx1-ubyte" if labels else f"{part}-images-idx3-ubyte"
    found = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in found if path.is_file()), None)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of one IDX file of bytes, plain or compressed.

    Two zero bytes, the type, the number of dimensions, each length as a big-endian u32, the values.

    Raises:
        EngineError: kind ``bad_input``, when it is damaged, cut short or of another type.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        zero, kind, dimensions = struct.unpack_from(">HBB", data)
        shape = struct.unpack_from(f">{dimensions}I", data, 4)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise _unreadable(path, str(error)) from error
    if zero or kind != IDX_BYTES:
        raise _unreadable(path, "it is no IDX file of bytes")
    values, wanted = len(data) - 4 - 4 * dimensions, int(np.prod(shape, dtype=object))
    if values != wanted:
        raise _unreadable(path, f"it should hold {wanted} values and holds {values}")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _checked(pixels: NDArray[Any], labels: NDArray[Any], path: Path) -> Pair:
    """The two arrays, when they go together."""
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or pixels.shape[1] != pixels.shape[2]:
        raise _unreadable(path, f"its pictures are {pixels.dtype} of the shape {pixels.shape}")
    if labels.shape != pixels.shape[:1] or labels.dtype.kind not in "iu":
        raise _unreadable(path, f"its labels are {labels.dtype} of the shape {labels.shape}")
    return pixels, labels


def _padded(pixels: NDArray[np.uint8], size: int, source: Path) -> NDArray[np.uint8]:
    """(N, H, H) centred on (N, size, size)."""
    room = size - pixels.shape[1]
    if room < 0:
        raise bad_input(
            f"The pictures of {source} are {pixels.shape[1]} pixels wide, the network's {size}.",
            "Choose a larger size in the recipe.",
        )
    edges = (room // 2, room - room // 2)
    return np.pad(pixels, ((0, 0), edges, edges))


def _unreadable(path: Path, reason: str) -> EngineError:
    one_line = " ".join(reason.split()).rstrip(".") or "it ends too early"
    return bad_input(
        f"{path} cannot be read as labelled pictures: {one_line}.",
        "Give an .npz with images and labels, or a folder of MNIST's IDX files.",
    )
