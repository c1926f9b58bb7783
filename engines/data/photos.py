"""Pictures larger than what is trained on: kept in memory, shown as random crops.

A source is a picture folder, a zip, or a folder of zips without pictures, each of which then counts
as a set of its own: sets of very different size can be shown equally often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.data.pictures import (
    SUFFIXES,
    UNREADABLE,
    Dropped,
    count_pictures,
    decoded,
    held_out,
    picture_files,
)
from engines.protocol.errors import bad_input

Photo = NDArray[np.uint8]

#: The shorter side that pictures are kept at: three times a crop of 128, so that a crop may show
#: all of a picture or a ninth of it.
KEPT = 384
#: Folders inside a set that hold no pictures of their own: label maps, and views of one place kept
#: for scoring.
ASIDE = ("labels", "pairs")
#: A folder of this name is held out whole, as those who made the set meant it.
VALIDATION = "validation"
#: A chart's or a drawing's neighbouring pixels are mostly exactly equal, a photograph's are not
#: (measured on 291: charts 0.68 to 0.92, photographs 0.41 at the ninth decile).
FLAT = 0.65
#: A set whose usual picture is as flat as this is of drawings: nothing in it is dropped for it.
FLAT_SET = 0.5


@dataclass(frozen=True)
class PhotoSet:
    """The pictures of one zip or folder.

    Attributes:
        name: of the zip or folder, without its ending.
        photos: (H, W, 3) each, 8 bits, of any height and width from the crop's size on.
        names: the file of each.
        dropped: what was left out, and why.
    """

    name: str
    photos: tuple[Photo, ...]
    names: tuple[str, ...]
    dropped: tuple[Dropped, ...]

    def __len__(self) -> int:
        return len(self.names)


def load_photos(source: Path, size: int, part: str = "train") -> tuple[PhotoSet, ...]:
    """Decode the sets of a source (read only), one of every zip in it.

    Held out are the pictures of folders called "validation" and one in ten of the others
    (:func:`engines.data.pictures.held_out`, over the sorted names of a set).

    Args:
        source: a zip, a folder of pictures, or a folder of zips.
        size: pixels along one side of what is trained on; smaller pictures are enlarged to it.
        part: "train", "held_out" or "all".

    Raises:
        EngineError: kind ``bad_input``, when the source is missing or holds no picture.
    """
    sets = tuple(_load(path, size, part) for path in photo_sets(source))
    if not any(len(one) for one in sets):
        raise bad_input(
            f"{source} holds no picture I can read.",
            f"Give a folder or zips of {', '.join(s[1:] for s in SUFFIXES[:4])} files.",
        )
    return tuple(one for one in sets if len(one))


def photo_sets(source: Path) -> list[Path]:
    """The zips of a folder that holds nothing else to look at; any other source itself."""
    zips = sorted(source.glob("*.zip")) if source.is_dir() else []
    # A folder of pictures may have some zip in it too.
    return [source] if not zips or count_pictures(source) else zips


def count_photos(source: Path) -> int:
    """How many picture files the sets of a source have, read or not, without those set aside.

    Raises:
        EngineError: kind ``bad_input``, when there is no such folder or zip.
    """
    return sum(count_pictures(path, ASIDE) for path in photo_sets(source))


def kept_apart(index: int, name: str) -> bool:
    """Whether the ``index``-th file of a set is held out."""
    return held_out(index) or VALIDATION in PurePosixPath(name).parts[:-1]


def charts(flatnesses: Sequence[float]) -> list[bool]:
    """Which pictures of a set are charts among photographs, by the flatness of all."""
    if not flatnesses or float(np.median(flatnesses)) > FLAT_SET:
        return [False] * len(flatnesses)
    return [flat > FLAT for flat in flatnesses]


def crop(photo: Photo, size: int, rng: np.random.Generator) -> Photo:
    """A random square of a picture at a random scale, flipped half of the time.

    Args:
        photo: (H, W, 3), both sides ``size`` or more.
        size: pixels along one side of the result (size, size, 3).
        rng: decides place, scale and flip.
    """
    height, width = photo.shape[:2]
    side = round(float(np.exp(rng.uniform(np.log(size), np.log(min(height, width))))))
    top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    window = photo[top : top + side, left : left + side]
    if side > size:
        window = _resized(window, (size, size))
    return window[:, ::-1] if rng.integers(2) else window


def central_squares(photos: Sequence[Photo], size: int) -> Photo:
    """The middle of every picture as (N, size, size, 3): what is measured on."""
    squares = []
    for photo in photos:
        height, width = photo.shape[:2]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        squares.append(_resized(photo[top : top + side, left : left + side], (size, size)))
    return np.stack(squares)


def share_of_sets(
    names: Sequence[str], shares: Mapping[str, float], source: Path
) -> NDArray[np.float64]:
    """How often each set is shown, adding up to 1; a set that is not named counts 1.

    Raises:
        EngineError: kind ``bad_input``, for a share of a set that is not there.
    """
    unknown = [name for name in shares if name not in names]
    if unknown:
        raise bad_input(
            f"The recipe names the set {unknown[0]!r}, and {source} holds {', '.join(names)}.",
            f"Put {unknown[0]}.zip into a folder with the others, and give the folder.",
        )
    weights = np.array([shares.get(name, 1.0) for name in names], np.float64)
    return weights / weights.sum()


def flatness(photo: Photo) -> float:
    """The share of neighbouring pixels, beside and below, that are exactly equal."""
    beside = (photo[:, 1:] == photo[:, :-1]).all(axis=-1).mean()
    below = (photo[1:] == photo[:-1]).all(axis=-1).mean()
    return float(beside + below) / 2


def _load(path: Path, size: int, part: str) -> PhotoSet:
    found: list[tuple[str, Photo, float]] = []
    dropped: list[Dropped] = []
    wanted = [
        (name, blob)
        for index, (name, blob) in enumerate(picture_files(path, ASIDE))
        if part == "all" or kept_apart(index, name) == (part == "held_out")
    ]
    for name, blob in wanted:
        try:
            pixels = np.asarray(decoded(blob))
            found.append((name, _kept(pixels, size), flatness(pixels)))
        except UNREADABLE as error:
            dropped.append(Dropped(name, str(error) or type(error).__name__))
    odd = charts([flat for _, _, flat in found])
    kept = [entry for entry, chart in zip(found, odd, strict=True) if not chart]
    for (name, _, flat), chart in zip(found, odd, strict=True):
        if chart:
            reason = f"a chart or drawing: {flat:.0%} of its neighbouring pixels are equal"
            dropped.append(Dropped(name, reason))
    return PhotoSet(
        path.stem,
        tuple(photo for _, photo, _ in kept),
        tuple(name for name, _, _ in kept),
        tuple(dropped),
    )


def _kept(pixels: Photo, size: int) -> Photo:
    """Not larger than a crop needs, not smaller than one."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    target = min(max(short, size), max(KEPT, size))
    if target == short:
        return np.ascontiguousarray(pixels)
    scale = target / short
    return _resized(pixels, (max(target, round(width * scale)), max(target, round(height * scale))))


def _resized(pixels: Photo, size: tuple[int, int]) -> Photo:
    """Another (width, height), with what lies under a pixel averaged."""
    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR))
